import { arrayOf, isObject, type JsonObject, numberOf, objectOf, stringOf, tryParseJson } from "#lib/json";
import { carrierOf, countOf, objectsAt, type Saying, usageOf } from "./saying.ts";

/** What an answer of Converse says. */
export function sayingOfConverse(answer: JsonObject): Saying {
  const message = objectOf(objectOf(answer, "output") ?? {}, "message") ?? {};
  const blocks = arrayOf(message, "content").filter(isObject);
  const reasoning = objectsAt(blocks, "reasoningContent");
  const said = reasoning.map((content) => objectOf(content, "reasoningText") ?? {});
  const calls = objectsAt(blocks, "toolUse");
  const usage = objectOf(answer, "usage");
  const cached = countOf(usage, "cacheReadInputTokens");
  const written = countOf(usage, "cacheWriteInputTokens");
  return {
    text: blocks.map(textOf).join(""),
    reasoning: said.map((text) => stringOf(text, "text") ?? "").join(""),
    state: [
      ...said.flatMap((text) => stringOf(text, "signature") || []),
      ...reasoning.flatMap((content) => stringOf(content, "redactedContent") || []),
    ],
    calls: calls.map((call) => ({ name: stringOf(call, "name") ?? "", arguments: call.input ?? {} })),
    callIds: calls.map((call) => stringOf(call, "toolUseId") ?? ""),
    finish: { word: stringOf(answer, "stopReason") ?? "", refused: false },
    usage: usageOf(countOf(usage, "inputTokens") + cached + written, cached, countOf(usage, "outputTokens")),
    reasoned: undefined,
    written,
    choices: [],
    pictures: objectsAt(blocks, "image").flatMap((image) => stringOf(objectOf(image, "source") ?? {}, "bytes") ?? []),
    citations: blocks
      .flatMap((block) => arrayOf(objectOf(block, "citationsContent") ?? {}, "citations").filter(isObject))
      .map(placeOf),
    others: blocks.flatMap((block) => Object.keys(block).filter((name) => !carried.has(name))),
    carries: carrierOf(answer),
  };
}

export function converseOfEvents(events: readonly JsonObject[]): JsonObject {
  const blocks = new Map<number, JsonObject>();
  let stopReason = "";
  let usage: JsonObject = {};
  for (const event of events) {
    const start = objectOf(event, "contentBlockStart");
    const delta = objectOf(event, "contentBlockDelta");
    const at = numberOf(start ?? delta ?? {}, "contentBlockIndex") ?? 0;
    if (start !== undefined) blocks.set(at, objectOf(start, "start") ?? {});
    if (delta !== undefined) blocks.set(at, grown(blocks.get(at) ?? {}, objectOf(delta, "delta") ?? {}));
    stopReason = stringOf(objectOf(event, "messageStop") ?? {}, "stopReason") ?? stopReason;
    usage = objectOf(objectOf(event, "metadata") ?? {}, "usage") ?? usage;
  }
  const content = [...blocks].sort(([a], [b]) => a - b).map(([, block]) => finished(block));
  return { output: { message: { role: "assistant", content } }, stopReason, usage };
}

const carried: ReadonlySet<string> = new Set([
  ...["text", "citationsContent", "reasoningContent", "toolUse"],
  // Some write the kind of block beside it, as Anthropic does.
  "type",
]);

/** The parts of a block as they grow: a call's input is text until it ends. */
function grown(block: JsonObject, delta: JsonObject): JsonObject {
  const use = objectOf(delta, "toolUse");
  const thought = objectOf(delta, "reasoningContent");
  const { citation } = delta;
  if (use !== undefined) {
    const known = objectOf(block, "toolUse") ?? {};
    return { toolUse: { ...known, input: (stringOf(known, "input") ?? "") + (stringOf(use, "input") ?? "") } };
  }
  if (thought !== undefined) return { reasoningContent: reasoned(objectOf(block, "reasoningContent") ?? {}, thought) };
  const image = objectOf(delta, "image");
  if (image !== undefined) return { image: { ...objectOf(block, "image"), ...image } };
  if (citation !== undefined) return { ...block, citations: [...arrayOf(block, "citations"), citation] };
  return { ...block, text: (stringOf(block, "text") ?? "") + (stringOf(delta, "text") ?? "") };
}

function reasoned(known: JsonObject, delta: JsonObject): JsonObject {
  const redacted = stringOf(delta, "redactedContent");
  if (redacted !== undefined) return { redactedContent: redacted };
  const text = objectOf(known, "reasoningText") ?? {};
  const add = (field: string) => (stringOf(text, field) ?? "") + (stringOf(delta, field) ?? "");
  return { reasoningText: { text: add("text"), signature: add("signature") } };
}

function finished(block: JsonObject): JsonObject {
  const use = objectOf(block, "toolUse");
  if (use !== undefined) {
    const json = stringOf(use, "input") ?? "";
    return { toolUse: { ...use, input: json.trim() === "" ? {} : (tryParseJson(json) ?? { unreadable: json }) } };
  }
  const { citations, ...rest } = block;
  return citations === undefined
    ? rest
    : { citationsContent: { content: [{ text: stringOf(rest, "text") ?? "" }], citations } };
}

function textOf(block: JsonObject): string {
  const cited = arrayOf(objectOf(block, "citationsContent") ?? {}, "content").filter(isObject);
  return (stringOf(block, "text") ?? "") + cited.map((piece) => stringOf(piece, "text") ?? "").join("");
}

function placeOf(citation: JsonObject): string {
  const location = objectOf(citation, "location") ?? {};
  return stringOf(objectOf(location, "web") ?? {}, "url") ?? stringOf(citation, "source") ?? "a place in a document";
}
