import { expect, test } from "bun:test";
import type { Limit } from "#core/limit";
import { plainRecord } from "#store/log/fixtures/plain-record";
import { showLimitUse } from "./limit-use";

const scope = { kind: "key", name: "one" } as const;
const budget: Limit = {
  id: "key:one/budget",
  scope,
  kind: "budget",
  unit: "nanodollars",
  amount: 5_000_000_000,
  period: { kind: "none" },
  mode: "hard",
  slot: { index: 7, tag: 3 },
  match: {},
};
const running: Limit = {
  id: "r",
  scope,
  kind: "concurrency",
  unit: "requests",
  amount: 4,
  slot: { index: 8, tag: 1 },
  match: {},
};
const window: Limit = {
  id: "w",
  scope,
  kind: "rate",
  unit: "requests",
  amount: 9,
  windowMs: 60_000,
  slot: { index: 9, tag: 1 },
  match: {},
};

test("showLimitUse() shows what each limit held and took, by the slot that it has", () => {
  const charges = [
    { slot: 7, tag: 2, period: 0, amount: 9, held: 9 },
    { slot: 7, tag: 3, period: 0, amount: 1_500_000, held: 20_000_000 },
    { slot: 9, tag: 1, period: 4, amount: 1 },
  ];
  const record = { ...plainRecord(1), limits: [budget.id, running.id, window.id, "gone"], charges };
  const named = { scope: "key:one", scope_kind: "key", scope_name: "one" } as const;
  expect(showLimitUse(record, [window, running, budget])).toEqual([
    {
      id: budget.id,
      ...named,
      kind: "budget",
      unit: "dollars",
      held: "0.02",
      held_usd: "0.02",
      taken: "0.0015",
      taken_usd: "0.0015",
    },
    { id: "r", ...named, kind: "concurrency", unit: "requests", taken: "0" },
    { id: "w", ...named, kind: "rate", unit: "requests", held: "1", taken: "1" },
    { id: "gone" },
  ]);
});

test("showLimitUse() shows nothing for a request that was refused: nothing was held for it", () => {
  expect(showLimitUse({ ...plainRecord(1), outcome: "refused", limits: [budget.id] }, [budget])).toEqual([]);
});
