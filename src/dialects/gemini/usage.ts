import { inputTotal, noUsage, outputTotal, type Usage } from "#core/usage";
import type { Draft } from "#lib/draft";
import { arrayOf, isObject, type Json, type JsonObject, stringOf } from "#lib/json";
import { countOf } from "../token-count";
import { field } from "./wire";

/**
 * Adds up `usageMetadata` of a stream, where every chunk may have one: a later number replaces an earlier one, and a chunk
 * without numbers takes none away. https://ai.google.dev/api/generate-content#UsageMetadata
 */
export type UsageTally = {
  readonly add: (chunk: JsonObject) => void;
  readonly usage: () => Usage | undefined;
  readonly serviceTier: () => string | undefined;
};

/** How the names of the counts end that grow from chunk to chunk. */
export const tokenCounts = ["TokenCount", "tokenCount"] as const;

export function createUsageTally(): UsageTally {
  let raw: JsonObject | undefined;
  let searches = 0;
  return {
    add: (chunk) => {
      const more = field(chunk, "usageMetadata");
      if (isObject(more)) raw = raw === undefined ? more : { ...raw, ...more };
      searches = Math.max(searches, searchesIn(chunk));
    },
    usage: () => (raw === undefined || !hasCounts(raw) ? undefined : readUsage(raw, searches)),
    serviceTier: () => (raw === undefined ? undefined : readTier(raw)),
  };
}

/** Of one chunk alone. */
export function usageOf(chunk: Json | undefined): Usage | undefined {
  const tally = createUsageTally();
  if (isObject(chunk)) tally.add(chunk);
  return tally.usage();
}

/** Some chunks say nothing but the kind of traffic. */
function hasCounts(raw: JsonObject): boolean {
  return countOf(raw, "promptTokenCount") !== undefined || countOf(raw, "totalTokenCount") !== undefined;
}

/**
 * The prompt's count includes what came from the cache, and not what tools brought; thoughts stand beside the candidates'
 * count. On some surfaces they stand inside of it, which the total shows.
 */
function readUsage(raw: JsonObject, searches: number): Usage {
  const count = (name: string) => countOf(raw, name) ?? 0;
  const prompt = count("promptTokenCount");
  const byTools = count("toolUsePromptTokenCount");
  const thoughts = count("thoughtsTokenCount");
  const total = count("totalTokenCount");
  const isInside = thoughts > 0 && prompt + byTools + count("candidatesTokenCount") === total;
  const candidates = Math.max(0, count("candidatesTokenCount") - (isInside ? thoughts : 0));
  const cacheRead = Math.min(count("cachedContentTokenCount"), prompt);
  const heard = modality(raw, "promptTokensDetails", "AUDIO") + modality(raw, "toolUsePromptTokensDetails", "AUDIO");
  const seen = modality(raw, "promptTokensDetails", "IMAGE") + modality(raw, "toolUsePromptTokensDetails", "IMAGE");
  const input = prompt + byTools - cacheRead;
  const inputAudio = Math.min(Math.max(0, heard - modality(raw, "cacheTokensDetails", "AUDIO")), input);
  const inputImage = Math.min(Math.max(0, seen - modality(raw, "cacheTokensDetails", "IMAGE")), input - inputAudio);
  const outputAudio = Math.min(modality(raw, "candidatesTokensDetails", "AUDIO"), candidates);
  const outputImage = Math.min(modality(raw, "candidatesTokensDetails", "IMAGE"), candidates - outputAudio);
  return {
    ...noUsage,
    input: input - inputAudio - inputImage,
    cacheRead,
    inputAudio,
    inputImage,
    output: candidates - outputAudio - outputImage,
    reasoning: thoughts,
    outputAudio,
    outputImage,
    searches,
  };
}

/** Tokens of one kind (`TEXT`, `AUDIO`, `IMAGE`, `VIDEO`…) in a list of details. */
function modality(raw: JsonObject, name: string, kind: string): number {
  return arrayOf(raw, name)
    .filter(isObject)
    .filter((entry) => entry.modality === kind)
    .reduce((sum, entry) => sum + (countOf(entry, "tokenCount") ?? 0), 0);
}

/**
 * Searches that are billed: by the query from Gemini 3 on, before that by the grounded prompt
 * (https://ai.google.dev/gemini-api/docs/pricing).
 */
function searchesIn(chunk: JsonObject): number {
  const queries = arrayOf(chunk, "candidates").filter(isObject).flatMap(queriesOf).length;
  const byPrompt = /^(?:models\/)?gemini-[12]/.test(stringOf(chunk, "modelVersion") ?? "");
  return byPrompt ? Math.min(1, queries) : queries;
}

function queriesOf(candidate: JsonObject): readonly Json[] {
  const grounding = field(candidate, "groundingMetadata");
  return isObject(grounding) ? arrayOf(grounding, "webSearchQueries") : [];
}

/** In the pivot's words: https://ai.google.dev/gemini-api/docs/flex-inference, and Vertex's kinds of traffic. */
function readTier(raw: JsonObject): string | undefined {
  const tier = stringOf(raw, "serviceTier")?.toLowerCase();
  if (tier !== undefined) return tier === "standard" ? "default" : tier;
  switch (stringOf(raw, "trafficType")) {
    case "ON_DEMAND":
      return "default";
    case "ON_DEMAND_PRIORITY":
      return "priority";
    case "ON_DEMAND_FLEX":
      return "flex";
    default:
      return undefined;
  }
}

/** Usage as Google writes it. */
export function writeUsage(usage: Usage): JsonObject {
  const prompt = inputTotal(usage);
  const candidates = outputTotal(usage) - usage.reasoning;
  const written: Draft<JsonObject> = { promptTokenCount: prompt, candidatesTokenCount: candidates };
  written.totalTokenCount = prompt + outputTotal(usage);
  if (usage.cacheRead > 0) written.cachedContentTokenCount = usage.cacheRead;
  if (usage.reasoning > 0) written.thoughtsTokenCount = usage.reasoning;
  const heard = details(prompt, usage.inputAudio, usage.inputImage);
  const made = details(candidates, usage.outputAudio, usage.outputImage);
  if (heard !== undefined) written.promptTokensDetails = heard;
  if (made !== undefined) written.candidatesTokensDetails = made;
  return written;
}

/** Where there is more than text. */
function details(total: number, audio: number, image: number): readonly JsonObject[] | undefined {
  if (audio + image === 0) return undefined;
  const kinds = { TEXT: total - audio - image, AUDIO: audio, IMAGE: image };
  return Object.entries(kinds)
    .filter(([, tokenCount]) => tokenCount > 0)
    .map(([kind, tokenCount]) => ({ modality: kind, tokenCount }));
}
