import { expect, test } from "bun:test";
import type { Demand } from "#core/demand";
import { plainDemand, plainPrice, settingsOf, target } from "./fixtures/scratch-governance";
import type { ImageRule } from "./image-tokens";
import { boundOf, countedBound, type MediaRules, outputFor, worstCase } from "./worst-case";

const demand: Demand = { ...plainDemand, outputTokens: 10 };
const likely = { input: 0, output: 0 };
const settings = settingsOf({ defaultContextTokens: 5000, defaultMaxOutputTokens: 70 });

function tokensOf(more: Partial<Demand>, facts: object = {}): number {
  const at = target();
  const known = { ...at, facts: { id: "gpt", ...at.facts, ...facts } };
  return boundOf({ ...demand, ...more }, known, plainPrice, settings, likely, undefined).inputTokens;
}

test("boundOf() takes the model's context, else the settings', for input that nobody can measure", () => {
  expect(tokensOf({ refersElsewhere: true }, { contextTokens: 2000 })).toBe(2100);
  expect(tokensOf({ refersElsewhere: true })).toBe(5100);
  expect(tokensOf({ images: [undefined] })).toBe(5100);
  expect(tokensOf({ images: [undefined] }, { contextTokens: 1_000_000 })).toBe(65_536 + 100);
});

test("worstCase() takes the dearest rates, and hosted tools at their ceiling", () => {
  const price = { ...plainPrice, cacheWrite: 2_000_000, reasoning: 3_000_000, perRequest: 7 };
  const cost = (more: Partial<Demand>, at = settings) =>
    worstCase(boundOf({ ...demand, ...more }, target(), price, at, likely, undefined), 10).cost;
  expect(cost({})).toBe(100 * 2000 + 10 * 3000 + 7);
  const ceiling = { ...settings, hostedToolCeiling: 1_000_000 };
  expect(cost({ hostedTools: true }, ceiling)).toBe(1_230_007);
  expect(worstCase(boundOf(demand, target(), undefined, settings, { input: 60, output: 4 }, undefined), 10)).toEqual({
    tokens: 110,
    outputTokens: 10,
    likelyTokens: 64,
    cost: 0,
  });
});

test("worstCase() leaves out the classes that a request cannot use", () => {
  const price = {
    ...plainPrice,
    cacheWrite1h: 2_000_000,
    inputAudio: 30_000_000,
    inputImage: 4_000_000,
    outputAudio: 70_000_000,
  };
  const cost = (more: Partial<Demand>) =>
    worstCase(
      boundOf({ ...demand, ...more }, target(), price, { ...settings, defaultContextTokens: 0 }, likely, undefined),
      10,
    ).cost;
  expect(cost({})).toBe(110_000);
  expect(cost({ hourCache: true })).toBe(100 * 2000 + 10_000);
  expect(cost({ images: [undefined] })).toBe(100 * 4000 + 10_000);
  expect(cost({ audio: true })).toBe(100 * 30_000 + 10 * 70_000);
  expect(cost({ refersElsewhere: true })).toBe(100 * 30_000 + 10 * 70_000);
});

test("outputFor() gives the longest answers whose worst case fits", () => {
  const price = { ...plainPrice, input: 1_234_567, output: 7_654_321, perRequest: 3 };
  const bound = boundOf({ ...demand, answers: 3 }, target(), price, settings, likely, undefined);
  for (const money of [130_000, 500_000, 999_999_999]) {
    const output = outputFor(bound, money);
    expect(worstCase(bound, output).cost).toBeLessThanOrEqual(money);
    expect(worstCase(bound, output + 1).cost).toBeGreaterThan(money - 1);
  }
  expect(outputFor(bound, worstCase(bound, 0).cost - 1)).toBe(-1);
});

test("boundOf() counts images by the target's rule, from their size where that is known", () => {
  const tokens = (more: Partial<Demand>, rule: ImageRule) =>
    boundOf({ ...demand, ...more }, target(), plainPrice, settingsOf(), likely, { images: rule, pageTokens: undefined })
      .inputTokens - 100;
  const small = { width: 57, height: 28 };
  const huge = { width: 8000, height: 8000 };
  const claude = { most: 4784, patch: 28 };
  expect(tokens({ images: [small, huge, undefined] }, claude)).toBe(3 + 4784 + 4784);
  expect(tokens({ images: [small] }, { most: 1445, patch: undefined })).toBe(1445);
  expect(tokens({ linkedImages: 2 }, claude)).toBe(2 * 4784);
  expect(tokens({ linkedImages: 2 }, { most: undefined, patch: undefined })).toBe(1_000_000);
});

test("countedBound() takes documents by their pages and text, where all of them were read and nothing else is beyond", () => {
  const rules: MediaRules = { images: { most: 1600, patch: 28 }, pageTokens: 1600 };
  const bound = (more: Partial<Demand>, at: MediaRules = rules) =>
    boundOf({ ...demand, documents: [5000, 900], ...more }, target(), plainPrice, settings, likely, at);
  const found = { documents: 2, pages: 2, textTokens: 300 };
  const counted = (of: ReturnType<typeof bound>, more: object = {}) =>
    countedBound(of, { documents: { ...found, ...more } }).inputTokens;
  expect(bound({}).inputTokens).toBe(100 + 5000);
  expect(counted(bound({}))).toBe(100 + 2 * 1600 + 300);
  expect(counted(bound({ linkedImages: 1 }), { pages: 1 })).toBe(100 + 1600 + 1600 + 300);
  expect(countedBound(bound({}), { documents: found, textTokens: 340 }).inputTokens).toBe(100 + 3500 - 60);
  // More than the model can read; one that was not read; another input of unknown length; a target whose pages are not known.
  expect(counted(bound({}), { pages: 4 })).toBe(5100);
  expect(counted(bound({}), { documents: 1 })).toBe(5100);
  expect(counted(bound({ refersElsewhere: true }))).toBe(5100);
  expect(counted(bound({}, { ...rules, pageTokens: undefined }))).toBe(5100);
});
