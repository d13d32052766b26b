import { useCallback } from "react";
import { useAskModel } from "#api/use-ask-model";
import { isObject, tryParse } from "#lib/json";
import type { WholeRecord } from "../record";
import { replayCall } from "./replay-call";

export type ReplayInput = {
  readonly record: WholeRecord;
  /** The body as it was edited; the model that it names is replaced. */
  readonly body: string;
  readonly model: string;
  /** Id of the virtual key that pays. */
  readonly key: string;
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

/** Sends a request again in its own dialect, as a virtual key. */
export function useSendReplay(): (input: ReplayInput, signal: AbortSignal) => Promise<ReplayResult> {
  const ask = useAskModel();
  return useCallback(
    async ({ record, body, model, key }, signal) => {
      const parsed = tryParse(body);
      const sent = isObject(parsed) ? replayCall(record, model, parsed) : undefined;
      if (sent === undefined) throw new Error("This request cannot be sent again.");
      let startedMs = 0;
      const response = await ask({
        key,
        ...sent,
        ...(record.dialect === "anthropic-messages" && { headers: { "anthropic-version": "2023-06-01" } }),
        signal,
        onSend: () => {
          startedMs = performance.now();
        },
      });
      const { text, firstMs } = await readAll(response, startedMs);
      const totalMs = performance.now() - startedMs;
      const id = response.headers.get("x-headgate-id") ?? undefined;
      return { model, status: response.status, text, firstMs, totalMs, id };
    },
    [ask],
  );
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
