import { arrayOf, isObject, type Json, type JsonObject, numberOf, objectOf, stringOf, tryParseJson } from "#lib/json";
import { carrierOf, countOf, type Saying, usageOf } from "./saying.ts";

/** What a response says. */
export function sayingOfResponse(response: JsonObject): Saying {
  const output = arrayOf(response, "output").filter(isObject);
  const parts = output.flatMap((item) => (item.type === "message" ? arrayOf(item, "content").filter(isObject) : []));
  const calls = output.filter(({ type }) => type === "function_call" || type === "custom_tool_call");
  const usage = objectOf(response, "usage");
  return {
    text: parts.map((part) => stringOf(part, "text") ?? stringOf(part, "refusal") ?? "").join(""),
    reasoning: output.map(reasoningOf).join(""),
    state: output.flatMap((item) => (item.type === "reasoning" && stringOf(item, "encrypted_content")) || []),
    calls: calls.map((call) => ({ name: stringOf(call, "name") ?? "", arguments: argumentsOf(call) })),
    callIds: calls.map((call) => stringOf(call, "call_id") ?? ""),
    finish: { word: finishOf(response), refused: parts.some(({ type }) => type === "refusal") },
    usage: usageOf(
      countOf(usage, "input_tokens"),
      countOf(objectOf(usage ?? {}, "input_tokens_details"), "cached_tokens"),
      countOf(usage, "output_tokens"),
    ),
    reasoned: countOf(objectOf(usage ?? {}, "output_tokens_details"), "reasoning_tokens"),
    written: countOf(objectOf(usage ?? {}, "input_tokens_details"), "cache_write_tokens"),
    choices: [],
    pictures: output.flatMap((item) => (item.type === "image_generation_call" && stringOf(item, "result")) || []),
    citations: parts
      .flatMap((part) => arrayOf(part, "annotations").filter(isObject))
      .map((annotation) => stringOf(annotation, "url") ?? String(annotation.type)),
    others: [
      ...output
        .map(({ type }) => String(type))
        .filter((type) => !carried.has(type))
        .map(kindOf),
      ...(parts.some((part) => arrayOf(part, "logprobs").length > 0) ? ["logprobs"] : []),
    ],
    carries: carrierOf(response),
  };
}

/** What a stream says, by its events: those that end an item count, and deltas where an item brings nothing. */
export function responseOfEvents(events: readonly JsonObject[]): JsonObject {
  const items = new Map<number, JsonObject>();
  const grown = new Map<number, JsonObject>();
  let response: JsonObject = {};
  for (const event of events) {
    const type = stringOf(event, "type") ?? "";
    const at = numberOf(event, "output_index") ?? grown.size - 1;
    response = objectOf(event, "response") ?? response;
    if (type === "response.output_item.added") grown.set(at, objectOf(event, "item") ?? {});
    if (type === "response.output_item.done") items.set(at, objectOf(event, "item") ?? {});
    const growing = grown.get(at);
    if (growing !== undefined) grown.set(at, grow(growing, type, event));
  }
  for (const [at, item] of grown) items.set(at, joined(items.get(at), item));
  const output = [...items].sort(([a], [b]) => a - b).map(([, item]) => item);
  return output.length === 0 ? response : { ...response, output };
}

/** The text of a stream's deltas alone, which must be that of the items. */
export function deltasOf(events: readonly JsonObject[]): string {
  const told = events.filter(({ type }) => type === "response.output_text.delta" || type === "response.refusal.delta");
  return told.map((event) => stringOf(event, "delta") ?? "").join("");
}

const carried: ReadonlySet<string> = new Set(["message", "reasoning", "function_call", "custom_tool_call"]);

function kindOf(type: string): string {
  if (type === "image_generation_call") return "image";
  if (type === "compaction") return "compaction item";
  return /^(?:local_shell|shell|apply_patch|computer)_call$/.test(type) ? `${type} item` : "server tools";
}

/** What was streamed is what a client saw: some recordings were abridged in their deltas alone. */
function joined(ended: JsonObject | undefined, streamed: JsonObject): JsonObject {
  if (ended === undefined) return streamed;
  const text = textIn(streamed);
  const parts = arrayOf(ended, "content").filter(isObject);
  if (ended.type !== "message" || text === "" || parts.length > 1) return ended;
  return { ...ended, content: [{ ...parts[0], type: "output_text", text }] };
}

function grow(item: JsonObject, type: string, event: JsonObject): JsonObject {
  const delta = stringOf(event, "delta") ?? "";
  switch (type) {
    case "response.output_text.delta":
      return { ...item, content: [{ type: "output_text", text: textIn(item) + delta }] };
    case "response.function_call_arguments.delta":
      return { ...item, arguments: (stringOf(item, "arguments") ?? "") + delta };
    case "response.custom_tool_call_input.delta":
      return { ...item, input: (stringOf(item, "input") ?? "") + delta };
    default:
      return item;
  }
}

function textIn(item: JsonObject): string {
  return arrayOf(item, "content")
    .filter(isObject)
    .map((part) => stringOf(part, "text") ?? "")
    .join("");
}

function reasoningOf(item: JsonObject): string {
  if (item.type !== "reasoning") return "";
  const texts = (field: string) =>
    arrayOf(item, field)
      .filter(isObject)
      .map((part) => stringOf(part, "text") ?? "")
      .filter((text) => text !== "")
      .join("\n\n");
  return texts("content") + texts("summary");
}

function argumentsOf(call: JsonObject): Json {
  if (call.type === "custom_tool_call") return { input: stringOf(call, "input") ?? "" };
  const json = call.arguments;
  if (typeof json !== "string") return json ?? {};
  return json.trim() === "" ? {} : (tryParseJson(json) ?? { unreadable: json });
}

function finishOf(response: JsonObject): string {
  const status = stringOf(response, "status") ?? "completed";
  return stringOf(objectOf(response, "incomplete_details") ?? {}, "reason") ?? status;
}
