import { expect, test } from "bun:test";
import type { Model } from "./schema.gen";
import { streamed } from "./stream-chat";
import { worstCaseUsd } from "./worst-case";

const price = { input: "1", output: "10", source: "catalog", version: "catalog:1" };
const small: Model = { id: "a/small", price, max_output: 1000, context: 100_000 };
const dear: Model = {
  id: "b/dear",
  price: { ...price, reasoning: "40", context_tiers: [{ above: 200, input: "2" }] },
  max_output: 1000,
};
const bytesOf = (body: object) => JSON.stringify(streamed(body)).length;
const defaults = { default_max_output_tokens: 5000, default_context_tokens: 1_000_000 };

test("worstCaseUsd() counts bytes as tokens, and the longest answer", () => {
  const body = { model: "a/small" };
  expect(worstCaseUsd(body, [small], defaults)).toBeCloseTo((bytesOf(body) + 128 + 1000 * 10) / 1e6, 12);
  const limited = { model: "a/small", max_completion_tokens: 5 };
  expect(worstCaseUsd(limited, [small], defaults)).toBeCloseTo((bytesOf(limited) + 128 + 50) / 1e6, 12);
});

const outputs: readonly (readonly [dialect: string, body: object, tokens: number])[] = [
  ["chat", { max_tokens: 5 }, 5],
  ["chat, several answers", { max_completion_tokens: 5, n: 3 }, 15],
  ["chat, both limits", { max_tokens: 9, max_completion_tokens: 5 }, 9],
  ["chat, several answers without a limit", { n: 2 }, 2000],
  ["a limit that local servers take for none", { max_tokens: -1 }, 1000],
  ["fields that are null", { max_tokens: null, n: null }, 1000],
  ["numbers in strings", { max_tokens: "5", n: "2" }, 10],
  ["text completion", { prompt: ["a", "b"], max_tokens: 5, n: 2, best_of: 3 }, 30],
  ["text completion of tokens", { prompt: [1, 2], max_tokens: 5 }, 5],
  ["llama.cpp", { n_predict: 5 }, 5],
  ["responses", { max_output_tokens: 5 }, 5],
  ["Gemini", { generationConfig: { maxOutputTokens: 5, candidateCount: 4 } }, 20],
  ["Gemini, the other case", { generation_config: { max_output_tokens: 5, candidate_count: 4 } }, 20],
  ["Converse", { inferenceConfig: { maxTokens: 5 } }, 5],
  ["Converse, in the model's words", { additionalModelRequestFields: { max_tokens: 5 } }, 5],
];

test.each(outputs)("worstCaseUsd() counts each answer up to its limit: %s", (_, body, tokens) => {
  expect(worstCaseUsd(body, [small], defaults)).toBeCloseTo((bytesOf(body) + 128 + tokens * 10) / 1e6, 12);
});

test("worstCaseUsd() counts what surrounds tools wherever a dialect has them", () => {
  for (const body of [{ tools: [] }, { functions: [] }, { toolConfig: { tools: [] } }])
    expect(worstCaseUsd(body, [small], defaults)).toBeCloseTo((bytesOf(body) + 128 + 1024 + 10_000) / 1e6, 12);
});

test("worstCaseUsd() takes the dearest of what may serve, with its dearest rates, and says nothing where one is unknown", () => {
  const body = { model: "smart", text: "x".repeat(100) };
  const input = bytesOf(body) + 128;
  expect(worstCaseUsd(body, [small, dear], defaults)).toBeCloseTo((input * 2 + 1000 * 40) / 1e6, 12);
  expect(worstCaseUsd(body, [small, { id: "c/own" }], defaults)).toBeUndefined();
});

test("worstCaseUsd() counts images by their number, up to the context, and what surrounds tools", () => {
  const body = { image: `data:image/png;base64,${"A".repeat(5000)}`, tools: [] };
  const input = bytesOf({ ...body, image: "data:image/png;base64," }) + 128 + 1024 + 65_536;
  expect(worstCaseUsd(body, [small], defaults)).toBeCloseTo((input + 1000 * 10) / 1e6, 12);
});
