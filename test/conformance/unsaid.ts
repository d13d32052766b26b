import { expand } from "#dialects/collect";
import { dialects as spoken } from "#dialects/registry";
import { isArray, isObject, type Json, tryParseJson } from "#lib/json";
import { tryParseJsonWithTexts, writeJson } from "#lib/json-text";
import { type Dialect, othersThan } from "./pairs.ts";
import type { Recording } from "./recordings.ts";

/** What clients of other dialects are neither told as it stands nor told of as lost, and why that is no loss to name. */
export type Unsaid = {
  readonly what: string;
  readonly provider: Dialect | "all";
  readonly fields: RegExp;
  readonly why: string;
};

export const unsaid: readonly Unsaid[] = [
  {
    what: "types, roles, states and reasons",
    provider: "all",
    fields: /\.(?:type|role|object|status|finish_reason|stop_reason|stopReason|finishReason|blockReason)$/,
    why: "said in the client's own words",
  },
  {
    what: "usage",
    provider: "all",
    fields: /^\.usage(?:Metadata)?\./,
    why: "counted as the client's dialect counts: what one has in two numbers another has in one, or has the total alone. Costs and times are the provider's account",
  },
  {
    what: "`id`, `model`, `created` and their like",
    provider: "all",
    fields:
      /^\.(?:id|responseId|model|modelVersion|created|created_at|createTime|completed_at|request_id|output\[\]\.id)$/,
    why: "names and times of what was made, where the client's dialect has no place, or ids of its own form",
  },
  {
    what: "reasoning and what signs it",
    provider: "all",
    fields:
      /\.(?:thinking|reasoning|reasoning_content|encrypted_content|signature|thoughtSignature|reasoningText\.text)$|\.(?:summary|content|thinking)\[\]\.text$/,
    why: "carried within a signature, where the client's dialect has no other place for it",
  },
  {
    what: "the request's fields in a response",
    provider: "openai-responses",
    fields:
      /^\.(?:tools|tool_choice|text|temperature|top_p|truncation|instructions|max_output_tokens|metadata|reasoning|prompt_cache_retention|frequency_penalty)\b/,
    why: "what the client itself asked, repeated",
  },
  {
    what: "`system_fingerprint`, `service_tier`, `x_groq`, `time_info`, `billing`, `metrics`, `seed`, `avgLogprobs`",
    provider: "all",
    fields: /^\.(?:system_fingerprint|service_tier|x_groq|time_info|billing|metrics)\b|\.(?:seed|avgLogprobs|index)$/,
    why: "how the provider's machines did it",
  },
  {
    what: "`safetyRatings`, `content_filters`",
    provider: "all",
    fields: /safetyRatings\[\]\.|^\.content_filters\[\]\./,
    why: "ratings of what was let through; what was held back ends the answer with the client's word for it",
  },
  {
    what: "`groundingMetadata`, `urlContextMetadata`, `citationMetadata` beside the sources",
    provider: "gemini",
    fields: /\.(?:groundingMetadata|urlContextMetadata|citationMetadata)\./,
    why: "what was searched for and looked at beside what is cited, and places in the text where the client's dialect cites a text as a whole",
  },
  {
    what: "`search_results` beside address and title",
    provider: "openai-chat",
    fields: /^\.search_results\[\]\.(?:date|last_updated|snippet|source)$/,
    why: "more about a source that is cited",
  },
  {
    what: "`logprobs`",
    provider: "openai-chat",
    fields: /\.logprobs\.content\[\]\./,
    why: "probabilities, which clients that have no word for them did not ask for",
  },
  {
    what: "`phase`, `caller`, prompts and sizes of images",
    provider: "openai-responses",
    fields: /^\.output\[\]\.(?:phase|caller\.caller_id|prompt|revised_prompt|quality|size|background)$/,
    why: "more about an item that is told",
  },
  {
    what: "`mimeType` of sound, `finishMessage`",
    provider: "gemini",
    fields: /\.(?:inlineData\.mimeType|finishMessage)$/,
    why: "said by the client's own form of sound, and by the calls",
  },
];

const context = { id: "0".repeat(32), nowS: 1, streamUsage: true };

/** The fields of a whole answer that a client of another dialect neither finds nor is told to miss: `.usage.cost`. */
export function silentIn({ body, dialect }: Recording): readonly string[] {
  const codec = spoken[dialect]?.operations.completion?.translation?.codec;
  const json = tryParseJsonWithTexts(body.toString(), codec?.answerTexts ?? []);
  if (codec === undefined || json === undefined) return [];
  const completion = codec.decodeResponse(json);
  const leaves = leavesOf(tryParseJson(body.toString()) ?? null, "");
  return othersThan(dialect).flatMap((client) => {
    const endpoint = spoken[client]?.operations.completion?.translation?.endpoint;
    const encoder = endpoint?.createStreamEncoder(context);
    if (endpoint === undefined || encoder === undefined) return [];
    for (const event of expand(completion)) encoder.push(event);
    if (encoder.dropped().length > 0) return [];
    const told = writeJson(endpoint.encodeResponse(completion, context));
    const plain = told.replaceAll("\\\\", "\\").replaceAll('\\"', '"');
    const isTold = ({ text, written }: Leaf) =>
      told.includes(written) || plain.includes(written) || plain.includes(text);
    return leaves.filter((leaf) => !isTold(leaf)).map(({ path }) => path);
  });
}

type Leaf = { readonly path: string; readonly text: string; readonly written: string };

/** Texts and numbers that say something, by where they stand. */
function leavesOf(json: Json, path: string): readonly Leaf[] {
  if (isArray(json)) return json.flatMap((each) => leavesOf(each, `${path}[]`));
  if (isObject(json)) return Object.entries(json).flatMap(([name, each]) => leavesOf(each ?? null, `${path}.${name}`));
  if (json === null || json === "" || json === 0 || typeof json === "boolean") return [];
  const text = String(json);
  return [{ path, text, written: JSON.stringify(text).slice(1, -1) }];
}
