import type { Limit } from "#core/limit";
import type { NanoDollars } from "#core/money";
import type { Charge } from "#core/record";
import type { Hold, HoldEntry } from "#ledger/ledger";
import { type LimitClock, type PeriodFinder, sixteenthAt } from "./limit-clock";
import { type Coverage, isTargeted } from "./limit-finder";
import { isLooseWindow } from "./limit-kinds";
import type { WorstCase } from "./worst-case";

/** A limit that a request is held against, since an attempt of it went to a target that the limit covers. */
export type HeldLimit = {
  readonly limit: Limit;
  /** Money or tokens that earlier attempts used at targets it covers. */
  readonly used: number;
  /** Attempts at targets it covers. */
  readonly attempts: number;
  /** Whether it covers the current target. */
  readonly isCovering: boolean;
};

/** No hold of a budget that refuses nothing may grow so large that sums of holds lose their last digits. */
const largestLooseHold = 1e12;

/** The limits with one more attempt counted in. */
export function withAttempt(held: readonly HeldLimit[], coverage: Coverage): readonly HeldLimit[] {
  const next: HeldLimit[] = [];
  for (const { limit, used, attempts } of held) {
    const isCovering = coverage.limits.includes(limit);
    next.push({ limit, used, attempts: attempts + (isCovering ? 1 : 0), isCovering });
  }
  for (const limit of coverage.limits) {
    if (heldFor(held, limit.slot.index) === undefined) next.push({ limit, used: 0, attempts: 1, isCovering: true });
  }
  return next;
}

/** The one whose slot it is. A loop, for a closure is made for each limit of every request. */
export function heldFor(held: readonly HeldLimit[], slot: number): HeldLimit | undefined {
  for (let index = 0; index < held.length; index++) if (held[index]?.limit.slot.index === slot) return held[index];
  return undefined;
}

/** The limits with what the current attempt used. */
export function withUse(held: readonly HeldLimit[], tokens: number, cost: NanoDollars): readonly HeldLimit[] {
  return held.length === 0 ? held : withAmounts(held, tokens, cost);
}

function withAmounts(held: readonly HeldLimit[], tokens: number, cost: NanoDollars): readonly HeldLimit[] {
  const amounts = { nanodollars: cost, tokens, requests: 0 };
  // Written out: a spread of each costs more than all the rest.
  return held.map((each) => {
    const { limit, used, attempts, isCovering } = each;
    return isCovering ? { limit, used: used + amounts[limit.unit], attempts, isCovering } : each;
  });
}

/** What is to be held: what is held anyway, and in every limit what earlier attempts used there and the worst case of the next. */
export function entriesOf(
  others: readonly HoldEntry[],
  held: readonly HeldLimit[],
  worst: WorstCase,
  clock: LimitClock,
  periodOf: PeriodFinder,
): readonly HoldEntry[] {
  const entries = others.slice();
  for (const each of held) {
    const amount = amountOf(each, worst);
    if (amount === undefined) continue;
    const { index, tag } = each.limit.slot;
    entries.push({ slot: index, tag, period: periodNumber(each.limit, clock, periodOf), amount });
  }
  return entries;
}

/** What a request is to be charged, in the periods that its hold counts in, beside what it held. */
export function chargesOf(hold: Hold, limits: readonly HeldLimit[]): readonly Charge[] {
  if (limits.length === 0) return hold.entries;
  const charges: Charge[] = [];
  for (const entry of hold.entries) {
    const limited = heldFor(limits, entry.slot);
    const amount = limited === undefined ? entry.amount : chargeOf(limited, entry);
    if (amount <= 0) continue;
    const { slot, tag, period, amount: held } = entry;
    // Of requests it is the same.
    const isPlain = limited === undefined || limited.limit.unit === "requests";
    charges.push(isPlain ? { slot, tag, period, amount } : { slot, tag, period, amount, held });
  }
  return charges;
}

export function periodNumber(limit: Limit, { nowMs, machineMs }: LimitClock, periodOf: PeriodFinder): number {
  switch (limit.kind) {
    case "budget":
      return periodOf(limit.period, nowMs).number;
    case "rate":
      return sixteenthAt(limit.windowMs, machineMs);
    case "concurrency":
      return 0;
  }
}

/** Undefined for a limit that has nothing to hold any more. */
function amountOf({ limit, used, attempts, isCovering }: HeldLimit, worst: WorstCase): number | undefined {
  if (limit.kind === "concurrency") return isCovering ? 1 : undefined;
  if (limit.unit === "requests") return isTargeted(limit.match) ? attempts : 1;
  if (!isCovering) return used === 0 ? undefined : used;
  // What can use nothing (a token count) is not stopped by what others used.
  if (worst.tokens === 0 && worst.cost === 0) return used === 0 ? undefined : used;
  if (limit.unit === "nanodollars" && worst.cost === 0) return used === 0 ? undefined : used;
  const amount = used + needOf(limit, worst);
  const isLoose = limit.kind === "budget" && limit.mode !== "hard";
  return Math.min(amount, isLoose ? largestLooseHold : Number.MAX_SAFE_INTEGER);
}

function needOf(limit: Limit, worst: WorstCase): number {
  if (limit.unit === "nanodollars") return worst.cost;
  return isLooseWindow(limit) ? worst.likelyTokens : worst.tokens;
}

function chargeOf({ limit, used }: HeldLimit, entry: HoldEntry): number {
  if (limit.kind === "concurrency") return 0;
  return limit.unit === "requests" ? entry.amount : Math.min(used, Number.MAX_SAFE_INTEGER);
}
