import type { ReasoningState } from "#core/completion";

// Gemini signs any part of its answers and wants each signature back on its part. Whichever surface it comes through (its
// own, its OpenAI surface, a client of another dialect), it is the same state of one origin:
// https://ai.google.dev/gemini-api/docs/thought-signatures

const origin = "gemini";

/** The state behind a thought signature; undefined for an empty one. */
export function stateOfSignature(signature: string | undefined): ReasoningState | undefined {
  return signature === undefined || signature === "" ? undefined : { origin, value: signature, redacted: false };
}

/** The thought signature that a state is; undefined where it is another's. */
export function signatureOfState(state: ReasoningState | undefined): string | undefined {
  return state?.origin === origin ? state.value : undefined;
}
