import type { Usage } from "#core/usage";
import { arrayOf, isObject, type Json, type JsonObject } from "#lib/json";
import { readUsage } from "./usage";

// What the decoder and the meter both look for in a chunk of a stream.

export const doneMark = "[DONE]";

/**
 * A stream is complete when every choice that came has its finish reason. `[DONE]` alone does not make it so, but
 * `[DONE]` after the provider's account of the tokens does: OpenRouter is known to leave the reason out.
 */
export function isComplete(
  choices: readonly { readonly finish?: string | undefined }[],
  seen: { readonly done: boolean; readonly usage: boolean },
): boolean {
  if (choices.length === 0) return false;
  return (seen.done && seen.usage) || choices.every((choice) => choice.finish !== undefined);
}

/** An error object in mid-stream: at the top, in a choice, or the whole event (vLLM's `object: "error"`). */
export function readChunkError(chunk: JsonObject, event: string): Json | undefined {
  if (chunk.error !== undefined && chunk.error !== null) return chunk.error;
  if (event === "error" || chunk.object === "error") return chunk;
  const failed = arrayOf(chunk, "choices").find((choice) => isObject(choice) && choice.finish_reason === "error");
  return isObject(failed) ? (failed.error ?? failed) : undefined;
}

/** Groq has its own place for usage. */
export function readChunkUsage(chunk: JsonObject): Usage | undefined {
  return readUsage(chunk.usage) ?? (isObject(chunk.x_groq) ? readUsage(chunk.x_groq.usage) : undefined);
}
