import { expect, test } from "bun:test";
import { costOf } from "./cost";
import { formatDollars } from "./money";
import { noUsage } from "./usage";

const price = { input: 2_500_000, output: 10_000_000, cacheRead: 1_250_000 };

test("costOf() adds every class at its own price", () => {
  const usage = { ...noUsage, input: 1000, cacheRead: 2000, output: 300, reasoning: 200 };
  // 1000 × $2.50 + 2000 × $1.25 + 500 × $10, each per million tokens
  expect(costOf(usage, price)).toBe(2_500_000 + 2_500_000 + 5_000_000);
});

test("costOf() rounds once, up", () => {
  expect(costOf({ ...noUsage, input: 1, output: 1 }, { input: 1, output: 1 })).toBe(1);
  expect(costOf(noUsage, price)).toBe(0);
});

test("costOf() charges an unlisted class as input or output", () => {
  expect(costOf({ ...noUsage, cacheWrite: 10, inputAudio: 10, outputAudio: 1 }, price)).toBe(20 * 2500 + 10_000);
});

test.each([
  [0, "0"],
  [1, "0.000000001"],
  [125_000, "0.000125"],
  [1_000_000_000, "1"],
  [12_340_000_000, "12.34"],
  [-5, "-0.000000005"],
])("formatDollars(%p) is %p", (amount, text) => expect(formatDollars(amount)).toBe(text));
