import type { UpstreamFailure } from "#core/upstream-failure";
import type { Usage } from "#core/usage";
import type { StreamEvent } from "#lib/frame-parser";
import { arrayOf, isObject, type Json, type JsonObject, stringOf } from "#lib/json";
import { tryParseJsonWithTexts } from "#lib/json-text";
import { readOpenAiUsage } from "../openai-usage";
import { InvalidAnswer } from "../operation";
import { isError, readFailureJson } from "../read-failure";
import { chunkTexts } from "./verbatim";

// What the decoder and the meter both look for in a chunk of a stream.

export const doneMark = "[DONE]";

/** Chunks come under no name; errors under their own. */
export function isChunk(event: string): boolean {
  return event === "message" || event === "error";
}

/** The object in an event. The words of an error may come as they are. */
export function readChunk({ event, data }: StreamEvent): JsonObject | undefined {
  const json = tryParseJsonWithTexts(data, chunkTexts);
  if (isObject(json)) return json;
  return event === "error" ? { error: typeof json === "string" ? json : data } : undefined;
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
  if (error === undefined) return undefined;
  const failure = readFailureJson(error) ?? failureOfFinish(error);
  const usage = readChunkUsage(chunk);
  return usage === undefined ? failure : { ...failure, usage };
}

/** Of a choice that says no more than that it failed, and an event that says nothing. */
function failureOfFinish(error: Json): UpstreamFailure {
  const word = isObject(error) ? stringOf(error, "finish_reason") : undefined;
  const message = "The provider ended the answer with an error";
  return word === undefined || word === "error" ? { message } : { message: `${message}: ${word}`, code: word };
}

/** Finish reasons of an answer that broke off at the provider: half of it is no answer. */
const failedFinishes: ReadonlySet<Json> = new Set([
  // https://openrouter.ai/docs/api/reference/errors-and-debugging, https://docs.mistral.ai/api
  "error",
  // https://api-docs.deepseek.com/api/create-chat-completion
  "insufficient_system_resource",
  // https://docs.z.ai/api-reference/llm/chat-completion
  "network_error",
]);

/** MiniMax says with every answer how it went: https://platform.minimax.io/docs/api-reference/text-post */
function hasFailed(told: Json | undefined): boolean {
  return isObject(told) && typeof told.status_code === "number" && told.status_code !== 0;
}

function findError(chunk: JsonObject, event: string): Json | undefined {
  if (isError(chunk.error) || event === "error" || chunk.object === "error" || hasFailed(chunk.base_resp)) return chunk;
  for (const choice of arrayOf(chunk, "choices")) {
    if (!isObject(choice)) continue;
    if (isError(choice.error)) return choice.error;
    if (failedFinishes.has(choice.finish_reason ?? null)) return choice;
  }
  return undefined;
}

/** More than can be asked for (`n` is at most 128), and a bound for what is looked at with every chunk. */
const mostChoices = 1024;

/** Throws InvalidAnswer for an answer of more choices than anybody asked for. */
export function checkChoices(count: number): void {
  if (count > mostChoices) throw new InvalidAnswer(`it has more than ${mostChoices} choices`);
}

/** Groq has its own place for usage. */
export function readChunkUsage(chunk: JsonObject): Usage | undefined {
  return readOpenAiUsage(chunk.usage) ?? (isObject(chunk.x_groq) ? readOpenAiUsage(chunk.x_groq.usage) : undefined);
}
