import type { ReasoningState } from "#core/completion";
import { dialect } from "./wire";

const foreignPrefix = "headgate.";

/** A thinking block's signature. State of another dialect is labelled, so that it finds back to its origin. */
export function encodeSignature(state: ReasoningState): string {
  return state.origin === dialect ? state.value : `${foreignPrefix}${state.origin}.${state.value}`;
}

/** The state behind a signature; nothing for an empty one, which stands for reasoning that came without state. */
export function decodeSignature(signature: string, redacted: boolean): { readonly state?: ReasoningState } {
  if (signature === "") return {};
  const nameEnd = signature.startsWith(foreignPrefix) ? signature.indexOf(".", foreignPrefix.length) : -1;
  if (nameEnd < 0) return { state: { origin: dialect, value: signature, redacted } };
  const origin = signature.slice(foreignPrefix.length, nameEnd);
  return { state: { origin, value: signature.slice(nameEnd + 1), redacted } };
}
