import type { Budget } from "#core/limit";
import type { Period, PeriodRule } from "#core/period";
import { periodAt } from "#core/period-at";
import type { LedgerAdmin } from "#ledger/admin";

/** What the ledger says of a budget, in the budget's unit. */
export type BudgetUse = {
  readonly budget: Budget;
  readonly period: Period;
  readonly spent: number;
  readonly held: number;
  /** With its override and top-ups. */
  readonly allowance: number;
  /** Of the period before. */
  readonly previousSpent: number;
};

export function readBudgetUse(budget: Budget, readSlot: LedgerAdmin["readSlot"], nowMs: number): BudgetUse {
  const period = periodAt(budget.period, nowMs);
  const slot = readSlot(budget.slot.index);
  const cells = slot.tag === budget.slot.tag ? [slot, slot.previous] : [];
  // The ledger's period never goes back: after a clock was set back it is ahead of ours, and is what counts.
  const number = Math.max(period.number, cells[0]?.period ?? 0);
  const spentIn = (wanted: number) => cells.find((cell) => cell.period === wanted)?.charged ?? 0;
  return {
    budget,
    period,
    spent: spentIn(number),
    held: cells.find((cell) => cell.period === number)?.held ?? 0,
    allowance: slot.tag === budget.slot.tag ? slot.allowance : budget.amount,
    previousSpent: spentIn(number - 1),
  };
}

/** As configured: `1d`, `none`. */
export function periodText(rule: PeriodRule): string {
  return rule.kind === "none" ? "none" : `${rule.count}${rule.unit}`;
}
