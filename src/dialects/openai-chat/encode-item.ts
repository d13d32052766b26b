import type { CompletionEvent } from "#core/completion";
import { isObject, type Json, type JsonObject } from "#lib/json";
import type { TextField } from "./chunk-writer";
import { writeAnnotation } from "./citations";
import { writeLogprobs } from "./logprobs";
import { writeDetail } from "./reasoning-details";
import { dialect } from "./wire";

type EventOf<T extends CompletionEvent["type"]> = Extract<CompletionEvent, { readonly type: T }>;
export type ItemEvent = Extract<CompletionEvent, { readonly index: number }>;

/**
 * A choice's delta, and what stands beside it; `field` for one that is nothing but a text. Undefined: nothing to say.
 * Lost: no words for it here.
 */
type Written =
  | { readonly delta: JsonObject; readonly rest?: JsonObject; readonly field?: undefined }
  | { readonly field: TextField; readonly text: string }
  | "lost"
  | undefined;

/** What the deltas of an open item need to know of it. */
type OpenItem = {
  readonly start: EventOf<"item-start">;
  /** Its place among the choice's tool calls, or reasoning blocks. */
  readonly order: number;
  /** Where it begins in the choice's text. */
  readonly offset: number;
  length: number;
};

/** Writes the events of items as deltas of their choice. */
export function createItemEncoder(legacy: boolean): { readonly encode: (event: ItemEvent) => Written } {
  const open = new Map<string, OpenItem>();
  const counts = new Map<string, number>();
  /** Characters of each choice's text. */
  const lengths = new Map<number, number>();
  /** The item that grew last: most events are of the one before. */
  let latest: OpenItem | undefined;

  const orderOf = ({ choice, kind }: EventOf<"item-start">): number => {
    const order = counts.get(`${choice}/${kind}`) ?? 0;
    counts.set(`${choice}/${kind}`, order + 1);
    return order;
  };

  const start = (event: EventOf<"item-start">): Written => {
    const order = orderOf(event);
    latest = { start: event, order, offset: lengths.get(event.choice) ?? 0, length: 0 };
    open.set(keyOf(event), latest);
    if (event.kind === "opaque") return writeOpaque(event.dialect, event.value);
    return event.kind === "tool-call"
      ? { delta: { content: null, ...writeCallStart(event, order, legacy) } }
      : undefined;
  };

  const text = (event: EventOf<"text-delta">, item: OpenItem): Written => {
    item.length += event.text.length;
    if (item.start.kind === "text") lengths.set(event.choice, (lengths.get(event.choice) ?? 0) + event.text.length);
    return writeText(event, item);
  };

  const encode = (event: ItemEvent): Written => {
    if (event.type === "item-start") return start(event);
    const isLatest = latest?.start.index === event.index && latest.start.choice === event.choice;
    const item = isLatest ? latest : open.get(keyOf(event));
    if (!item) return undefined;
    latest = item;
    switch (event.type) {
      case "text-delta":
        return text(event, item);
      case "arguments-delta":
        return { delta: writeArguments(event.json, item.order, legacy) };
      case "citation":
        return orLost("annotations", writeAnnotation(event.citation, item.offset, item.length));
      case "reasoning-state":
        return orLost("reasoning_details", writeDetail("", event.state, item.order));
      case "opaque-delta":
        return item.start.kind === "opaque" ? writeOpaque(item.start.dialect, event.value) : undefined;
      case "item-end":
        open.delete(keyOf(event));
        latest = undefined;
        return undefined;
    }
  };

  return { encode };
}

function writeCallStart(
  event: { readonly id: string; readonly name: string },
  index: number,
  legacy: boolean,
): JsonObject {
  const called = { name: event.name, arguments: "" };
  if (legacy) return { function_call: called };
  return { tool_calls: [{ index, id: event.id, type: "function", function: called }] };
}

function writeArguments(json: string, index: number, legacy: boolean): JsonObject {
  const called = { arguments: json };
  return legacy ? { function_call: called } : { tool_calls: [{ index, function: called }] };
}

/** Reasoning is written twice: for every client, and with its block for those that will send it back. */
function writeText({ text, logprobs }: EventOf<"text-delta">, item: OpenItem): Written {
  if (item.start.kind === "reasoning") {
    const piece = { type: "reasoning.text", text, index: item.order };
    return { delta: { reasoning_content: text, reasoning_details: [piece] } };
  }
  const field = item.start.kind === "refusal" ? "refusal" : "content";
  if (logprobs === undefined) return { field, text };
  const rest = { logprobs: { content: null, refusal: null, [field]: writeLogprobs(logprobs) } };
  return { delta: { [field]: text }, rest };
}

function writeOpaque(from: string, value: Json): Written {
  return from === dialect && isObject(value) ? { delta: value } : "lost";
}

function orLost(field: string, entry: JsonObject | undefined): Written {
  return entry === undefined ? "lost" : { delta: { [field]: [entry] } };
}

function keyOf(place: { readonly choice: number; readonly index: number }): string {
  return `${place.choice}/${place.index}`;
}
