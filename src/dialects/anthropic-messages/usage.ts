import { inputTotal, noUsage, outputTotal, type Usage, usageClasses } from "#core/usage";
import { arrayOf, isObject, type Json, type JsonObject, objectOf, stringOf } from "#lib/json";
import { unknownFields } from "../fields";
import { countOf } from "../token-count";

/** Adds up what a stream says about usage. `message_delta` counts are cumulative: a later number replaces an earlier one. */
export type UsageTally = {
  readonly add: (raw: Json | undefined) => void;
  /** Absent while none was reported. */
  readonly usage: () => Usage | undefined;
  readonly serviceTier: () => string | undefined;
  /** Fields of usage that the pivot has no place for. */
  readonly extras: () => JsonObject;
};

export function createUsageTally(): UsageTally {
  let raw: JsonObject | undefined;
  return {
    add: (more) => {
      if (isObject(more)) raw = raw === undefined ? withoutNulls(more) : { ...raw, ...withoutNulls(more) };
    },
    usage: () => (raw ? readUsage(raw) : undefined),
    serviceTier: () => (raw ? decodeServiceTier(raw) : undefined),
    extras: () => (raw ? unknownFields(raw, knownFields) : nothing),
  };
}

const knownFields: ReadonlySet<string> = new Set([
  "input_tokens",
  "output_tokens",
  "cache_creation_input_tokens",
  "cache_read_input_tokens",
  "cache_creation",
  "output_tokens_details",
  "service_tier",
]);

const nothing: JsonObject = {};

function readUsage(raw: JsonObject): Usage {
  const searches = countOf(objectOf(raw, "server_tool_use") ?? nothing, "web_search_requests") ?? 0;
  return withRounds(readTokens(raw, searches), raw, 1);
}

/**
 * Rounds of sampling that the counts above them leave out although they are billed:
 * https://platform.claude.com/docs/en/build-with-claude/compaction#understanding-usage. Those of an advisor are left
 * out too: they are another model's, at its price.
 */
function withRounds(usage: Usage, raw: JsonObject, sign: 1 | -1): Usage {
  return raw.iterations === undefined ? usage : add(usage, compacted(raw), sign);
}

function compacted(raw: JsonObject): Usage {
  const rounds = arrayOf(raw, "iterations").filter(isObject);
  return rounds
    .filter((round) => round.type === "compaction")
    .map((round) => readTokens(round, 0))
    .reduce((sum, tokens) => add(sum, tokens, 1), noUsage);
}

/** Field by field, for every answer has one. */
function readTokens(raw: JsonObject, searches: number): Usage {
  const split = objectOf(raw, "cache_creation") ?? nothing;
  const split1h = countOf(split, "ephemeral_1h_input_tokens") ?? 0;
  const split5m = countOf(split, "ephemeral_5m_input_tokens") ?? 0;
  // The total may come later than its split, in message_delta: it has the last word.
  const written = countOf(raw, "cache_creation_input_tokens") ?? split1h + split5m;
  const output = countOf(raw, "output_tokens") ?? 0;
  const thinking = countOf(objectOf(raw, "output_tokens_details") ?? nothing, "thinking_tokens") ?? 0;
  const reasoning = Math.min(thinking, output);
  const cacheWrite1h = Math.min(split1h, written);
  return {
    input: countOf(raw, "input_tokens") ?? 0,
    cacheRead: countOf(raw, "cache_read_input_tokens") ?? 0,
    cacheWrite: written - cacheWrite1h,
    cacheWrite1h,
    inputAudio: 0,
    inputImage: 0,
    output: output - reasoning,
    reasoning,
    outputAudio: 0,
    outputImage: 0,
    searches,
    estimated: false,
  };
}

function add(a: Usage, b: Usage, sign: 1 | -1): Usage {
  const sums = usageClasses.map((name) => [name, Math.max(0, a[name] + sign * b[name])] as const);
  return { ...a, ...Object.fromEntries(sums) };
}

/** Usage as Anthropic writes it; zeros when none is known, since its clients require the numbers. */
export function writeUsage(all: Usage = noUsage, serviceTier?: string, extras: JsonObject = {}): JsonObject {
  const usage = withRounds(all, extras, -1);
  const written = usage.cacheWrite + usage.cacheWrite1h;
  const tier = encodeServiceTier(serviceTier);
  return {
    ...extras,
    input_tokens: inputTotal(usage) - usage.cacheRead - written,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: usage.cacheWrite, ephemeral_1h_input_tokens: usage.cacheWrite1h },
    output_tokens: outputTotal(usage),
    ...(usage.reasoning > 0 && { output_tokens_details: { thinking_tokens: usage.reasoning } }),
    ...(tier !== undefined && { service_tier: tier }),
  };
}

/** The tier that served, in the pivot's words, which are OpenAI's; `fast` is the fast mode, `us` a place, which have prices of their own. */
function decodeServiceTier(raw: JsonObject): string | undefined {
  if (raw.speed === "fast") return "fast";
  const tier = stringOf(raw, "service_tier");
  if (raw.inference_geo === "us" && (tier === undefined || tier === "standard")) return "us";
  return tier === "standard" ? "default" : tier;
}

function encodeServiceTier(tier: string | undefined): string | undefined {
  if (tier === "default" || tier === "fast" || tier === "us") return "standard";
  return tier === "priority" || tier === "batch" ? tier : undefined;
}

function withoutNulls(object: JsonObject): JsonObject {
  for (const key in object) if (object[key] === null) return unknownFields(object, noNames);
  return object;
}

const noNames: ReadonlySet<string> = new Set();
