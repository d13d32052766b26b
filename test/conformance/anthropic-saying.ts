import { arrayOf, isObject, type JsonObject, numberOf, objectOf, stringOf, tryParseJson } from "#lib/json";
import { carrierOf, countOf, type Saying, usageOf } from "./saying.ts";

/** What a message says. */
export function sayingOfMessage(message: JsonObject): Saying {
  const blocks = arrayOf(message, "content").filter(isObject);
  const uses = blocks.filter(({ type }) => type === "tool_use");
  const sum = summing(roundsOf(objectOf(message, "usage") ?? {}));
  const cached = sum("cache_read_input_tokens");
  const input = sum("input_tokens") + cached + sum("cache_creation_input_tokens");
  return {
    text: blocks.map((block) => (block.type === "text" ? stringOf(block, "text") : "") ?? "").join(""),
    reasoning: blocks.map((block) => (block.type === "thinking" ? stringOf(block, "thinking") : "") ?? "").join(""),
    state: blocks.map(stateOf).filter((state) => state !== ""),
    calls: uses.map(({ name, input }) => ({ name: String(name), arguments: input ?? {} })),
    callIds: uses.map((use) => stringOf(use, "id") ?? ""),
    finish: { word: stringOf(message, "stop_reason") ?? "", refused: false },
    usage: usageOf(input, cached, sum("output_tokens")),
    // Most of its answers do not say how much they thought.
    reasoned: numberOf(objectOf(objectOf(message, "usage") ?? {}, "output_tokens_details") ?? {}, "thinking_tokens"),
    written: sum("cache_creation_input_tokens"),
    choices: [],
    pictures: [],
    citations: blocks.flatMap((block) => arrayOf(block, "citations").filter(isObject)).map(placeOf),
    carries: carrierOf(message),
    others: blocks
      .map(({ type }) => String(type))
      .filter((type) => !carried.has(type))
      .map(kindOf),
  };
}

export function messageOfEvents(events: readonly JsonObject[]): JsonObject {
  let message: JsonObject = {};
  const blocks = new Map<number, JsonObject>();
  const json = new Map<number, string>();
  for (const event of events) {
    const index = numberOf(event, "index") ?? 0;
    const delta = objectOf(event, "delta") ?? {};
    if (event.type === "message_start") message = objectOf(event, "message") ?? {};
    if (event.type === "content_block_start") blocks.set(index, objectOf(event, "content_block") ?? {});
    if (event.type === "content_block_delta") {
      json.set(index, (json.get(index) ?? "") + (stringOf(delta, "partial_json") ?? ""));
      blocks.set(index, grown(blocks.get(index) ?? {}, delta));
    }
    if (event.type === "message_delta") {
      const counted = Object.entries(objectOf(event, "usage") ?? {}).filter(([, value]) => value !== null);
      message = { ...message, ...delta, usage: { ...objectOf(message, "usage"), ...Object.fromEntries(counted) } };
    }
  }
  const content = [...blocks]
    .sort(([a], [b]) => a - b)
    .map(([index, block]) => withInput(block, json.get(index) ?? ""));
  return { ...message, content: [...arrayOf(message, "content"), ...content] };
}

const carried: ReadonlySet<string> = new Set(["text", "thinking", "redacted_thinking", "tool_use"]);

function kindOf(type: string): string {
  return /_tool_(?:use|result)$/.test(type) ? "server tools" : `${type} block`;
}

function grown(block: JsonObject, delta: JsonObject): JsonObject {
  const more =
    delta.type === "citations_delta" ? { citations: [...arrayOf(block, "citations"), delta.citation ?? null] } : {};
  const add = (field: string) =>
    typeof delta[field] === "string" ? { [field]: `${block[field] ?? ""}${delta[field]}` } : {};
  return { ...block, ...add("text"), ...add("thinking"), ...add("signature"), ...more };
}

function withInput(block: JsonObject, json: string): JsonObject {
  return json === "" ? block : { ...block, input: tryParseJson(json) ?? { unreadable: json } };
}

/** The counts of a message, and those of the compactions that they leave out although they are billed. */
function roundsOf(usage: JsonObject): readonly JsonObject[] {
  const rounds = arrayOf(usage, "iterations").filter(isObject);
  return [usage, ...rounds.filter(({ type }) => type === "compaction")];
}

function summing(rounds: readonly JsonObject[]): (field: string) => number {
  return (field) => rounds.reduce((total, round) => total + countOf(round, field), 0);
}

function stateOf(block: JsonObject): string {
  if (block.type !== "thinking" && block.type !== "redacted_thinking") return "";
  return stringOf(block, block.type === "thinking" ? "signature" : "data") ?? "";
}

function placeOf(citation: JsonObject): string {
  return stringOf(citation, "url") ?? stringOf(citation, "source") ?? String(citation.type);
}
