import { arrayOf, isArray, isObject, type Json, type JsonObject, objectOf, stringOf, tryParseJson } from "#lib/json";
import { carrierOf, countOf, type Saying, usageOf } from "./saying.ts";

/** What a chat completion says. */
export function sayingOfCompletion(answer: JsonObject): Saying {
  const [choice, ...more] = arrayOf(answer, "choices").filter(isObject);
  const message = objectOf(choice ?? {}, "message") ?? {};
  const calls = callsOf(message);
  const details = arrayOf(message, "reasoning_details").filter(isObject);
  const detailText = details.map((detail) => stringOf(detail, "text") ?? stringOf(detail, "summary") ?? "").join("");
  const plain = stringOf(message, "reasoning_content") ?? stringOf(message, "reasoning") ?? "";
  const audio = isObject(message.audio) ? ["audio"] : [];
  const images = arrayOf(message, "images").map(() => "image");
  return {
    text: textOf(message.content) + (stringOf(message, "refusal") ?? ""),
    reasoning: (plain === "" ? detailText : plain) + thinkingOf(message.content),
    state: details.flatMap((detail) => stringOf(detail, "signature") ?? stringOf(detail, "data") ?? []),
    callIds: arrayOf(message, "tool_calls")
      .filter(isObject)
      .map((call) => stringOf(call, "id") ?? ""),
    calls: calls.map((call) => ({ name: stringOf(call, "name") ?? "", arguments: argumentsOf(call.arguments) })),
    finish: {
      word: stringOf(choice ?? {}, "finish_reason") ?? "",
      refused: (stringOf(message, "refusal") ?? "") !== "",
    },
    carries: carrierOf(answer),
    ...readUsage(objectOf(answer, "usage")),
    choices: more.map((each) => textOf(objectOf(each, "message")?.content)),
    pictures: arrayOf(message, "images").filter(isObject).map(pictureIn),
    citations: [...arrayOf(message, "annotations").filter(isObject).map(urlOf), ...listedBeside(answer)],
    others: [
      ...more.map(() => "second choice"),
      ...audio,
      ...images,
      ...(isObject(choice?.logprobs) ? ["logprobs"] : []),
    ],
  };
}

/** What a stream of chunks says: its deltas put together as one message. */
export function completionOfChunks(chunks: readonly JsonObject[]): JsonObject {
  const choices = new Map<number, Draft>();
  for (const choice of chunks.flatMap((chunk) => arrayOf(chunk, "choices").filter(isObject))) {
    const index = countOf(choice, "index");
    const draft = choices.get(index) ?? {
      texts: new Map(),
      calls: [],
      details: [],
      annotations: [],
      images: [],
      finish: null,
      logprobs: null,
    };
    choices.set(index, draft);
    draft.finish = choice.finish_reason ?? draft.finish;
    draft.logprobs = isObject(choice.logprobs) ? choice.logprobs : draft.logprobs;
    grow(draft, objectOf(choice, "delta") ?? {});
  }
  const usages = chunks.flatMap(
    (chunk) => objectOf(chunk, "usage") ?? objectOf(objectOf(chunk, "x_groq") ?? {}, "usage") ?? [],
  );
  const listed = chunks.map(({ citations, search_results }) => ({ citations, search_results }));
  return {
    ...(listed.findLast(({ citations, search_results }) => isArray(citations) || isArray(search_results)) ?? {}),
    choices: [...choices].sort(([a], [b]) => a - b).map(([, draft]) => finished(draft)),
    usage: usages.at(-1) ?? null,
  };
}

type Call = {
  readonly id: string;
  readonly index: number | undefined;
  readonly isCustom: boolean;
  name: string;
  json: string;
};
type Draft = {
  readonly texts: Map<string, string>;
  readonly calls: Call[];
  readonly details: Json[];
  readonly annotations: Json[];
  readonly images: Json[];
  finish: Json;
  logprobs: Json;
};

function grow(draft: Draft, delta: JsonObject): void {
  const add = (field: string, text: string) => draft.texts.set(field, (draft.texts.get(field) ?? "") + text);
  add("content", textOf(delta.content));
  add(
    "reasoning_content",
    (stringOf(delta, "reasoning_content") ?? stringOf(delta, "reasoning") ?? "") + thinkingOf(delta.content),
  );
  add("refusal", stringOf(delta, "refusal") ?? "");
  draft.details.push(...arrayOf(delta, "reasoning_details"));
  draft.annotations.push(...arrayOf(delta, "annotations"));
  draft.images.push(...arrayOf(delta, "images"));
  const legacy = isObject(delta.function_call) ? [{ index: 0, function: delta.function_call }] : [];
  for (const entry of [...arrayOf(delta, "tool_calls").filter(isObject), ...legacy]) growCall(draft.calls, entry);
}

/** By index, but some providers number every call 0 or none at all: a named entry with another id is another call. */
function growCall(calls: Call[], entry: JsonObject): void {
  const custom = objectOf(entry, "custom");
  const called = objectOf(entry, "function") ?? { name: custom?.name, arguments: custom?.input };
  const name = stringOf(called, "name") ?? "";
  const id = stringOf(entry, "id") ?? "";
  const index = typeof entry.index === "number" ? entry.index : undefined;
  const known = index === undefined ? calls.at(-1) : calls.findLast((call) => call.index === index);
  const isNew = known === undefined || (name !== "" && (index === undefined || (id !== "" && id !== known.id)));
  const call = isNew ? { id, index, isCustom: custom !== undefined, name: "", json: "" } : known;
  if (isNew) calls.push(call);
  // One provider repeats the name with every piece.
  if (call.name === "") call.name = name;
  call.json += isObject(called.arguments) ? JSON.stringify(called.arguments) : (stringOf(called, "arguments") ?? "");
}

function finished(draft: Draft): JsonObject {
  return {
    finish_reason: draft.finish,
    logprobs: draft.logprobs,
    message: {
      ...Object.fromEntries(draft.texts),
      reasoning_details: draft.details,
      annotations: draft.annotations,
      images: draft.images,
      tool_calls: draft.calls.map(({ id, isCustom, name, json }) =>
        isCustom ? { id, custom: { name, input: json } } : { id, function: { name, arguments: json } },
      ),
    },
  };
}

function callsOf(message: JsonObject): readonly JsonObject[] {
  const entries = arrayOf(message, "tool_calls").filter(isObject);
  return [...entries, { function: message.function_call }]
    .map((call) => objectOf(call, "function") ?? freeForm(objectOf(call, "custom")))
    .filter((called) => called !== undefined);
}

/** The call of a custom tool, as one of a function that takes its text. */
function freeForm(called: JsonObject | undefined): JsonObject | undefined {
  return called && { name: called.name, arguments: { input: called.input ?? "" } };
}

function argumentsOf(json: Json | undefined): Json {
  if (typeof json !== "string") return json ?? {};
  return json.trim() === "" ? {} : (tryParseJson(json) ?? { unreadable: json });
}

function textOf(content: Json | undefined): string {
  if (!isArray(content)) return typeof content === "string" ? content : "";
  return content
    .filter(isObject)
    .map((part) => (part.type === "text" ? (stringOf(part, "text") ?? "") : ""))
    .join("");
}

/** Mistral's parts of reasoning. */
function thinkingOf(content: Json | undefined): string {
  if (!isArray(content)) return "";
  return content
    .filter(isObject)
    .flatMap((part) => arrayOf(part, "thinking").filter(isObject))
    .map((part) => stringOf(part, "text") ?? "")
    .join("");
}

/** Behind the head of a data URL. */
function pictureIn(image: JsonObject): string {
  return (stringOf(objectOf(image, "image_url") ?? {}, "url") ?? "").replace(/^data:[^,]*,/, "");
}

/** Perplexity and xAI list the sources of the answer at its top. */
function listedBeside(answer: JsonObject): readonly string[] {
  const found = arrayOf(answer, "search_results").filter(isObject);
  const addresses = arrayOf(answer, "citations").filter((cited) => typeof cited === "string");
  return [...addresses, ...found.flatMap((result) => stringOf(result, "url") ?? [])];
}

function urlOf(annotation: JsonObject): string {
  return stringOf(objectOf(annotation, "url_citation") ?? {}, "url") ?? String(annotation.type);
}

/** Where the total is larger than both parts together, the rest is reasoning that the completion does not count. */
function readUsage(usage: JsonObject | undefined): Pick<Saying, "usage" | "reasoned" | "written"> {
  const details = objectOf(usage ?? {}, "prompt_tokens_details");
  const cached =
    details?.cached_tokens ?? usage?.prompt_cache_hit_tokens ?? usage?.cached_tokens ?? usage?.num_cached_tokens;
  const input = countOf(usage, "prompt_tokens");
  const completion = countOf(usage, "completion_tokens");
  const output = Math.max(completion, countOf(usage, "total_tokens") - input);
  const named = countOf(objectOf(usage ?? {}, "completion_tokens_details"), "reasoning_tokens");
  return {
    usage: usageOf(input, Number(cached ?? 0), output),
    reasoned: output > completion ? Math.max(named, output - completion) : Math.min(named, completion),
    written: countOf(details, "cache_write_tokens"),
  };
}
