import { describe, expect, test } from "bun:test";
import { costOf } from "./cost";
import type { DatedPrice, Price } from "./money";
import { dearestRates, priceAt, pricesTier, worstCaseCost } from "./price";
import { noUsage, usageClasses } from "./usage";

const plain: Price = { version: "plain", input: 3_000_000, output: 15_000_000 };
const tiered: Price = {
  version: "tiered",
  input: 3_000_000,
  output: 15_000_000,
  cacheWrite: 3_750_000,
  cacheWrite1h: 6_000_000,
  reasoning: 16_000_000,
  perRequest: 1_000,
  contextTiers: [{ aboveTokens: 200_000, rates: { input: 6_000_000, output: 22_500_000, cacheWrite1h: 12_000_000 } }],
  serviceTiers: {
    flex: { input: 1_500_000, output: 7_500_000, cacheWrite: 1_875_000, cacheWrite1h: 3_000_000, reasoning: 8_000_000 },
    priority: { input: 7_000_000, output: 30_000_000 },
    fast: { input: 30_000_000, output: 150_000_000 },
  },
};

describe("priceAt()", () => {
  const day = 86_400_000;
  const prices: readonly DatedPrice[] = [
    {
      fromMs: 10 * day,
      price: { ...plain, version: "new" },
      hours: [
        { fromMinute: 60, toMinute: 240, price: { ...plain, version: "peak" } },
        { fromMinute: 360, toMinute: 600, price: { ...plain, version: "second peak" } },
      ],
    },
    { fromMs: day, price: { ...plain, version: "old" } },
  ];
  const hour = 3_600_000;
  test.each([
    [0, undefined],
    [day - 1, undefined],
    [day, "old"],
    [9 * day + 2 * hour, "old"],
    [10 * day, "new"],
    [10 * day + hour - 1, "new"],
    [10 * day + hour, "peak"],
    [12 * day + 4 * hour - 1, "peak"],
    [12 * day + 4 * hour, "new"],
    [12 * day + 9 * hour, "second peak"],
    [12 * day + 23 * hour, "new"],
  ])("at %p gives %p", (atMs, version) => expect(priceAt(prices, atMs)?.version).toBe(version));

  test("is undefined without prices", () => expect(priceAt(undefined, 0)).toBeUndefined());
});

describe("worstCaseCost()", () => {
  test("takes all input and the output of every choice", () => {
    // 1000 × $3 + 3 × 100 × $15 = $0.003 + $0.0045
    expect(worstCaseCost(plain, { inputTokens: 1000, outputTokens: 100, choices: 3 })).toBe(7_500_000);
  });

  test.each([
    // dearest input class: an hour of cache, $6; dearest output class: reasoning, $16; $0.000001 for the request
    [1000, undefined, 6_000_000 + 1_600_000 + 1_000],
    [1000, "default", 6_000_000 + 1_600_000 + 1_000],
    // flex may fall back to standard
    [1000, "flex", 6_000_000 + 1_600_000 + 1_000],
    // priority: input $7, output $30
    [1000, "priority", 7_000_000 + 3_000_000 + 1_000],
    [1000, "auto", 7_000_000 + 3_000_000 + 1_000],
    // nobody knows what it means: fast is dearest, $30 and $150
    [1000, "turbo", 30_000_000 + 15_000_000 + 1_000],
    // 200,000 reaches no tier: × $6; 200,001 does: × $12, output $22.50
    [200_000, undefined, 1_200_000_000 + 1_600_000 + 1_000],
    [200_001, undefined, 2_400_012_000 + 2_250_000 + 1_000],
  ])("of %p tokens of input and 100 of output in %p is %p", (inputTokens, serviceTier, nanoDollars) => {
    const prospect = { inputTokens, outputTokens: 100, choices: 1, ...(serviceTier && { serviceTier }) };
    expect(worstCaseCost(tiered, prospect)).toBe(nanoDollars);
  });

  test("is the most that any usage within it costs, in any tier that may serve", () => {
    let seed = 7;
    const next = (below: number) => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    const asked = [undefined, "default", "auto", "priority", "flex", "fast"] as const;
    for (let round = 0; round < 5000; round++) {
      const inputTokens = next(400_000);
      const outputTokens = next(5_000);
      const tier = asked[next(asked.length)];
      const worst = worstCaseCost(tiered, {
        ...{ inputTokens, outputTokens, choices: 1 },
        ...(tier !== undefined && { serviceTier: tier }),
      });
      const used = { input: next(inputTokens + 1), output: next(outputTokens + 1) };
      const inputClass = usageClasses[next(6)] ?? "input";
      const outputClass = usageClasses[6 + next(4)] ?? "output";
      const usage = { ...noUsage, [inputClass]: used.input, [outputClass]: used.output };
      const served = tier === "auto" ? ["default", "priority"][next(2)] : next(2) === 0 ? "default" : tier;
      expect(costOf(usage, tiered, served)).toBeLessThanOrEqual(worst);
    }
  });

  test("stops at the largest exact amount", () => {
    const prospect = { inputTokens: Number.POSITIVE_INFINITY, outputTokens: 1, choices: 1 };
    expect(worstCaseCost(plain, prospect)).toBe(Number.MAX_SAFE_INTEGER);
  });
});

test("dearestRates() gives one rate for input and one for output", () => {
  expect(dearestRates(tiered, 1000)).toEqual({ input: 6_000_000, output: 16_000_000 });
  expect(dearestRates(tiered, 300_000, "priority")).toEqual({ input: 12_000_000, output: 30_000_000 });
});

test("pricesTier() knows a tier that is listed, and what an operator says of all", () => {
  const listed = { ...tiered, version: "catalog:1" };
  expect(["flex", "batch", "default", undefined, "us"].map((tier) => pricesTier(listed, tier))).toEqual([
    true,
    false,
    true,
    true,
    true,
  ]);
  expect(pricesTier({ ...plain, version: "catalog:1" }, "flex")).toBe(false);
  expect(pricesTier({ ...plain, version: "config:1" }, "flex")).toBe(true);
});
