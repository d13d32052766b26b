import { describe, expect, test } from "bun:test";
import { inputTotal, noUsage, outputTotal } from "#core/usage";
import type { JsonObject } from "#lib/json";
import { readUsage, writeUsage } from "./usage";

describe("readUsage()", () => {
  const cases: readonly (readonly [string, JsonObject, object])[] = [
    [
      "OpenAI, every class",
      {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10, audio_tokens: 5 },
        completion_tokens_details: { reasoning_tokens: 30, audio_tokens: 4, accepted_prediction_tokens: 2 },
      },
      { input: 25, cacheRead: 60, cacheWrite: 10, inputAudio: 5, output: 16, reasoning: 30, outputAudio: 4 },
    ],
    [
      "xAI, reasoning beside the completion",
      {
        prompt_tokens: 12,
        completion_tokens: 2,
        total_tokens: 354,
        completion_tokens_details: { reasoning_tokens: 340 },
      },
      { input: 12, output: 2, reasoning: 340 },
    ],
    [
      "Gemini, reasoning in the total alone",
      { prompt_tokens: 5, completion_tokens: 10, total_tokens: 215 },
      { input: 5, output: 10, reasoning: 200 },
    ],
    [
      "DeepSeek",
      {
        prompt_tokens: 9,
        completion_tokens: 1,
        total_tokens: 10,
        prompt_cache_hit_tokens: 8,
        prompt_cache_miss_tokens: 1,
      },
      { input: 1, cacheRead: 8, output: 1 },
    ],
    [
      "Moonshot",
      { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10, cached_tokens: 4 },
      { input: 5, cacheRead: 4, output: 1 },
    ],
    [
      "Mistral, more cached than there is",
      { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11, num_cached_tokens: 64 },
      { cacheRead: 10, output: 1 },
    ],
    [
      "vLLM, reasoning at the top",
      { prompt_tokens: 1, completion_tokens: 3, total_tokens: 4, reasoning_tokens: 2 },
      { input: 1, output: 1, reasoning: 2 },
    ],
    ["without a total", { prompt_tokens: 1, completion_tokens: 3 }, { input: 1, output: 3 }],
  ];
  for (const [name, raw, classes] of cases)
    test(`reads ${name}`, () => expect(readUsage(raw)).toEqual({ ...noUsage, ...classes }));

  test("is undefined where there is none", () => {
    for (const raw of [undefined, null, {}, "3", { prompt_tokens: "3" }]) expect(readUsage(raw)).toBeUndefined();
  });

  test("counts each token once, whatever a provider sends", () => {
    let seed = 1;
    const next = (below: number) => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    for (let round = 0; round < 2000; round++) {
      const prompt = next(50);
      const completion = next(50);
      const usage = readUsage({
        prompt_tokens: prompt,
        completion_tokens: completion,
        total_tokens: prompt + completion,
        prompt_tokens_details: { cached_tokens: next(60), cache_write_tokens: next(60), audio_tokens: next(60) },
        completion_tokens_details: { reasoning_tokens: next(completion + 1), audio_tokens: next(60) },
      });
      expect(usage && [inputTotal(usage), outputTotal(usage)]).toEqual([prompt, completion]);
      expect(Object.values(usage ?? {}).every((count) => typeof count === "boolean" || count >= 0)).toBe(true);
    }
  });
});

describe("writeUsage()", () => {
  test("counts the way OpenAI does", () => {
    const usage = {
      ...noUsage,
      input: 1,
      cacheRead: 2,
      cacheWrite: 3,
      cacheWrite1h: 4,
      output: 5,
      reasoning: 6,
      inputAudio: 7,
    };
    expect(writeUsage(usage)).toEqual({
      prompt_tokens: 17,
      completion_tokens: 11,
      total_tokens: 28,
      prompt_tokens_details: { cached_tokens: 2, audio_tokens: 7, cache_write_tokens: 7 },
      completion_tokens_details: { reasoning_tokens: 6, audio_tokens: 0 },
    });
  });
});
