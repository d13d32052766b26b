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
  const nameEnd = isLabelled(signature) ? signature.indexOf(".", foreignPrefix.length) : -1;
  if (nameEnd < 0) return { state: { origin: dialect, value: signature, redacted } };
  const origin = signature.slice(foreignPrefix.length, nameEnd);
  return { state: { origin, value: signature.slice(nameEnd + 1), redacted } };
}

/** Whether it is the state of another dialect. */
export function isLabelled(signature: string): boolean {
  return signature.startsWith(foreignPrefix);
}

/**
 * Whether Anthropic cannot have made it: its signatures are long base64. Look-alikes send nothing, a UUID or a digest in
 * hexadecimal digits, and it refuses those.
 */
export function isForeign(signature: string): boolean {
  return signature.trim() === "" || isLabelled(signature) || uuid.test(signature) || digest.test(signature);
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const digest = /^[0-9a-f]{32,128}$/;
