import type { ReasoningState } from "#core/completion";
import { isObject, type JsonObject, stringOf } from "#lib/json";
import { signatureOfState, stateOfSignature } from "../thought-signature";

// Gemini's OpenAI surface puts a thought signature on a call, or on the message whose text it belongs to:
// `extra_content: {google: {thought_signature}}` (https://ai.google.dev/gemini-api/docs/thought-signatures)

/** The state of what carries a signature; undefined where it has none. */
export function readSignature({ extra_content: extra }: JsonObject): ReasoningState | undefined {
  const google = isObject(extra) && isObject(extra.google) ? extra.google : {};
  return stateOfSignature(stringOf(google, "thought_signature"));
}

/** The field that carries a state; undefined for one that is no thought signature. */
export function writeSignature(state: ReasoningState | undefined): JsonObject | undefined {
  const signature = signatureOfState(state);
  return signature === undefined ? undefined : { extra_content: { google: { thought_signature: signature } } };
}
