import type { Bill, Usage } from "#core/usage";
import type { Draft } from "#lib/draft";
import { isObject, type Json, type JsonObject, objectOf } from "#lib/json";
import { countOf } from "./token-count";

/**
 * Takes a `usage` object apart so that each token is in exactly one class. Cached, written, audio and image tokens are
 * part of `prompt_tokens`. Reasoning is part of `completion_tokens`, but for providers whose total is larger than both
 * together (xAI; Gemini, which does not even name it), and two that count it beside and into no total: Perplexity's deep
 * research (https://docs.perplexity.ai/getting-started/pricing), and Vercel's gateway, whose bill shows it:
 * https://github.com/charmbracelet/fantasy/blob/main/providertests/testdata/TestVercelThinking/gpt-5/thinking.yaml
 */
export function readOpenAiUsage(value: Json | undefined): Usage | undefined {
  if (!isObject(value)) return undefined;
  const prompt = countOf(value, "prompt_tokens");
  const completion = countOf(value, "completion_tokens");
  if (prompt === undefined && completion === undefined) return undefined;
  const read = readInput(value, prompt ?? 0);
  const written = readOutput(value, prompt ?? 0, completion ?? 0);
  const bill = readBill(value);
  // Written out, for every answer has one: two spreads cost as much as all that is read.
  const usage: Draft<Usage> = {
    input: read.input,
    cacheRead: read.cacheRead,
    cacheWrite: read.cacheWrite,
    cacheWrite1h: read.cacheWrite1h,
    inputAudio: read.inputAudio,
    inputImage: read.inputImage,
    output: written.output,
    reasoning: written.reasoning,
    outputAudio: written.outputAudio,
    outputImage: written.outputImage,
    // Perplexity's queries, xAI's sources: each is charged.
    searches: countOf(value, "num_search_queries") ?? countOf(value, "num_sources_used") ?? 0,
    estimated: false,
  };
  if (bill !== undefined) usage.bill = bill;
  return usage;
}

/**
 * What the provider says that the answer costs. OpenRouter's `cost` is its fee alone where an operator's own key was used;
 * what that key's provider takes stands beside it: https://openrouter.ai/docs/use-cases/usage-accounting
 */
function readBill(usage: JsonObject): Bill | undefined {
  const { cost, cost_in_usd_ticks: ticks } = usage;
  if (typeof cost === "number") {
    const upstream = usage.is_byok === true ? (objectOf(usage, "cost_details")?.upstream_inference_cost ?? 0) : 0;
    return { field: "usage.cost", dollars: typeof upstream === "number" ? cost + upstream : Number.NaN };
  }
  if (isObject(cost) && typeof cost.total_cost === "number") {
    return { field: "usage.cost.total_cost", dollars: cost.total_cost };
  }
  return typeof ticks === "number" ? { field: "usage.cost_in_usd_ticks", dollars: ticks / 1e10 } : undefined;
}

function readInput(usage: JsonObject, prompt: number) {
  const details = objectOf(usage, "prompt_tokens_details") ?? nothing;
  const left = new Tokens(prompt);
  const cacheRead = left.take(
    countOf(details, "cached_tokens") ??
      countOf(usage, "prompt_cache_hit_tokens") ??
      countOf(usage, "cached_tokens") ??
      countOf(usage, "num_cached_tokens"),
  );
  const written = left.take(
    countOf(details, "cache_write_tokens") ??
      countOf(details, "cache_creation_input_tokens") ??
      countOf(details, "cache_creation_tokens"),
  );
  const split = objectOf(details, "cache_creation") ?? nothing;
  const cacheWrite1h = Math.min(countOf(split, "ephemeral_1h_input_tokens") ?? 0, written);
  const inputAudio = left.take(countOf(details, "audio_tokens"));
  const inputImage = left.take(countOf(details, "image_tokens"));
  // Perplexity reads what it cites beside the prompt, at the price of input.
  const input = left.take(prompt) + (countOf(usage, "citation_tokens") ?? 0);
  return { input, cacheRead, cacheWrite: written - cacheWrite1h, cacheWrite1h, inputAudio, inputImage };
}

function readOutput(usage: JsonObject, prompt: number, completion: number) {
  const details = objectOf(usage, "completion_tokens_details") ?? nothing;
  const named = countOf(details, "reasoning_tokens") ?? countOf(usage, "reasoning_tokens") ?? 0;
  const beyond = Math.max(0, (countOf(usage, "total_tokens") ?? 0) - prompt - completion);
  const isPerplexitys = usage.citation_tokens !== undefined && usage.reasoning_tokens !== undefined;
  const isVercels = usage.market_cost !== undefined;
  const apart = beyond > 0 || isPerplexitys || isVercels;
  const reasoning = apart ? Math.max(named, beyond) : Math.min(named, completion);
  const left = new Tokens(apart ? completion : completion - reasoning);
  const outputAudio = left.take(countOf(details, "audio_tokens"));
  const outputImage = left.take(countOf(details, "image_tokens"));
  return { output: left.take(completion), reasoning, outputAudio, outputImage };
}

/** Hands out a number of tokens: no class gets more than is left, so that no token is counted twice. */
class Tokens {
  constructor(private left: number) {}

  take(wanted = 0): number {
    const taken = Math.min(wanted, this.left);
    this.left -= taken;
    return taken;
  }
}

const nothing: JsonObject = {};
