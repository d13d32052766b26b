import { expect, test } from "bun:test";
import type { Demand } from "#core/demand";
import { plainDemand, plainPrice, settingsOf, target } from "./fixtures/scratch-governance";
import { worstCase } from "./worst-case";

const demand: Demand = { ...plainDemand, outputTokens: 10 };
const settings = settingsOf({ defaultContextTokens: 5000, defaultMaxOutputTokens: 70 });

function tokensOf(more: Partial<Demand>, facts: object = {}): number {
  const at = target();
  const known = { ...at, facts: { id: "gpt", ...at.facts, ...facts } };
  return worstCase({ ...demand, ...more }, known, plainPrice, settings).tokens;
}

test("worstCase() takes the request's output limit, else the model's, else the settings'", () => {
  const { outputTokens: _, ...open } = demand;
  expect(tokensOf({})).toBe(110);
  expect(tokensOf({ answers: 4 })).toBe(140);
  expect(worstCase(open, target(), plainPrice, settings).tokens).toBe(170);
  const known = { ...target(), facts: { id: "gpt", maxOutputTokens: 30 } };
  expect(worstCase(open, known, plainPrice, settings).tokens).toBe(130);
  expect(tokensOf({ hasOutput: false })).toBe(100);
});

test("worstCase() takes the model's context, else the settings', for input that nobody can measure", () => {
  expect(tokensOf({ refersElsewhere: true }, { contextTokens: 2000 })).toBe(2110);
  expect(tokensOf({ refersElsewhere: true })).toBe(5110);
  expect(tokensOf({ images: 1 })).toBe(5110);
  expect(tokensOf({ images: 1 }, { contextTokens: 1_000_000 })).toBe(65_536 + 110);
});

test("worstCase() takes the dearest rates, and hosted tools at their ceiling", () => {
  const price = { ...plainPrice, cacheWrite1h: 2_000_000, reasoning: 3_000_000, perRequest: 7 };
  expect(worstCase(demand, target(), price, settings).cost).toBe(100 * 2000 + 10 * 3000 + 7);
  const ceiling = { ...settings, hostedToolCeiling: 1_000_000 };
  expect(worstCase({ ...demand, hostedTools: true }, target(), price, ceiling).cost).toBe(1_230_007);
  expect(worstCase(demand, target(), undefined, settings)).toEqual({ tokens: 110, outputTokens: 10, cost: 0 });
});
