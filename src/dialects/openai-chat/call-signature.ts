import type { ReasoningState } from "#core/completion";
import { isObject, type Json, type JsonObject, stringOf } from "#lib/json";
import { signatureOfState, stateOfSignature } from "../thought-signature";

// Gemini's OpenAI surface puts a thought signature on a call, or on the message whose text it belongs to:
// `extra_content: {google: {thought_signature}}` (https://ai.google.dev/gemini-api/docs/thought-signatures).
// LiteLLM, and conversations begun with it, put it in `provider_specific_fields` of the call or of its function
// (https://docs.litellm.ai/blog/gemini_3#thought-signatures).

/** The state of what carries a signature; undefined where it has none. */
export function readSignature(carrier: JsonObject): ReasoningState | undefined {
  const { extra_content: extra, provider_specific_fields: specific, function: called } = carrier;
  const ofFunction = isObject(called) ? called.provider_specific_fields : undefined;
  return stateIn(isObject(extra) ? extra.google : undefined) ?? stateIn(specific) ?? stateIn(ofFunction);
}

function stateIn(fields: Json | undefined): ReasoningState | undefined {
  return isObject(fields) ? stateOfSignature(stringOf(fields, "thought_signature")) : undefined;
}

/** The field that carries a state; undefined for one that is no thought signature. */
export function writeSignature(state: ReasoningState | undefined): JsonObject | undefined {
  const signature = signatureOfState(state);
  return signature === undefined ? undefined : { extra_content: { google: { thought_signature: signature } } };
}
