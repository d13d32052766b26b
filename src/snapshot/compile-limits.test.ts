import { describe, expect, test } from "bun:test";
import type { LimitsConfig } from "#config/limit-schema";
import { budgetSchema, rateLimitSchema } from "#config/limit-schema";
import { anchoredForm, planForms, planLimits, withSlot } from "./compile-limits";

const scope = { kind: "team", name: "t" } as const;

function plan(limits: { budgets?: readonly object[]; rate_limits?: readonly object[] }) {
  const config: LimitsConfig = {
    budgets: (limits.budgets ?? []).map((budget) => budgetSchema.parse(budget)),
    rate_limits: (limits.rate_limits ?? []).map((limit) => rateLimitSchema.parse(limit)),
  };
  return planLimits("team:t", scope, config);
}

describe("planLimits()", () => {
  const budgets: readonly (readonly [budget: object, id: string, expected: object])[] = [
    [
      { limit_usd: "0.000000001", period: "1M" },
      "usd/1mo/UTC",
      { unit: "nanodollars", amount: 1, mode: "hard", period: { kind: "repeating", unit: "mo", count: 1 } },
    ],
    [
      { limit_usd: 9, period: "1w", time_zone: "Asia/Tokyo", mode: "warn" },
      "usd/1w/Asia%2FTokyo",
      { mode: "warn", period: { align: { to: "calendar", timeZone: "Asia/Tokyo" } } },
    ],
    [
      { limit_tokens: 7, period: "90m", align: "creation" },
      "tokens/90m/creation",
      { unit: "tokens", amount: 7, period: { count: 90, unit: "m", align: { to: "anchor", anchorMs: 0 } } },
    ],
    [{ limit_tokens: 7, period: "none" }, "tokens/none", { period: { kind: "none" } }],
    [
      { limit_usd: 1, period: "1d", model: "openai/gpt-4o*", provider: "open ai", thresholds: [0.5] },
      "usd/1d/UTC/model=openai%2Fgpt-4o*/provider=open%20ai",
      { match: { model: "openai/gpt-4o*", provider: "open ai" }, thresholds: [0.5] },
    ],
  ];
  for (const [budget, id, expected] of budgets) {
    test(`names a budget team:t/budget/${id}`, () => {
      expect(plan({ budgets: [budget] })).toMatchObject([
        { kind: "budget", id: `team:t/budget/${id}`, scope, ...expected },
      ]);
    });
  }

  test("reads a window of seconds", () => {
    expect(plan({ rate_limits: [{ requests: 1, per: "10s" }] })).toMatchObject([{ windowMs: 10_000 }]);
  });

  test("reads rate limits of requests, tokens and running requests", () => {
    const planned = plan({ rate_limits: [{ requests: 1, per: "90m" }, { tokens: 2, per: "1mo" }, { concurrent: 3 }] });
    expect(planned).toEqual([
      {
        kind: "rate",
        id: "team:t/rate/requests/90m",
        scope,
        unit: "requests",
        amount: 1,
        windowMs: 5_400_000,
        match: {},
      },
      {
        kind: "rate",
        id: "team:t/rate/tokens/1mo",
        scope,
        unit: "tokens",
        amount: 2,
        windowMs: 2_592_000_000,
        match: {},
      },
      { kind: "concurrency", id: "team:t/concurrent", scope, unit: "requests", amount: 3, match: {} },
    ]);
  });

  test("gives an id to each of several that count the same, and the same id to every amount and mode", () => {
    const ids = (amounts: readonly number[]) =>
      plan({ budgets: amounts.map((amount) => ({ limit_usd: amount, period: "1d" })) }).map(({ id }) => id);
    expect(ids([1, 2, 3])).toEqual(ids([7, 8, 9]));
    expect(new Set(ids([1, 1, 1])).size).toBe(3);
    const soft = plan({ budgets: [{ limit_usd: 5, period: "1d", mode: "soft" }] });
    expect(soft[0]?.id).toBe(ids([1])[0] ?? "");
  });
});

test("withSlot() anchors periods that count from the creation there, and no others", () => {
  const [created, calendar] = plan({
    budgets: [
      { limit_usd: 1, period: "1d", align: "creation" },
      { limit_usd: 1, period: "1d" },
    ],
  }).map((planned) => withSlot(planned, { index: 4, tag: 9 }, 1234));
  expect(created).toMatchObject({ slot: { index: 4, tag: 9 }, period: { align: { to: "anchor", anchorMs: 1234 } } });
  expect(calendar).toMatchObject({ period: { align: { to: "calendar", timeZone: "UTC" } } });
});

test("anchoredForm() gives back what does not count from the creation", () => {
  const budgets = [
    { limit_usd: 1, period: "1d", align: "creation" as const },
    { limit_usd: 1, period: "1d" },
  ];
  const [created, calendar] = planForms({ budgets: budgets.map((budget) => budgetSchema.parse(budget)) });
  if (created === undefined || calendar === undefined) throw new Error("Two budgets were planned");
  expect(anchoredForm(created, 1234).terms).toMatchObject({ period: { align: { to: "anchor", anchorMs: 1234 } } });
  expect(anchoredForm(calendar, 1234)).toBe(calendar);
});
