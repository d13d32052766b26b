import { inputTotal, outputTotal, type Usage } from "#core/usage";
import { isObject, type Json, type JsonObject, numberOf } from "#lib/json";

/**
 * Takes a `usage` object apart so that each token is in exactly one class. Cached, written and audio tokens are part of
 * `prompt_tokens`. Reasoning is part of `completion_tokens`, but for providers whose total is larger than both
 * together (xAI; Gemini, which does not even name it): there the rest is reasoning.
 */
export function readUsage(value: Json | undefined): Usage | undefined {
  if (!isObject(value)) return undefined;
  const prompt = count(value, "prompt_tokens");
  const completion = count(value, "completion_tokens");
  if (prompt === undefined && completion === undefined) return undefined;
  return { ...readInput(value, prompt ?? 0), ...readOutput(value, prompt ?? 0, completion ?? 0), estimated: false };
}

function readInput(usage: JsonObject, prompt: number) {
  const details = isObject(usage.prompt_tokens_details) ? usage.prompt_tokens_details : {};
  const cached =
    count(details, "cached_tokens") ??
    count(usage, "prompt_cache_hit_tokens") ??
    count(usage, "cached_tokens") ??
    count(usage, "num_cached_tokens") ??
    0;
  const written = count(details, "cache_write_tokens") ?? count(details, "cache_creation_tokens") ?? 0;
  const cacheRead = Math.min(cached, prompt);
  const cacheWrite = Math.min(written, prompt - cacheRead);
  const inputAudio = Math.min(count(details, "audio_tokens") ?? 0, prompt - cacheRead - cacheWrite);
  return { input: prompt - cacheRead - cacheWrite - inputAudio, cacheRead, cacheWrite, cacheWrite1h: 0, inputAudio };
}

function readOutput(usage: JsonObject, prompt: number, completion: number) {
  const details = isObject(usage.completion_tokens_details) ? usage.completion_tokens_details : {};
  const named = count(details, "reasoning_tokens") ?? count(usage, "reasoning_tokens") ?? 0;
  const beyond = Math.max(0, (count(usage, "total_tokens") ?? 0) - prompt - completion);
  const apart = beyond > 0 || named > completion;
  const reasoning = apart ? Math.max(named, beyond) : named;
  const rest = apart ? completion : completion - reasoning;
  const outputAudio = Math.min(count(details, "audio_tokens") ?? 0, rest);
  return { output: rest - outputAudio, reasoning, outputAudio };
}

function count(object: JsonObject, key: string): number | undefined {
  const value = numberOf(object, key);
  return value !== undefined && value >= 0 ? value : undefined;
}

/** Puts a `usage` object together the way OpenAI counts: everything in, everything out, and what of it was special. */
export function writeUsage(usage: Usage): JsonObject {
  const prompt = inputTotal(usage);
  const completion = outputTotal(usage);
  const written = usage.cacheWrite + usage.cacheWrite1h;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead,
      audio_tokens: usage.inputAudio,
      ...(written > 0 && { cache_write_tokens: written }),
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoning, audio_tokens: usage.outputAudio },
  };
}
