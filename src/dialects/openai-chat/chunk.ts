import type { Usage } from "#core/usage";
import { arrayOf, isObject, type Json, type JsonObject } from "#lib/json";
import type { UpstreamFailure } from "../operation";
import { isError, readFailureJson } from "../read-failure";
import { readUsage } from "./usage";

// What the decoder and the meter both look for in a chunk of a stream.

export const doneMark = "[DONE]";

/** Chunks come under no name; errors under their own. */
export function isChunk(event: string): boolean {
  return event === "message" || event === "error";
}

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

/**
 * The error in an event, or in a whole answer: at the top, in a choice, or all of it (vLLM's `object: "error"`).
 * Undefined where there is none.
 */
export function readChunkError(chunk: JsonObject, event: string): UpstreamFailure | undefined {
  const error = findError(chunk, event);
  return error === undefined
    ? undefined
    : (readFailureJson(error) ?? { message: "The provider ended the answer with an error" });
}

function findError(chunk: JsonObject, event: string): Json | undefined {
  if (isError(chunk.error) || event === "error" || chunk.object === "error") return chunk;
  for (const choice of arrayOf(chunk, "choices")) {
    if (!isObject(choice)) continue;
    if (isError(choice.error)) return choice.error;
    if (choice.finish_reason === "error") return choice;
  }
  return undefined;
}

/** Groq has its own place for usage. */
export function readChunkUsage(chunk: JsonObject): Usage | undefined {
  return readUsage(chunk.usage) ?? (isObject(chunk.x_groq) ? readUsage(chunk.x_groq.usage) : undefined);
}
