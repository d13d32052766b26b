import { arrayOf, isArray, isObject, type Json, type JsonObject, objectOf, stringOf } from "#lib/json";
import { carrierOf, countOf, objectsAt, type Saying, usageOf } from "./saying.ts";
import { wholeCalls } from "./streamed-calls.ts";

/** What an answer of generateContent says, whole (one chunk) or in the chunks of its stream. */
export function sayingOfChunks(chunks: readonly JsonObject[]): Saying {
  const candidates = chunks.flatMap((chunk) => arrayOf(chunk, "candidates").filter(isObject));
  const first = candidates.filter((candidate) => countOf(candidate, "index") === 0);
  const parts = first.flatMap((candidate) => arrayOf(objectOf(candidate, "content") ?? {}, "parts").filter(isObject));
  const calls = wholeCalls(objectsAt(parts, "functionCall"));
  const grounding = objectsAt(first, "groundingMetadata");
  return {
    text: first.map(textIn).join(""),
    reasoning: parts.map((part) => (part.thought === true ? (stringOf(part, "text") ?? "") : "")).join(""),
    state: parts.flatMap((part) => stringOf(part, "thoughtSignature") || []),
    calls: calls.map((call) => ({ name: stringOf(call, "name") ?? "", arguments: call.args ?? {} })),
    callIds: calls.map((call, at) => stringOf(call, "id") ?? `made ${at}`),
    finish: { word: finishOf(first, chunks), refused: false },
    ...readUsage(objectsAt(chunks, "usageMetadata")),
    written: undefined,
    choices: textsOfOthers(candidates),
    pictures: objectsAt(parts, "inlineData").flatMap(pictureIn),
    citations: [...grounding.flatMap(citedBy), ...first.flatMap(repeatedBy)],
    others: [
      ...parts.flatMap(otherIn),
      ...(candidates.some((candidate) => countOf(candidate, "index") > 0) ? ["second choice"] : []),
      ...(candidates.some((candidate) => isObject(candidate.logprobsResult)) ? ["logprobs"] : []),
    ],
    carries: carrierOf([...chunks]),
  };
}

function finishOf(candidates: readonly JsonObject[], chunks: readonly JsonObject[]): string {
  const word = candidates
    .flatMap(({ finishReason }) => (finishReason === undefined ? [] : [String(finishReason)]))
    .at(-1);
  const blocked = chunks.flatMap((chunk) => stringOf(objectOf(chunk, "promptFeedback") ?? {}, "blockReason") ?? []);
  return word ?? (blocked.length > 0 ? "BLOCKED" : "");
}

/** A later count replaces an earlier one. Thoughts stand beside the candidates' count, or inside of it where the total says so. */
function readUsage(all: readonly JsonObject[]): Pick<Saying, "usage" | "reasoned"> {
  const usage: JsonObject = Object.assign({}, ...all);
  const input = countOf(usage, "promptTokenCount") + countOf(usage, "toolUsePromptTokenCount");
  const candidates = countOf(usage, "candidatesTokenCount");
  const isInside = input + candidates === countOf(usage, "totalTokenCount");
  const output = candidates + (isInside ? 0 : countOf(usage, "thoughtsTokenCount"));
  return {
    usage: usageOf(input, countOf(usage, "cachedContentTokenCount"), output),
    reasoned: countOf(usage, "thoughtsTokenCount"),
  };
}

/** The sources that a text was grounded in; all of them where nothing says which. */
function citedBy(grounding: JsonObject): readonly string[] {
  const chunks = arrayOf(grounding, "groundingChunks").filter(isObject);
  const supports = arrayOf(grounding, "groundingSupports").filter(isObject);
  const cited = supports.flatMap((support) => arrayOf(support, "groundingChunkIndices").map(Number));
  return (
    supports.length === 0 ? chunks : cited.map((index) => chunks[index]).filter((chunk) => chunk !== undefined)
  ).map(uriOf);
}

function uriOf(chunk: JsonObject): string {
  const source = [chunk.web, chunk.retrievedContext, chunk.maps].find(isObject) ?? {};
  return stringOf(source, "uri") ?? "source without address";
}

function repeatedBy(candidate: JsonObject): readonly string[] {
  const metadata = objectOf(candidate, "citationMetadata") ?? {};
  const sources = [...arrayOf(metadata, "citationSources"), ...arrayOf(metadata, "citations")].filter(isObject);
  return sources.map((source) => stringOf(source, "uri") ?? "source without address");
}

/** By their index, each over all chunks. */
function textsOfOthers(candidates: readonly JsonObject[]): readonly string[] {
  const texts = new Map<number, string>();
  for (const candidate of candidates) {
    const index = countOf(candidate, "index");
    if (index > 0) texts.set(index, (texts.get(index) ?? "") + textIn(candidate));
  }
  return [...texts].sort(([a], [b]) => a - b).map(([, text]) => text);
}

function textIn(candidate: JsonObject): string {
  const parts = arrayOf(objectOf(candidate, "content") ?? {}, "parts").filter(isObject);
  return parts.map((part) => (part.thought === true ? "" : (stringOf(part, "text") ?? ""))).join("");
}

function pictureIn(data: JsonObject): readonly string[] {
  return /^audio/.test(String(data.mimeType)) ? [] : [stringOf(data, "data") ?? ""];
}

function otherIn(part: JsonObject): readonly string[] {
  const { inlineData: data } = part;
  if (isObject(data)) return [/^audio/.test(String(data.mimeType)) ? "audio" : "image"];
  const names = Object.keys(part).filter((name) => !carried.has(name) && !isEmpty(part[name]));
  return names.length === 0 ? [] : ["server tools"];
}

const carried: ReadonlySet<string> = new Set(["text", "thought", "thoughtSignature", "functionCall"]);

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || (isArray(value) && value.length === 0);
}
