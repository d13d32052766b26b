import type { ReasoningState } from "#core/completion";
import type { JsonObject } from "#lib/json";
import { decodeSignature, encodeSignature, isLabelled } from "../anthropic-messages/signature";
import { dialect as claude } from "../anthropic-messages/wire";
import { type SignedPart, stateBeside } from "../part-states";

// Claude's signatures are the same at Anthropic, Bedrock and Vertex, and have one origin:
// https://platform.claude.com/docs/en/build-with-claude/extended-thinking (differences across platforms)

/** The content of a reasoning block: text with its signature, or what was redacted. */
export function encodeReasoning(text: string, state: ReasoningState | undefined): JsonObject {
  if (state?.redacted) return { redactedContent: encodeRedacted(state) };
  if (state === undefined) return { reasoningText: { text } };
  return { reasoningText: { text, signature: encodeSignature(state) } };
}

/**
 * Redacted content is a blob, which SDKs read from base64 and write again: what is none travels as one, labelled with its
 * origin.
 */
export function encodeRedacted(state: ReasoningState): string {
  const signed = encodeSignature(state);
  if (isBlob(signed)) return signed;
  return Buffer.from(isLabelled(signed) ? signed : `headgate.${claude}.${signed}`).toString("base64");
}

/** What signs a part that is no reasoning, in a block beside it. */
export function encodeBesidePart(state: ReasoningState, of: SignedPart): JsonObject {
  return { redactedContent: Buffer.from(encodeSignature(stateBeside(state, of))).toString("base64") };
}

function isBlob(text: string): boolean {
  return Buffer.from(text, "base64").toString("base64") === text;
}

/** What a signature or redacted content holds; nothing for an empty one. */
export function decodeState(value: string, redacted: boolean): { readonly state?: ReasoningState } {
  if (!redacted) return decodeSignature(value, false);
  const inner = Buffer.from(value, "base64").toString("utf8");
  return decodeSignature(isLabelled(inner) ? inner : value, true);
}
