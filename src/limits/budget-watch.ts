import { defaultThresholds } from "#config/limit-schema";
import type { Budget } from "#core/limit";
import type { Period, PeriodRule } from "#core/period";
import { periodAt } from "#core/period-at";
import type { SnapshotContent } from "#core/snapshot";
import type { LedgerAdmin } from "#ledger/admin";
import type { BudgetEventRepository } from "#store/config/repositories";
import type { BudgetEvent } from "#store/config/stored-limit";
import { allBudgets } from "./all-limits";

export type BudgetWatch = {
  /**
   * Looks at every budget once and records an event for each threshold that was reached since. What the ledger holds is
   * the memory, and the store takes an event of a budget, period and threshold once: restarts neither lose nor repeat any.
   */
  readonly look: () => Promise<readonly BudgetEvent[]>;
};

export type BudgetWatchParts = {
  readonly events: BudgetEventRepository;
  readonly content: () => SnapshotContent;
  readonly ledger: Pick<LedgerAdmin, "peekPeriods" | "readSlot">;
  readonly newId: () => string;
  readonly nowMs: () => number;
};

type Watched = {
  readonly budget: Budget;
  /** As last seen; -2 before the first look. */
  period: number;
  allowance: number;
  /** Nothing happens before this much is charged in the current period. */
  nextAt: number;
  /** The same for the period before, which requests that ran on still charge. */
  previousNextAt: number;
  previousAllowance: number;
};

export function createBudgetWatch(parts: BudgetWatchParts): BudgetWatch {
  const { events, ledger, nowMs } = parts;
  let seen: SnapshotContent | undefined;
  let watched = new Map<string, Watched>();

  const refresh = (content: SnapshotContent) => {
    if (content === seen) return;
    const next = new Map<string, Watched>();
    for (const budget of allBudgets(content)) next.set(budget.id, carriedOver(watched.get(budget.id), budget));
    watched = next;
    seen = content;
  };
  return {
    look: async () => {
      const content = parts.content();
      refresh(content);
      const keptFromMs = nowMs() - content.settings.retentionDays * dayMs;
      const reached: BudgetEvent[] = [];
      for (const entry of watched.values()) {
        if (isQuiet(entry, ledger.peekPeriods)) continue;
        reached.push(...look(entry, parts).filter(({ periodEndMs = Infinity }) => periodEndMs >= keptFromMs));
      }
      return reached.length === 0 ? [] : events.add(reached);
    },
  };
}

const dayMs = 86_400_000;

function carriedOver(known: Watched | undefined, budget: Budget): Watched {
  const isSame = known?.budget.slot.tag === budget.slot.tag && known.budget.thresholds === budget.thresholds;
  if (known !== undefined && isSame) return known.budget === budget ? known : { ...known, budget };
  return { budget, period: -2, allowance: -1, nextAt: 0, previousNextAt: 0, previousAllowance: -1 };
}

/**
 * Whether nothing can have been reached since the last look: a few reads without the lock, for a hundred thousand budgets
 * a second. What a running transaction hides from them is seen a second later.
 */
function isQuiet(entry: Watched, peekPeriods: LedgerAdmin["peekPeriods"]): boolean {
  const found = peekPeriods(entry.budget.slot.index);
  if (found === undefined || (found.charged === 0 && found.chargedBefore === 0)) return true;
  return (
    found.period === entry.period &&
    found.allowance === entry.allowance &&
    found.charged < entry.nextAt &&
    found.chargedBefore < entry.previousNextAt
  );
}

/** Reads a slot under the lock, and gives the events of both its periods. */
function look(entry: Watched, { ledger, newId, nowMs }: BudgetWatchParts): readonly BudgetEvent[] {
  const { budget } = entry;
  const slot = ledger.readSlot(budget.slot.index);
  if (slot.tag !== budget.slot.tag) return [];
  if (slot.period !== entry.period) {
    // The limit that the period before ended with is what its thresholds are shares of.
    entry.previousAllowance = entry.allowance < 0 ? slot.allowance : entry.allowance;
    entry.period = slot.period;
  }
  entry.allowance = slot.allowance;
  const thresholds = [...(budget.thresholds ?? defaultThresholds)].sort((left, right) => left - right);
  const current = { ...slot, allowance: entry.allowance };
  const previous = { ...slot.previous, allowance: entry.previousAllowance };
  entry.nextAt = nextAbove(current, thresholds);
  entry.previousNextAt = nextAbove(previous, thresholds);
  return [previous, current].flatMap((part) => {
    const reached = thresholds.filter((threshold) => part.charged > 0 && part.charged >= threshold * part.allowance);
    if (part.period < 0 || reached.length === 0) return [];
    const period = periodNumbered(budget.period, part.period, nowMs());
    return reached.map((threshold) => eventOf(budget, period, threshold, part, newId(), nowMs()));
  });
}

type Cell = { readonly charged: number; readonly allowance: number };

function nextAbove({ charged, allowance }: Cell, thresholds: readonly number[]): number {
  return Math.min(...thresholds.map((threshold) => threshold * allowance).filter((amount) => amount > charged));
}

function eventOf(
  { id: limitId, scope, unit }: Budget,
  period: Period,
  threshold: number,
  { charged, allowance }: Cell,
  id: string,
  atMs: number,
): BudgetEvent {
  const { number, startMs, endMs } = period;
  return {
    id,
    atMs,
    limitId,
    scope,
    unit,
    period: number,
    periodStartMs: Number.isFinite(startMs) ? startMs : 0,
    ...(Number.isFinite(endMs) ? { periodEndMs: endMs } : {}),
    threshold,
    spent: charged,
    allowance,
  };
}

const mostSteps = 10_000;

/** The period of a number, found from the one that is now; the farthest that is looked at where it is very old. */
function periodNumbered(rule: PeriodRule, number: number, nowMs: number): Period {
  let period = periodAt(rule, nowMs);
  for (let step = 0; step < mostSteps && period.number !== number; step++) {
    period = periodAt(rule, period.number > number ? period.startMs - 1 : period.endMs);
  }
  return { ...period, number };
}
