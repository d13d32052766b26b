import type { CompletionEvent, ReasoningState } from "#core/completion";
import { isObject, type Json, type JsonObject } from "#lib/json";
import { FreeFormReader } from "../free-form";
import { writeLogprobs } from "../openai-logprobs";
import { writeSignature } from "./call-signature";
import type { TextField } from "./chunk-writer";
import { writeAnnotation } from "./citations";
import { writeMadeMedia } from "./made-media";
import { writeDetail } from "./reasoning-details";
import { type CallForms, dialect } from "./wire";

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
  /** Of a call of a custom tool: reads its text. */
  readonly text?: FreeFormReader;
};

/** Writes the events of items as deltas of their choice. */
export function createItemEncoder({ legacy, custom }: CallForms): { readonly encode: (event: ItemEvent) => Written } {
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
    const isCustom = event.kind === "tool-call" && (event.freeForm === true || custom.has(event.name));
    const offset = lengths.get(event.choice) ?? 0;
    latest = { start: event, order, offset, length: 0, ...(isCustom && { text: new FreeFormReader() }) };
    open.set(keyOf(event), latest);
    if (event.kind === "opaque") return writeOpaque(event.dialect, event.value);
    if (event.kind === "image" || event.kind === "audio") return orNone(writeMadeMedia(event));
    return event.kind === "tool-call"
      ? {
          delta: {
            content: null,
            ...(isCustom ? writeCustomStart(event, order) : writeCallStart(event, order, legacy)),
          },
        }
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
        if (item.text !== undefined) return writeInput(item.text.add(event.json), item.order);
        return { delta: writeArguments(event.json, item.order, legacy) };
      case "citation":
        return orLost("annotations", writeAnnotation(event.citation, item.offset, item.length));
      case "reasoning-state":
        return item.start.kind === "text"
          ? orNone(writeSignature(event.state))
          : orLost("reasoning_details", writeDetail({ text: "", state: event.state }, item.order));
      case "opaque-delta":
        return item.start.kind === "opaque" ? writeOpaque(item.start.dialect, event.value) : undefined;
      case "item-end":
        open.delete(keyOf(event));
        latest = undefined;
        return item.text === undefined ? undefined : writeInput(item.text.rest(), item.order);
    }
  };

  return { encode };
}

function writeCallStart(
  event: { readonly id: string; readonly name: string; readonly state?: ReasoningState },
  index: number,
  legacy: boolean,
): JsonObject {
  const called = { name: event.name, arguments: "" };
  if (legacy) return { function_call: called };
  return { tool_calls: [{ index, id: event.id, type: "function", function: called, ...writeSignature(event.state) }] };
}

function writeCustomStart({ id, name }: { readonly id: string; readonly name: string }, index: number): JsonObject {
  return { tool_calls: [{ index, id, type: "custom", custom: { name, input: "" } }] };
}

function writeInput(input: string, index: number): Written {
  return input === "" ? undefined : { delta: { tool_calls: [{ index, custom: { input } }] } };
}

function writeArguments(json: string, index: number, legacy: boolean): JsonObject {
  const called = { arguments: json };
  return legacy ? { function_call: called } : { tool_calls: [{ index, function: called }] };
}

/** Reasoning is written twice: for every client, and with its block for those that will send it back. */
function writeText({ text, logprobs }: EventOf<"text-delta">, item: OpenItem): Written {
  if (item.start.kind === "reasoning") {
    const { isSummary } = item.start;
    return {
      delta: {
        reasoning_content: text,
        reasoning_details: [writeDetail({ text, ...(isSummary && { isSummary }) }, item.order) ?? null],
      },
    };
  }
  const field = item.start.kind === "refusal" ? "refusal" : "content";
  if (logprobs === undefined) return { field, text };
  const rest = { logprobs: { content: null, refusal: null, [field]: writeLogprobs(logprobs) } };
  return { delta: { [field]: text }, rest };
}

function writeOpaque(from: string, value: Json): Written {
  return from === dialect && isObject(value) ? { delta: value } : "lost";
}

function orNone(delta: JsonObject | undefined): Written {
  return delta === undefined ? "lost" : { delta };
}

function orLost(field: string, entry: JsonObject | undefined): Written {
  return entry === undefined ? "lost" : { delta: { [field]: [entry] } };
}

function keyOf(place: { readonly choice: number; readonly index: number }): string {
  return `${place.choice}/${place.index}`;
}
