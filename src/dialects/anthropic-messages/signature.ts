import { dialectNames, type ReasoningState } from "#core/completion";
import { dialect } from "./wire";

const foreignPrefix = "headgate.";

/** A thinking block's signature. State of another dialect is labelled, so that it finds back to its origin. */
export function encodeSignature(state: ReasoningState): string {
  return state.origin === dialect ? state.value : `${foreignPrefix}${state.origin}.${state.value}`;
}

/** The state behind a signature; nothing for an empty one, which stands for reasoning that came without state. */
export function decodeSignature(signature: string, redacted: boolean): { readonly state?: ReasoningState } {
  if (signature === "") return {};
  const origin = dialectNames.find((name) => signature.startsWith(`${foreignPrefix}${name}.`));
  if (origin === undefined) return { state: { origin: dialect, value: signature, redacted } };
  return { state: { origin, value: signature.slice(foreignPrefix.length + origin.length + 1), redacted } };
}
