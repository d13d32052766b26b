import { isObject, type Json, tryParseJson } from "#lib/json";

/** What a worker says on the snapshot channel, one JSON document a line. */
export type WorkerMessage =
  | { readonly type: "hello"; readonly worker: number; readonly generation: number; readonly sequence: number }
  | { readonly type: "ack"; readonly sequence: number }
  | { readonly type: "resync" };

/** Undefined for anything that is no message. */
export function parseWorkerMessage(line: string): WorkerMessage | undefined {
  const message = tryParseJson(line);
  if (!isObject(message)) return undefined;
  const { type, worker, generation, sequence } = message;
  if (type === "resync") return { type };
  if (!isCount(sequence)) return undefined;
  if (type === "ack") return { type, sequence };
  return type === "hello" && isCount(worker) && isCount(generation)
    ? { type, worker, generation, sequence }
    : undefined;
}

function isCount(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
