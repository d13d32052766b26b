import type { ReasoningPart, ReasoningState } from "#core/completion";
import { isObject, type JsonObject, stringOf, tryParseJson } from "#lib/json";
import { dialect } from "./wire";

// Gemini's OpenAI surface puts the signature of its thoughts on a call: `extra_content: {google: {thought_signature}}`.
// For clients of other dialects it is the state of reasoning that stands before the call, so that it finds back to it:
// https://ai.google.dev/gemini-api/docs/thought-signatures

const type = "google.thought_signature";

/** The state behind the signature of a call; undefined where it has none. */
export function readCallSignature({ extra_content: extra }: JsonObject): ReasoningState | undefined {
  const google = isObject(extra) && isObject(extra.google) ? extra.google : {};
  const signature = stringOf(google, "thought_signature") ?? "";
  return signature === "" ? undefined : { origin: dialect, value: JSON.stringify({ type, signature }), redacted: true };
}

/** What the next call has to carry, of reasoning that is nothing but a call's signature. */
export function writeCallSignature({ state }: ReasoningPart): JsonObject | undefined {
  const entry = state?.origin === dialect && state.redacted ? tryParseJson(state.value) : undefined;
  if (!isObject(entry) || entry.type !== type) return undefined;
  return { extra_content: { google: { thought_signature: stringOf(entry, "signature") ?? "" } } };
}
