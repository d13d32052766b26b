import { inputTotal, outputTotal, type Usage } from "#core/usage";
import type { Draft } from "#lib/draft";
import type { JsonObject } from "#lib/json";

/** Puts a `usage` object together the way OpenAI counts: everything in, everything out, and what of it was special. */
export function writeUsage(usage: Usage): JsonObject {
  const prompt = inputTotal(usage);
  const completion = outputTotal(usage);
  const written = usage.cacheWrite + usage.cacheWrite1h;
  const input: Draft<JsonObject> = { cached_tokens: usage.cacheRead, audio_tokens: usage.inputAudio };
  if (usage.inputImage > 0) input.image_tokens = usage.inputImage;
  if (written > 0) input.cache_write_tokens = written;
  const output: Draft<JsonObject> = { reasoning_tokens: usage.reasoning, audio_tokens: usage.outputAudio };
  if (usage.outputImage > 0) output.image_tokens = usage.outputImage;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: input,
    completion_tokens_details: output,
  };
}
