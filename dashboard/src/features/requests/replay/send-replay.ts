import { useCallback } from "react";
import { useAskModel } from "#api/use-ask-model";
import type { Body } from "#lib/conversation/conversation";
import { isObject, tryParse } from "#lib/json";
import { callOf } from "#lib/request-code/call-of";
import type { WholeRecord } from "../record";

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
  readonly body: Body;
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
      const sent = isObject(parsed) ? callOf(record, model, parsed) : undefined;
      if (sent === undefined) throw new Error("This request cannot be sent again.");
      let startedMs = 0;
      const response = await ask({
        key,
        ...sent,
        signal,
        onSend: () => {
          startedMs = performance.now();
        },
      });
      const { bytes, firstMs } = await readAll(response, startedMs);
      const totalMs = performance.now() - startedMs;
      const id = response.headers.get("x-headgate-id") ?? undefined;
      return { model, status: response.status, body: bodyOf(bytes), firstMs, totalMs, id };
    },
    [ask],
  );
}

async function readAll(response: Response, startedMs: number): Promise<{ bytes: Uint8Array; firstMs: number }> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body?.getReader();
  let firstMs = 0;
  for (;;) {
    const piece = await reader?.read();
    if (piece === undefined || piece.done) return { bytes: await new Blob(pieces).bytes(), firstMs };
    if (firstMs === 0) firstMs = performance.now() - startedMs;
    pieces.push(piece.value);
  }
}

/** As the API gives the bodies of records. */
function bodyOf(bytes: Uint8Array): Body {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { base64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")) };
  }
}
