import { expect, test } from "bun:test";
import { costOf } from "./cost";
import { formatDollars, type Price } from "./money";
import { noUsage, type Usage } from "./usage";

// Rates in micro-dollars per million tokens: $2.50 is 2_500_000. A token at $1 per million costs 1000 nano-dollars.
const price: Price = {
  version: "test",
  input: 3_000_000,
  output: 15_000_000,
  cacheRead: 300_000,
  cacheWrite: 3_750_000,
  cacheWrite1h: 6_000_000,
  inputAudio: 40_000_000,
  inputImage: 10_000_000,
  reasoning: 20_000_000,
  outputAudio: 80_000_000,
  outputImage: 120_000_000,
  perRequest: 5_000_000,
  perSearch: 10_000_000,
  contextTiers: [
    { aboveTokens: 200_000, rates: { input: 6_000_000, output: 22_500_000, cacheRead: 600_000 } },
    { aboveTokens: 500_000, rates: { input: 9_000_000 } },
  ],
  serviceTiers: {
    priority: { input: 5_000_000, output: 30_000_000 },
    batch: {
      input: 1_500_000,
      output: 7_500_000,
      contextTiers: [{ aboveTokens: 200_000, rates: { input: 3_000_000 } }],
    },
  },
};
const base = 5_000_000; // perRequest

const classes: readonly (readonly [keyof Usage, number])[] = [
  ["input", 3_000_000], // 1000 × $3 / 10⁶ = $0.003
  ["cacheRead", 300_000], // 1000 × $0.30 / 10⁶ = $0.0003
  ["cacheWrite", 3_750_000], // 1000 × $3.75 / 10⁶ = $0.00375
  ["cacheWrite1h", 6_000_000], // 1000 × $6 / 10⁶ = $0.006
  ["inputAudio", 40_000_000], // 1000 × $40 / 10⁶ = $0.04
  ["inputImage", 10_000_000], // 1000 × $10 / 10⁶ = $0.01
  ["output", 15_000_000], // 1000 × $15 / 10⁶ = $0.015
  ["reasoning", 20_000_000], // 1000 × $20 / 10⁶ = $0.02
  ["outputAudio", 80_000_000], // 1000 × $80 / 10⁶ = $0.08
  ["outputImage", 120_000_000], // 1000 × $120 / 10⁶ = $0.12
];
test.each(classes)("costOf() charges 1000 tokens of %s at their own rate", (name, nanoDollars) => {
  expect(costOf({ ...noUsage, [name]: 1000 }, price)).toBe(base + nanoDollars);
});

test("costOf() adds every class, the request and its searches", () => {
  const all = Object.fromEntries(classes.map(([name]) => [name, 1000]));
  // 0.003 + 0.0003 + 0.00375 + 0.006 + 0.04 + 0.01 + 0.015 + 0.02 + 0.08 + 0.12 = $0.29805
  // + $0.005 for the request + 3 × $0.01 for searches = $0.33305
  expect(costOf({ ...noUsage, ...all, searches: 3 }, price)).toBe(333_050_000);
});

test.each([
  ["cacheRead", 3_000_000],
  ["cacheWrite", 3_000_000],
  ["cacheWrite1h", 3_000_000],
  ["inputAudio", 3_000_000],
  ["inputImage", 3_000_000],
  ["reasoning", 15_000_000],
  ["outputAudio", 15_000_000],
  ["outputImage", 15_000_000],
] as const)("costOf() charges unlisted %s as plain tokens", (name, nanoDollars) => {
  const plain = { version: "plain", input: 3_000_000, output: 15_000_000 };
  expect(costOf({ ...noUsage, [name]: 1000 }, plain)).toBe(nanoDollars);
});

test("costOf() charges an unlisted hour of cache as five minutes of it", () => {
  // 1000 × $3.75 / 10⁶ = $0.00375
  const plain = { version: "plain", input: 3_000_000, output: 0, cacheWrite: 3_750_000 };
  expect(costOf({ ...noUsage, cacheWrite1h: 1000 }, plain)).toBe(3_750_000);
});

test.each([
  // Up to the border: 200,000 × $3 + 1000 × $15 = $0.615
  ["at the border", { input: 200_000, output: 1000 }, 615_000_000],
  // One more, though it was cached: 200,000 × $6 + 1 × $0.60 + 1000 × $22.50 = $1.2000006 + $0.0225 = $1.2225006
  ["one above it, all tokens", { input: 200_000, cacheRead: 1, output: 1000 }, 1_222_500_600],
  // The second tier names input alone; output is as in the list: 600,000 × $9 + 1000 × $15 = $5.415
  ["above the second border", { input: 600_000, output: 1000 }, 5_415_000_000],
])("costOf() with context tiers, %s", (_name, tokens, nanoDollars) => {
  expect(costOf({ ...noUsage, ...tokens }, price)).toBe(base + nanoDollars);
});

test.each([
  // 1000 × $3 + 100 × $15 = $0.003 + $0.0015
  [undefined, 4_500_000],
  ["default", 4_500_000],
  ["standard", 4_500_000],
  ["on_demand", 4_500_000],
  ["flex", 4_500_000], // not listed here
  // 1000 × $5 + 100 × $30 = $0.005 + $0.003
  ["priority", 8_000_000],
  // 1000 × $1.50 + 100 × $7.50 = $0.0015 + $0.00075
  ["batch", 2_250_000],
] as const)("costOf() when %p was served", (tier, nanoDollars) => {
  expect(costOf({ ...noUsage, input: 1000, output: 100 }, price, tier)).toBe(base + nanoDollars);
});

test("costOf() in a service tier with context tiers of its own", () => {
  // 300,000 × $3 + 1000 × $7.50 + 1000 × $0.60 (cached, from the list's context tier) = $0.9 + $0.0075 + $0.0006
  const usage = { ...noUsage, input: 300_000, cacheRead: 1000, output: 1000 };
  expect(costOf(usage, price, "batch")).toBe(base + 908_100_000);
});

test("costOf() rounds once, up", () => {
  const cheap = { version: "cheap", input: 1, output: 1 };
  // 2 × 10⁻¹² dollars
  expect(costOf({ ...noUsage, input: 1, output: 1 }, cheap)).toBe(1);
  expect(costOf({ ...noUsage, input: 600, output: 400 }, cheap)).toBe(1);
  expect(costOf({ ...noUsage, input: 600, output: 401 }, cheap)).toBe(2);
  expect(costOf(noUsage, cheap)).toBe(0);
});

test("costOf() is exact where floating point is not", () => {
  // 10⁹ + 1 tokens × 6,000,001 = 6,000,001,006,000,001 + 10⁷ × 600,000,000 = 12,000,001,006,000,001, rounded up
  const large = { version: "large", input: 6_000_001, output: 600_000_000 };
  expect(costOf({ ...noUsage, input: 1_000_000_001, output: 10_000_000 }, large)).toBe(12_000_001_006_001);
});

test("costOf() stops at the largest exact amount", () => {
  for (const input of [1e300, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER]) {
    expect(costOf({ ...noUsage, input }, price)).toBe(Number.MAX_SAFE_INTEGER);
  }
});

test.each([
  [0, "0"],
  [1, "0.000000001"],
  [125_000, "0.000125"],
  [1_000_000_000, "1"],
  [12_340_000_000, "12.34"],
  [-5, "-0.000000005"],
])("formatDollars(%p) is %p", (amount, text) => expect(formatDollars(amount)).toBe(text));
