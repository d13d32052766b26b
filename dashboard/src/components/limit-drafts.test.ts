import { expect, test } from "bun:test";
import { limitDrafts, limitsFrom, newLimitDraft } from "./limit-drafts";

test("limitsFrom() gives back what limitDrafts() read, with what the form does not show", () => {
  const limits = {
    budgets: [
      { limit_usd: "10", period: "1mo", mode: "soft" as const, model: "openai/*", thresholds: [0.5] },
      { limit_tokens: 5000, period: "1d", align: "creation" as const },
      { limit_usd: "1", period: "1w", time_zone: "Europe/Berlin" },
    ],
    rate_limits: [
      { requests: 60, per: "1m", provider: "openai" },
      { tokens: 9, per: "10s", strict: true },
      { concurrent: 3 },
    ],
  };
  expect(limitsFrom(limitDrafts(limits))).toEqual(limits);
});

test("limitsFrom() takes amounts as people write them", () => {
  const money = { ...newLimitDraft("usd"), amount: "$1,000.50" };
  const tokens = { ...newLimitDraft("tokens"), amount: "2_000 000", period: "1h" };
  expect(limitsFrom([money, tokens])).toEqual({
    budgets: [{ limit_usd: "1000.50", period: "1mo" }],
    rate_limits: [{ tokens: 2_000_000, per: "1h" }],
  });
});
