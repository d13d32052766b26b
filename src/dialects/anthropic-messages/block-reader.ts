import type { CompletionEvent } from "#core/completion";
import { arrayOf, isArray, isObject, type Json, type JsonObject, stringOf, tryParseJson } from "#lib/json";
import { writtenText } from "#lib/json-text";
import { inputOf } from "../call-input";
import { withoutFields } from "../fields";
import { decodeCitation } from "./citations";
import { decodeSignature } from "./signature";
import { decodeToolId } from "./tool-ids";
import { dialect, keep } from "./wire";

/** Reads one content block of an answer into the events of one item. A whole block is `start` and `stop` at once. */
export type BlockReader = {
  readonly start: () => readonly CompletionEvent[];
  readonly delta: (delta: JsonObject) => readonly CompletionEvent[];
  readonly stop: () => readonly CompletionEvent[];
};

type Place = { readonly choice: number; readonly index: number };

export function createBlockReader(block: JsonObject, index: number): BlockReader {
  const place = { choice: 0, index };
  switch (block.type) {
    case "text":
      return readText(block, place);
    case "thinking":
    case "redacted_thinking":
      return readThinking(block, place);
    case "tool_use":
      return readToolUse(block, place);
    default:
      return readOpaque(block, place);
  }
}

function readText(block: JsonObject, place: Place): BlockReader {
  const cite = (raw: Json): CompletionEvent => ({ type: "citation", ...place, citation: decodeCitation(raw) });
  return {
    start: () => [
      { type: "item-start", ...place, kind: "text" },
      ...textDelta(place, stringOf(block, "text")),
      ...arrayOf(block, "citations").map(cite),
    ],
    delta: (delta) => {
      if (delta.type === "text_delta") return textDelta(place, stringOf(delta, "text"));
      return delta.type === "citations_delta" && delta.citation !== undefined ? [cite(delta.citation)] : [];
    },
    stop: () => [{ type: "item-end", ...place }],
  };
}

function readThinking(block: JsonObject, place: Place): BlockReader {
  const redacted = block.type === "redacted_thinking";
  const sign = (signature: string | undefined): readonly CompletionEvent[] => {
    const { state } = decodeSignature(signature ?? "", redacted);
    return state ? [{ type: "reasoning-state", ...place, state }] : [];
  };
  return {
    start: () => [
      { type: "item-start", ...place, kind: "reasoning" },
      ...textDelta(place, stringOf(block, "thinking")),
      ...sign(stringOf(block, redacted ? "data" : "signature")),
    ],
    delta: (delta) => {
      if (delta.type === "thinking_delta") return textDelta(place, stringOf(delta, "thinking"));
      return delta.type === "signature_delta" ? sign(stringOf(delta, "signature")) : [];
    },
    stop: () => [{ type: "item-end", ...place }],
  };
}

function readToolUse(block: JsonObject, place: Place): BlockReader {
  let streamed = false;
  return {
    start: () => [
      {
        type: "item-start",
        ...place,
        kind: "tool-call",
        id: decodeToolId(stringOf(block, "id") ?? ""),
        name: stringOf(block, "name") ?? "",
        ...keep(withoutFields(block, ["type", "id", "name", "input"])),
      },
    ],
    delta: (delta) => {
      const json = stringOf(delta, "partial_json") ?? "";
      if (json === "") return [];
      streamed = true;
      return [{ type: "arguments-delta", ...place, json }];
    },
    // A whole block, and a call without arguments, have their input in the block itself.
    stop: () => [
      ...(streamed ? [] : [{ type: "arguments-delta", ...place, json: writtenText(block.input ?? {}) } as const]),
      { type: "item-end", ...place },
    ],
  };
}

/** A block that only Anthropic understands is given out whole, at its end: no other dialect could use its deltas. */
function readOpaque(block: JsonObject, place: Place): BlockReader {
  const fields = new Map(Object.entries(block));
  const json: string[] = [];
  return {
    start: () => [],
    delta: (delta) => {
      if (delta.type === "input_json_delta") json.push(stringOf(delta, "partial_json") ?? "");
      else growFields(fields, delta);
      return [];
    },
    stop: () => {
      const text = json.join("");
      const value = Object.fromEntries(fields);
      const input = tryParseJson(text);
      const whole = text === "" ? value : { ...value, input: isObject(input) ? input : inputOf(text) };
      return [
        { type: "item-start", ...place, kind: "opaque", dialect, value: whole },
        { type: "item-end", ...place },
      ];
    },
  };
}

/** Puts the fields of a delta behind those of the same name. */
function growFields(fields: Map<string, Json | undefined>, delta: JsonObject): void {
  for (const [key, more] of Object.entries(delta)) {
    if (key === "type") continue;
    const had = fields.get(key);
    fields.set(key, typeof had === "string" && typeof more === "string" ? had + more : more);
  }
}

function textDelta(place: Place, text: string | undefined): readonly CompletionEvent[] {
  return text ? [{ type: "text-delta", ...place, text }] : [];
}

/** The content blocks of an answer; entries that are not objects are passed over. */
export function blocksOf(content: Json | undefined): readonly JsonObject[] {
  return isArray(content) ? content.filter(isObject) : [];
}
