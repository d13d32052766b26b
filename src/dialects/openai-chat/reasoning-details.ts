import type { ReasoningPart, ReasoningState } from "#core/completion";
import { isArray, isObject, type Json, type JsonObject, numberOf, stringOf, tryParseJson } from "#lib/json";
import { itemOfState, stateOfItem } from "../reasoning-item";
import { signatureOfState, stateOfSignature } from "../thought-signature";
import { anthropicReasoningFormat, dialect, responsesFormat, thoughtFormat } from "./wire";

/**
 * `reasoning_details`, OpenRouter's list of typed reasoning blocks, is how this dialect carries signatures and
 * encrypted reasoning: `{type: "reasoning.text", text, signature, format, index}`, `{type: "reasoning.summary", summary}`
 * and `{type: "reasoning.encrypted", data}`. A stream brings a block's text in pieces, its signature last. Anthropic's
 * state travels as format `anthropic-claude-v1`; the state of any other format is the entry itself but for its text.
 */
type ReasoningDetail = {
  /** Entries of one block share it, so that a block may come in pieces. */
  readonly block: string;
  readonly text: string;
  readonly isSummary: boolean;
  readonly state?: ReasoningState;
};

export function readDetail(entry: Json): ReasoningDetail | undefined {
  if (!isObject(entry)) return undefined;
  const type = stringOf(entry, "type");
  const isSummary = type === "reasoning.summary";
  const text = stringOf(entry, isSummary ? "summary" : "text") ?? "";
  const block = `${type}/${numberOf(entry, "index") ?? ""}`;
  const state = readState(entry);
  return state === undefined
    ? { block, text, isSummary }
    : { block, text: state.redacted ? "" : text, isSummary, state };
}

function readState(entry: JsonObject): ReasoningState | undefined {
  const data = entry.type === "reasoning.encrypted" ? stringOf(entry, "data") : undefined;
  const signature = stringOf(entry, "signature");
  const secret = data ?? signature;
  if (secret === undefined || secret === "") return undefined;
  const redacted = data !== undefined;
  if (entry.format === anthropicReasoningFormat) return { origin: "anthropic-messages", value: secret, redacted };
  if (entry.format === thoughtFormat && !redacted) return stateOfSignature(secret);
  if (entry.format === responsesFormat) return stateOfItem(stringOf(entry, "id"), secret);
  const { text: _text, summary: _summary, ...rest } = entry;
  return { origin: dialect, value: JSON.stringify(rest), redacted };
}

/**
 * The entry for a block, or for a piece of its text, or (with text "") for its state alone; undefined for state that
 * this dialect cannot carry.
 */
export function writeDetail(
  { text, isSummary, state }: Omit<ReasoningPart, "type">,
  index: number,
): JsonObject | undefined {
  if (state === undefined)
    return isSummary ? { type: "reasoning.summary", summary: text, index } : { type: "reasoning.text", text, index };
  const entry = state.origin === dialect ? tryParseJson(state.value) : writeForeignState(state, index);
  if (!isObject(entry)) return undefined;
  const field = entry.type === "reasoning.summary" ? "summary" : "text";
  return text === "" ? entry : { ...entry, [field]: text };
}

function writeForeignState(state: ReasoningState, index: number): JsonObject | undefined {
  const signature = signatureOfState(state);
  if (signature !== undefined) return { type: "reasoning.text", signature, format: thoughtFormat, index };
  const item = itemOfState(state);
  if (item !== undefined) return { type: "reasoning.encrypted", ...item, format: responsesFormat, index };
  if (state.origin !== "anthropic-messages") return undefined;
  const place = { format: anthropicReasoningFormat, index };
  if (state.redacted) return { type: "reasoning.encrypted", data: state.value, ...place };
  return { type: "reasoning.text", signature: state.value, ...place };
}

/** The reasoning of an assistant message that a client sends back. */
export function readReasoningParts(message: JsonObject): readonly ReasoningPart[] {
  const plain = stringOf(message, "reasoning_content") ?? stringOf(message, "reasoning") ?? "";
  const details = isArray(message.reasoning_details) ? joinDetails(message.reasoning_details) : [];
  if (plain === "" || details.some((detail) => detail.text !== "")) return details.map(asPart);
  const signed = details.findIndex((detail) => detail.state?.redacted === false);
  if (signed < 0) return [{ type: "reasoning", text: plain }, ...details.map(asPart)];
  return details.map((detail, index) => asPart(index === signed ? { ...detail, text: plain } : detail));
}

function asPart({ text, isSummary, state }: ReasoningDetail): ReasoningPart {
  return { type: "reasoning", text, ...(isSummary && { isSummary: true }), ...(state && { state }) };
}

/** Clients that only concatenate a stream's lists send the pieces of a block apart. */
function joinDetails(entries: readonly Json[]): readonly ReasoningDetail[] {
  const joined: ReasoningDetail[] = [];
  for (const detail of entries.map(readDetail)) {
    const last = joined.at(-1);
    if (detail === undefined) continue;
    if (last !== undefined && last.state === undefined && (last.block === detail.block || endsText(detail)))
      joined[joined.length - 1] = { ...last, ...detail, text: last.text + detail.text };
    else joined.push(detail);
  }
  return joined;
}

/** State without a text belongs to the text before it, whatever block that was said to be. */
function endsText({ text, state }: ReasoningDetail): boolean {
  return text === "" && state?.redacted === false;
}
