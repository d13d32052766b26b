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

test("worstCaseUsd() finds the bound of the answer wherever a dialect has it", () => {
  const bodies = [
    { max_tokens: 5 },
    { max_output_tokens: 5 },
    { generationConfig: { maxOutputTokens: 5 } },
    { inferenceConfig: { maxTokens: 5 } },
  ];
  for (const body of bodies)
    expect(worstCaseUsd(body, [small], defaults)).toBeCloseTo((bytesOf(body) + 128 + 50) / 1e6, 12);
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
