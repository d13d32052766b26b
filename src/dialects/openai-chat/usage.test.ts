import { describe, expect, test } from "bun:test";
import { inputTotal, noUsage, outputTotal, usageClasses } from "#core/usage";
import type { JsonObject } from "#lib/json";
import { readOpenAiUsage as readUsage } from "../openai-usage";
import { writeUsage } from "./usage";

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
      "Vercel's gateway, reasoning beside the completion though it is less",
      {
        prompt_tokens: 50,
        completion_tokens: 40,
        total_tokens: 90,
        completion_tokens_details: { reasoning_tokens: 30 },
        market_cost: 0.000055,
      },
      { input: 50, output: 40, reasoning: 30 },
    ],
    [
      "reasoning that is more than the completion, by a total that says nothing of it",
      {
        prompt_tokens: 4865,
        completion_tokens: 16,
        total_tokens: 4881,
        completion_tokens_details: { reasoning_tokens: 19 },
      },
      { input: 4865, reasoning: 16 },
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
    [
      "images in and out",
      {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { text_tokens: 40, image_tokens: 30, audio_tokens: 10, cached_tokens: 20 },
        completion_tokens_details: { image_tokens: 45 },
      },
      { input: 40, cacheRead: 20, inputAudio: 10, inputImage: 30, output: 5, outputImage: 45 },
    ],
    [
      "Alibaba, tokens written to a cache of two durations",
      {
        prompt_tokens: 100,
        completion_tokens: 1,
        prompt_tokens_details: {
          cached_tokens: 10,
          cache_creation_input_tokens: 60,
          cache_creation: { ephemeral_5m_input_tokens: 40, ephemeral_1h_input_tokens: 20 },
        },
      },
      { input: 30, cacheRead: 10, cacheWrite: 40, cacheWrite1h: 20, output: 1 },
    ],
    [
      "Perplexity's deep research, reasoning and citations beside the rest",
      {
        prompt_tokens: 33,
        completion_tokens: 7163,
        total_tokens: 7196,
        citation_tokens: 20016,
        num_search_queries: 18,
        reasoning_tokens: 73997,
      },
      { input: 33 + 20016, output: 7163, reasoning: 73997, searches: 18 },
    ],
    [
      "nothing that is not a count",
      {
        prompt_tokens: 10,
        completion_tokens: -1,
        prompt_tokens_details: { cached_tokens: -5, audio_tokens: "3", image_tokens: null },
      },
      { input: 10 },
    ],
    [
      "more reasoning than there is, where the total has no room for it",
      {
        prompt_tokens: 4000,
        completion_tokens: 16,
        total_tokens: 4016,
        completion_tokens_details: { reasoning_tokens: 19 },
      },
      { input: 4000, reasoning: 16 },
    ],
    ["fractions, rounded up", { prompt_tokens: 1.5, completion_tokens: 2 }, { input: 2, output: 2 }],
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
        prompt_tokens_details: {
          cached_tokens: next(60),
          cache_write_tokens: next(60),
          audio_tokens: next(60),
          image_tokens: next(60),
        },
        completion_tokens_details: {
          reasoning_tokens: next(completion + 1),
          audio_tokens: next(60),
          image_tokens: next(60),
        },
      });
      expect(usage && [inputTotal(usage), outputTotal(usage)]).toEqual([prompt, completion]);
      expect(usageClasses.every((name) => (usage?.[name] ?? 0) >= 0)).toBe(true);
      expect(usage?.bill).toBeUndefined();
    }
  });
});

const counts = { prompt_tokens: 3, completion_tokens: 2 };
test.each([
  [{ cost: 0.25 }, { field: "usage.cost", dollars: 0.25 }],
  [
    { cost: 0.01, is_byok: true, cost_details: { upstream_inference_cost: 0.5 } },
    { field: "usage.cost", dollars: 0.51 },
  ],
  [
    { cost: 0.01, cost_details: { upstream_inference_cost: 0.5 } },
    { field: "usage.cost", dollars: 0.01 },
  ],
  [{ cost: { total_cost: 0.125, request_cost: 0.1 } }, { field: "usage.cost.total_cost", dollars: 0.125 }],
  [{ cost_in_usd_ticks: 15_000_000 }, { field: "usage.cost_in_usd_ticks", dollars: 0.0015 }],
  [{ cost: "0.25" }, undefined],
  [{}, undefined],
])("readUsage() reads the bill of %p", (usage, bill) => {
  const read: object | undefined = readUsage({ ...counts, ...usage })?.bill;
  expect(read).toEqual(bill);
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
      inputImage: 8,
      outputImage: 9,
    };
    expect(writeUsage(usage)).toEqual({
      prompt_tokens: 25,
      completion_tokens: 20,
      total_tokens: 45,
      prompt_tokens_details: { cached_tokens: 2, audio_tokens: 7, image_tokens: 8, cache_write_tokens: 7 },
      completion_tokens_details: { reasoning_tokens: 6, audio_tokens: 0, image_tokens: 9 },
    });
  });
});
