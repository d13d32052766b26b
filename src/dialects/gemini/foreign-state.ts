import type { ReasoningPart, ReasoningState } from "#core/completion";
import { isArray, isObject, type JsonObject, stringOf, tryParseJson } from "#lib/json";
import { signatureOfState, stateOfSignature } from "../thought-signature";

// Reasoning of other providers that has to come back to them (Anthropic's signed thinking, OpenAI's encrypted reasoning)
// travels in the one place that clients of Gemini keep: the thought signature of the part behind it. It is base64, for some
// clients read it as bytes, and begins so that no provider's own does.

const mark = "headgate:";
const encodedMark = Buffer.from(mark).toString("base64");

/** Whether a signature was made here: no provider of Gemini's can read it. */
export function isForeignSignature(signature: string): boolean {
  return signature.startsWith(encodedMark);
}

/** What a part carries: its own signature, and the reasoning that came before it. */
export function writeSignature(
  reasoning: readonly ReasoningPart[],
  state: ReasoningState | undefined,
): string | undefined {
  const signature = signatureOfState(state);
  if (reasoning.length === 0 && (state === undefined || signature !== undefined)) return signature;
  const written = reasoning.map(({ text, isSummary, state: of }) => ({ text, isSummary, ...of }));
  return Buffer.from(mark + JSON.stringify([{ ...state }, ...written])).toString("base64");
}

type Carried = { readonly reasoning: readonly ReasoningPart[]; readonly state?: ReasoningState };

/** The same, read back. */
export function readSignature(signature: string | undefined): Carried {
  if (signature === undefined || !isForeignSignature(signature)) {
    const state = stateOfSignature(signature);
    return state === undefined ? nothing : { reasoning: [], state };
  }
  const written = tryParseJson(Buffer.from(signature, "base64").toString().slice(mark.length));
  const [first, ...rest] = isArray(written) ? written.filter(isObject) : [];
  const state = first === undefined ? undefined : readState(first);
  return { reasoning: rest.map(readReasoning), ...(state && { state }) };
}

const nothing: Carried = { reasoning: [] };

function readReasoning(entry: JsonObject): ReasoningPart {
  const state = readState(entry);
  return {
    type: "reasoning",
    text: stringOf(entry, "text") ?? "",
    ...(entry.isSummary === true && { isSummary: true }),
    ...(state && { state }),
  };
}

function readState(entry: JsonObject): ReasoningState | undefined {
  const origin = stringOf(entry, "origin");
  const value = stringOf(entry, "value");
  if (origin === undefined || value === undefined) return undefined;
  return { origin, value, redacted: entry.redacted === true };
}
