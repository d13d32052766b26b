import type { Logprob } from "#core/completion";
import { arrayOf, isArray, isObject, type Json, type JsonObject, numberOf, stringOf } from "#lib/json";

/** Reads `logprobs.content` or `logprobs.refusal`. */
export function readLogprobs(value: Json | undefined): readonly Logprob[] {
  if (!isArray(value)) return [];
  return value.filter(isObject).map((entry) => ({
    ...readToken(entry),
    top: arrayOf(entry, "top_logprobs").filter(isObject).map(readToken),
  }));
}

function readToken(entry: JsonObject) {
  const bytes = isArray(entry.bytes) ? entry.bytes.filter((byte) => typeof byte === "number") : null;
  return { token: stringOf(entry, "token") ?? "", logprob: numberOf(entry, "logprob") ?? 0, bytes };
}

export function writeLogprobs(logprobs: readonly Logprob[]): readonly JsonObject[] {
  return logprobs.map(({ top, ...token }) => ({ ...token, top_logprobs: top.map((entry) => ({ ...entry })) }));
}
