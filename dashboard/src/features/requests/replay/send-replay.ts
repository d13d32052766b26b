import { useCall } from "#api/use-call";
import { isObject, tryParse } from "#lib/json";
import type { WholeRecord } from "../record";
import { pathOf } from "../sheet/snippets";

export type ReplayInput = {
  readonly record: WholeRecord;
  /** The body as it was edited; its `model` is replaced. */
  readonly body: string;
  readonly model: string;
  readonly token: string;
};

export type ReplayResult = {
  readonly model: string;
  readonly status: number;
  readonly text: string;
  /** As this browser saw them, milliseconds. */
  readonly firstMs: number;
  readonly totalMs: number;
  /** Our id of it, by which its record is found. */
  readonly id: string | undefined;
};

/** A token that is the virtual key in every limit, budget and record, for ten minutes. */
export function useLendKey() {
  const call = useCall();
  return async (virtualKey: string) =>
    (await call("POST /api/playground/tokens", { body: { virtual_key: virtualKey } })).token;
}

/** Sends it as an application would: cookies never open inference, so the token does. */
export async function sendReplay(
  { record, body, model, token }: ReplayInput,
  signal: AbortSignal,
): Promise<ReplayResult> {
  const parsed = tryParse(body);
  const startedMs = performance.now();
  const response = await fetch(pathOf(record) ?? "", {
    method: "POST",
    credentials: "omit",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      ...(record.dialect === "anthropic-messages" && { "anthropic-version": "2023-06-01" }),
    },
    body: JSON.stringify(isObject(parsed) ? { ...parsed, model } : parsed),
    signal,
  });
  const { text, firstMs } = await readAll(response, startedMs);
  return {
    model,
    status: response.status,
    text,
    firstMs,
    totalMs: performance.now() - startedMs,
    id: response.headers.get("x-headgate-id") ?? undefined,
  };
}

async function readAll(response: Response, startedMs: number): Promise<{ text: string; firstMs: number }> {
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  let [text, firstMs] = ["", 0];
  for (;;) {
    const piece = await reader?.read();
    if (piece === undefined || piece.done) return { text: text + decoder.decode(), firstMs };
    if (firstMs === 0) firstMs = performance.now() - startedMs;
    text += decoder.decode(piece.value, { stream: true });
  }
}
