import type { Budget } from "#core/limit";
import type { SnapshotContent } from "#core/snapshot";
import type { LedgerAdmin } from "#ledger/admin";
import type { HoldTotals } from "#ledger/read-slot";
import { type BudgetUse, periodText, readBudgetUse } from "#limits/budget-use";
import type { MetricFamily } from "./metric-family";
import { fillFamily, type MetricHead } from "./metric-head";

/** Budgets shown: those of which the largest share is used. */
const maxBudgets = 200;
const nanodollarsInDollar = 1_000_000_000;

const gauge = (name: string, help: string, labels: readonly string[] = []): MetricHead => ({
  name,
  help,
  type: "gauge",
  labels,
});

const holdsHead = gauge("headgate_holds", "Running requests that hold something against a limit or counter");
const heldRequestsHead = gauge("headgate_held_requests", "Requests held in all limits and counters together");
const heldTokensHead = gauge("headgate_held_tokens", "Tokens held in all limits together");
const heldDollarsHead = gauge("headgate_held_dollars", "Money held in all budgets together");

const budgetLabels = ["budget", "scope_kind", "scope", "period"];
const budgetHeads = {
  nanodollars: {
    scale: nanodollarsInDollar,
    spent: gauge("headgate_budget_spent_dollars", "Spent of a money budget in its period", budgetLabels),
    held: gauge("headgate_budget_held_dollars", "Held of a money budget by running requests", budgetLabels),
    limit: gauge("headgate_budget_limit_dollars", "A money budget, with overrides and top-ups", budgetLabels),
  },
  tokens: {
    scale: 1,
    spent: gauge("headgate_budget_spent_tokens", "Spent of a token budget in its period", budgetLabels),
    held: gauge("headgate_budget_held_tokens", "Held of a token budget by running requests", budgetLabels),
    limit: gauge("headgate_budget_limit_tokens", "A token budget, with overrides and top-ups", budgetLabels),
  },
} as const;

/** For the page of metrics. @internal */
export const limitHeads: readonly MetricHead[] = [
  holdsHead,
  heldRequestsHead,
  heldTokensHead,
  heldDollarsHead,
  ...Object.values(budgetHeads).flatMap(({ spent, held, limit }) => [spent, held, limit]),
];

export function holdFamilies({ running, held }: HoldTotals): readonly MetricFamily[] {
  return [
    fillFamily(holdsHead, [[[], running]]),
    fillFamily(heldRequestsHead, [[[], held.requests]]),
    fillFamily(heldTokensHead, [[[], held.tokens]]),
    fillFamily(heldDollarsHead, [[[], held.nanodollars / nanodollarsInDollar]]),
  ];
}

export function budgetFamilies(budgets: readonly BudgetUse[]): readonly MetricFamily[] {
  const shown = [...budgets].sort((a, b) => shareOf(b) - shareOf(a)).slice(0, maxBudgets);
  return (["nanodollars", "tokens"] as const).flatMap((unit) => {
    const { scale, spent, held, limit } = budgetHeads[unit];
    const ofUnit = shown
      .filter(({ budget }) => budget.unit === unit)
      .map((use) => ({ ...use, labels: labelsOf(use.budget) }));
    return [
      fillFamily(
        spent,
        ofUnit.map((use) => [use.labels, use.spent / scale]),
      ),
      fillFamily(
        held,
        ofUnit.map((use) => [use.labels, use.held / scale]),
      ),
      fillFamily(
        limit,
        ofUnit.map((use) => [use.labels, use.allowance / scale]),
      ),
    ];
  });
}

/** How much of every budget is used. */
export function budgetUses(
  content: SnapshotContent,
  readSlot: LedgerAdmin["readSlot"],
  nowMs: number,
): readonly BudgetUse[] {
  return budgetsOf(content).map((budget) => readBudgetUse(budget, readSlot, nowMs));
}

/** Every budget once, although a key with an old secret in its grace is listed twice. */
function budgetsOf({ virtualKeys, teams, customers, limits }: SnapshotContent): readonly Budget[] {
  const budgets = new Map<string, Budget>();
  const take = (holder: { readonly limits: SnapshotContent["limits"] }) => {
    for (const limit of holder.limits) if (limit.kind === "budget") budgets.set(limit.id, limit);
  };
  for (const holders of [virtualKeys, teams, customers]) for (const holder of holders.values()) take(holder);
  take({ limits });
  return [...budgets.values()];
}

function labelsOf({ id, scope, period }: Budget): readonly string[] {
  return [id, scope.kind, scope.name, periodText(period)];
}

function shareOf({ spent, held, allowance }: BudgetUse): number {
  return allowance === 0 ? Number.POSITIVE_INFINITY : (spent + held) / allowance;
}
