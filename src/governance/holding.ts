import type { InferenceRequest } from "#core/inference";
import type { Limit } from "#core/limit";
import type { NanoDollars } from "#core/money";
import type { Period, PeriodRule } from "#core/period";
import { createPeriodClock } from "#core/period-at";
import type { Charge } from "#core/record";
import { type Hold, type HoldEntry, type Ledger, type Refusal, windowParts } from "#ledger/ledger";
import { type Coverage, isTargeted, type Principal } from "./limit-finder";
import type { WorstCase } from "./worst-case";

/** The clocks that limits are counted by: periods of budgets by the calendar, windows by the machine's. */
export type LimitClock = { readonly nowMs: number; readonly machineMs: number };

/** Gives the current period of a rule; remembers each rule's. */
export type PeriodFinder = (rule: PeriodRule, nowMs: number) => Period;

export function createPeriodFinder(): PeriodFinder {
  const clocks = new WeakMap<PeriodRule, (nowMs: number) => Period>();
  return (rule, nowMs) => {
    let clock = clocks.get(rule);
    if (clock === undefined) {
      clock = createPeriodClock(rule);
      clocks.set(rule, clock);
    }
    return clock(nowMs);
  };
}

/** A limit that the request is held against, since some attempt of it went to a target that the limit covers. */
type HeldLimit = {
  readonly limit: Limit;
  /** Money or tokens that earlier attempts used at targets it covers. */
  used: number;
  /** Attempts at targets it covers. */
  attempts: number;
  /** Whether it covers the current target. */
  isCovering: boolean;
};

/** Why an attempt may not be made: the limit that refused, or none when the ledger could not be asked. */
export type Refused = { readonly refusal: Refusal; readonly limit: Limit | undefined };

/** No hold of a budget that refuses nothing may grow so large that sums of holds lose their last digits. */
const largestLooseHold = 1e12;

/**
 * What one request holds in the ledger, from its first attempt to its end: in every limit that covers an attempt, what
 * earlier attempts used there and the worst case of the next.
 */
export class Holding {
  hold: Hold | undefined;
  private held: readonly HeldLimit[] = [];

  constructor(
    private readonly request: {
      readonly id: string;
      readonly inference: Pick<InferenceRequest, "dialect" | "endpoint">;
    },
    private readonly principal: Principal,
    private readonly ledger: Ledger,
    private readonly periodOf: PeriodFinder,
  ) {}

  /** Holds the next attempt too, in all limits or in none. Undefined when it may be made. */
  take(coverage: Coverage, worst: WorstCase, clock: LimitClock): Refused | undefined {
    const isLimited = this.held.length > 0 || coverage.limits.length > 0;
    // A caller without limits holds its key's count, and that once.
    if (this.hold !== undefined && !isLimited) return undefined;
    const next = isLimited ? this.withAttempt(coverage) : this.held;
    const entries = isLimited ? this.entriesOf(next, worst, clock) : this.principal.keyEntries;
    const taken =
      this.hold === undefined
        ? this.ledger.reserve(this.request.id, entries, this.principal.labelFor(this.request.inference))
        : this.ledger.adjust(this.hold, entries);
    if (!taken.ok) return { refusal: taken.refusal, limit: limitOf(taken.refusal, next) };
    this.hold = taken.hold;
    this.held = next;
    return undefined;
  }

  /** Notes what the current attempt used. */
  spend(tokens: number, cost: NanoDollars): void {
    const amounts = { nanodollars: cost, tokens, requests: 0 };
    for (const held of this.held) if (held.isCovering) held.used += amounts[held.limit.unit];
  }

  /** What the request is to be charged, in the periods that its hold counts in. */
  charges(): readonly Charge[] {
    if (this.hold === undefined) return [];
    if (this.held.length === 0) return this.hold.entries;
    const charges: Charge[] = [];
    for (const entry of this.hold.entries) {
      const held = this.held.find(({ limit }) => limit.slot.index === entry.slot);
      const amount = held === undefined ? entry.amount : chargeOf(held, entry);
      if (amount > 0) charges.push({ slot: entry.slot, tag: entry.tag, period: entry.period, amount });
    }
    return charges;
  }

  /** The limits that the request was held against. */
  limits(): readonly Limit[] {
    return this.held.map(({ limit }) => limit);
  }

  /** The limits before the attempt with it counted in. */
  private withAttempt(coverage: Coverage): readonly HeldLimit[] {
    const next = this.held.map((held) => {
      const isCovering = coverage.limits.includes(held.limit);
      return { limit: held.limit, used: held.used, attempts: held.attempts + (isCovering ? 1 : 0), isCovering };
    });
    for (const limit of coverage.limits) {
      if (!next.some((held) => held.limit === limit)) next.push({ limit, used: 0, attempts: 1, isCovering: true });
    }
    return next;
  }

  private entriesOf(limits: readonly HeldLimit[], worst: WorstCase, clock: LimitClock): readonly HoldEntry[] {
    const entries = [...this.principal.keyEntries];
    for (const held of limits) {
      const amount = amountOf(held, worst);
      if (amount === undefined) continue;
      const { index, tag } = held.limit.slot;
      entries.push({ slot: index, tag, period: this.periodNumber(held.limit, clock), amount });
    }
    return entries;
  }

  private periodNumber(limit: Limit, { nowMs, machineMs }: LimitClock): number {
    switch (limit.kind) {
      case "budget":
        return this.periodOf(limit.period, nowMs).number;
      case "rate":
        return sixteenthAt(limit.windowMs, machineMs);
      case "concurrency":
        return 0;
    }
  }
}

/** The number of the sixteenth of a window that a moment is in. */
export function sixteenthAt(windowMs: number, machineMs: number): number {
  return Math.floor(machineMs / (windowMs / windowParts));
}

/** Undefined for a limit that has nothing to hold any more. */
function amountOf({ limit, used, attempts, isCovering }: HeldLimit, worst: WorstCase): number | undefined {
  if (limit.kind === "concurrency") return isCovering ? 1 : undefined;
  if (limit.unit === "requests") return isTargeted(limit.match) ? attempts : 1;
  if (!isCovering) return used === 0 ? undefined : used;
  // What can use nothing (a token count) is not stopped by what others used.
  if (worst.tokens === 0 && worst.cost === 0) return used === 0 ? undefined : used;
  const amount = used + (limit.unit === "nanodollars" ? worst.cost : worst.tokens);
  const isLoose = limit.kind === "budget" && limit.mode !== "hard";
  return Math.min(amount, isLoose ? largestLooseHold : Number.MAX_SAFE_INTEGER);
}

function chargeOf({ limit, used }: HeldLimit, entry: HoldEntry): number {
  if (limit.kind === "concurrency") return 0;
  return limit.unit === "requests" ? entry.amount : Math.min(used, Number.MAX_SAFE_INTEGER);
}

function limitOf(refusal: Refusal, limits: readonly HeldLimit[]): Limit | undefined {
  if (refusal.reason !== "no-room") return undefined;
  const { slot } = refusal.entry;
  return limits.find(({ limit }) => limit.slot.index === slot)?.limit;
}
