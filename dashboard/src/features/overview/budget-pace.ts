import type { Budget } from "./list-budgets";

export type BudgetPace = {
  readonly spent: number;
  readonly held: number;
  /** With override and top-ups. */
  readonly limit: number;
  readonly remaining: number;
  /** Of the limit, with what is held. */
  readonly share: number;
  readonly inMoney: boolean;
  /** When it will be used up at today's pace; undefined where it lasts, or nothing is used. */
  readonly runsOutMs: number | undefined;
};

const dayMs = 86_400_000;

/** Younger periods say nothing of a pace. */
const leastElapsedMs = 60_000;

/** How near a budget is, and until when it lasts at the pace of the last day, or of its period where that is younger. */
export function budgetPace(budget: Budget, nowMs: number, lastDay?: number): BudgetPace {
  const inMoney = budget.spent_usd !== undefined;
  const spent = Number(budget.spent_usd ?? budget.spent_tokens ?? 0);
  const held = Number(budget.held_usd ?? budget.held_tokens ?? 0);
  const remaining = Number(budget.remaining_usd ?? budget.remaining_tokens ?? 0);
  const limit = spent + held + remaining;
  return {
    spent,
    held,
    limit,
    remaining,
    share: limit === 0 ? 1 : (spent + held) / limit,
    inMoney,
    runsOutMs: runsOut(budget, perMs(budget, spent, nowMs, lastDay), remaining, nowMs),
  };
}

function perMs({ period_started_at }: Budget, spent: number, nowMs: number, lastDay: number | undefined): number {
  const startedMs = period_started_at === undefined ? 0 : Date.parse(period_started_at);
  const elapsedMs = Math.max(leastElapsedMs, nowMs - startedMs);
  if (lastDay !== undefined && elapsedMs > dayMs) return lastDay / dayMs;
  return startedMs === 0 ? 0 : spent / elapsedMs;
}

function runsOut({ resets_at }: Budget, pace: number, remaining: number, nowMs: number): number | undefined {
  if (remaining <= 0 || pace <= 0) return undefined;
  const atMs = nowMs + remaining / pace;
  return resets_at === undefined || atMs < Date.parse(resets_at) ? atMs : undefined;
}

const units: { readonly [unit: string]: string } = {
  m: "minute",
  h: "hour",
  d: "day",
  w: "week",
  mo: "month",
  y: "year",
};

/** `1mo` → `per month`, `2w` → `per 2 weeks`. */
export function periodWords(period: string): string {
  const [, count = "", unit = ""] = /^(\d+)([a-z]+)$/.exec(period) ?? [];
  const word = units[unit];
  if (word === undefined) return period === "none" ? "prepaid" : `per ${period}`;
  return count === "1" ? `per ${word}` : `per ${count} ${word}s`;
}
