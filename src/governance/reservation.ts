import type { Clock } from "#core/clock";
import type { Demand } from "#core/demand";
import type { GatewayError } from "#core/errors";
import type { RateLimitFacts } from "#core/inference";
import type { NanoDollars, Price } from "#core/money";
import { priceAt, ratesAt } from "#core/price";
import type { Charge } from "#core/record";
import type { OnAbort } from "#core/snapshot";
import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import type { Hold, Ledger, Refusal } from "#ledger/ledger";
import { chargesOf, entriesOf, type HeldLimit, heldFor, withAttempt, withUse } from "./held-limits";
import type { LazyDemand } from "./lazy-demand";
import { createPeriodFinder, type LimitClock, type PeriodFinder } from "./limit-clock";
import type { Coverage } from "./limit-finder";
import { unknownCost } from "./policy";
import { rateLimitsOf, refusedRateLimit } from "./rate-limit-facts";
import { refusalError } from "./refusal";
import type { RequestMetrics } from "./request-metrics";
import type { RunningRequest } from "./running-request";
import {
  type AttemptSpending,
  addAttempt,
  asHeld,
  nothingSpent,
  paidByClient,
  priceAttempt,
  type Spent,
  tokensOf,
  withBill,
  withFee,
} from "./spending";
import { freeOfCharge, type WorstCase, worstCase } from "./worst-case";

/**
 * What one request holds in the ledger for its current attempt: in every limit that covers one of its attempts, what
 * earlier attempts used there and the worst case of the current one. A value: the next attempt's takes its place.
 */
export type Reservation = {
  readonly hold: Hold;
  readonly held: readonly HeldLimit[];
  /** Undefined for an answer of the gateway's own. */
  readonly target: Target | undefined;
  /** The row of the target's health, from which recovery reads its name; -1 without one. */
  readonly healthRow: number;
  /** Undefined where the target's is not known. */
  readonly price: Price | undefined;
  /** What the target probably reads, in tokens: charged where it reports no usage. */
  readonly estimatedInput: number;
  /** The most input that its target can have read, in tokens; infinite where that is not known. */
  readonly mostInput: number;
  /** The most output that its model can have written, all answers together, in tokens. */
  readonly mostOutput: number;
  /** Of all answers together, in tokens; infinite where neither tokens nor money are limited. */
  readonly outputLimit: number;
  /** The most that the attempt can cost, as held; infinite where neither tokens nor money are limited, or no price is known. */
  readonly costLimit: NanoDollars;
  /** What is charged for tools of the provider where neither its bill nor its counts say what they did. */
  readonly hostedFee: NanoDollars;
  /** What earlier attempts used. */
  readonly spent: Spent;
};

/** An attempt that may not be made. What was held before stays held. */
export type Refused = {
  readonly refused: GatewayError;
  /** What the rate limit that refused has left. */
  readonly rateLimits?: RateLimitFacts;
};

/** An attempt that is about to be made. */
export type NextAttempt = {
  /** Undefined for an answer of the gateway's own. */
  readonly target: Target | undefined;
  readonly healthRow: number;
  readonly demand: LazyDemand;
  /** The model searches, or reasons beyond any limit, whatever the request says. */
  readonly isUnbounded?: boolean;
  /** Its usage counts what tools of the provider did. */
  readonly tellsTools?: boolean;
};

/** Whether the provider does work that is charged apart. */
export function runsTools({ demand, isUnbounded }: Pick<NextAttempt, "demand" | "isUnbounded">): boolean {
  return isUnbounded === true || demand.read().hostedTools;
}

/** Holds of running requests in one worker's ledger. */
export type Reservations = {
  /**
   * Holds an attempt, in all limits that cover it or in none, in place of what the request held before. Refuses with
   * `budget_exceeded`, `rate_limited`, `too_many_concurrent`, `policy_denied` or `overloaded`.
   */
  readonly reserve: (
    request: RunningRequest,
    attempt: NextAttempt,
    previous: Reservation | undefined,
  ) => Reservation | Refused;
  /** The reservation of an attempt that came to nothing, with what it is charged, if anything. */
  readonly spend: (reservation: Reservation, attempt: AttemptSpending | undefined) => Reservation;
  /** Notes how much output was relayed, in tokens, for the case that this process dies before it can say more. */
  readonly relayed: (reservation: Reservation, outputTokens: number) => void;
  /** What its tightest rate limits have left, for headers. */
  readonly rateLimits: (reservation: Reservation) => RateLimitFacts | undefined;
};

/** Asked for only where there are limits. */
const noClock: LimitClock = { nowMs: 0, machineMs: 0 };

export function createReservations(
  ledger: Ledger,
  clock: Clock,
  metrics: Pick<RequestMetrics, "admitted">,
): Reservations {
  const periodOf = createPeriodFinder();
  const limitClock = (): LimitClock => ({ nowMs: clock.nowMs(), machineMs: clock.machineMs() });

  const hold = (
    { id, inference, principal }: RunningRequest,
    coverage: Coverage,
    worst: WorstCase,
    previous: Reservation | undefined,
  ): Pick<Reservation, "hold" | "held"> | Refused => {
    const isLimited = coverage.limits.length > 0 || (previous !== undefined && previous.held.length > 0);
    // A caller without limits holds its key's count, and that once.
    if (previous !== undefined && !isLimited) return previous;
    const now = isLimited || previous !== undefined ? limitClock() : noClock;
    const held = isLimited ? withAttempt(previous?.held ?? [], coverage) : [];
    const { keyEntries } = principal;
    const entries = isLimited ? entriesOf(keyEntries, held, worst, now, periodOf) : keyEntries;
    const taken =
      previous === undefined
        ? ledger.reserve(id, entries, principal.labelFor(inference))
        : ledger.adjust(previous.hold, entries);
    return taken.ok ? { hold: taken.hold, held } : refusal(taken.refusal, held, now, periodOf);
  };

  return {
    reserve: (request, attempt, previous) => {
      const { target, healthRow } = attempt;
      const coverage = target === undefined ? request.principal.anywhere : request.principal.covering(target);
      const price = priceAt(target?.facts?.prices, request.startedAtMs);
      const worst = worstOf(request, attempt, price, coverage);
      if ("refused" in worst) return worst;
      const taken = hold(request, coverage, worst, previous);
      if ("refused" in taken) return taken;
      if (previous === undefined) metrics.admitted();
      const reservation = {
        hold: taken.hold,
        held: taken.held,
        target,
        healthRow,
        price,
        estimatedInput: estimateInput(request, attempt, coverage.isMetered ? worst : undefined),
        mostInput: mostInput(request, attempt),
        mostOutput: mostOutput(request, attempt),
        outputLimit: coverage.isMetered ? worst.outputTokens : Number.POSITIVE_INFINITY,
        hostedFee: coverage.isMetered && target !== undefined ? hostedFee(request, attempt, price) : 0,
        costLimit: coverage.isMetered && price !== undefined ? worst.cost : Number.POSITIVE_INFINITY,
        spent: previous?.spent ?? nothingSpent,
      };
      if (target !== undefined) {
        const tier = attempt.demand.known()?.serviceTier;
        expose(ledger, reservation, request.isFree ? 0 : reservation.estimatedInput, tier);
      }
      return reservation;
    },
    spend: (reservation, attempt) => {
      // Until another attempt is held, what was used so far is all that there is to charge.
      exposeSpent(ledger, reservation, attempt);
      return attempt === undefined ? reservation : withSpending(reservation, attempt);
    },
    relayed: ({ hold: held }, outputTokens) => ledger.progress(held, "relaying", outputTokens),
    rateLimits: ({ hold: taken, held }) => (held.length === 0 ? undefined : rateLimitsOf(taken, held, limitClock())),
  };
}

/** Notes for recovery what to charge if this process dies from here on: so much input of the attempt that runs. */
function expose(ledger: Ledger, reservation: Reservation, inputTokens: number, serviceTier?: string): void {
  const { hold, healthRow, spent } = reservation;
  const price = isPaidByClient(reservation.target) ? undefined : reservation.price;
  const rates = price === undefined ? undefined : ratesAt(price, inputTokens, serviceTier);
  ledger.expose(hold, {
    inputTokens,
    inputRate: rates?.input ?? 0,
    outputRate: rates?.output ?? 0,
    spentTokens: spent.usage === undefined ? 0 : tokensOf(spent.usage),
    spent: spent.cost,
    ...(price?.perRequest !== undefined && inputTokens > 0 && { fee: price.perRequest }),
    ...(spent.usage !== undefined && { counting: countingOf(reservation) }),
    target: healthRow,
  });
}

/** The same between attempts: what ran last is over, and is charged as what it used. */
function exposeSpent(ledger: Ledger, before: Reservation, attempt: AttemptSpending | undefined): void {
  const inputTokens = attempt === undefined ? 0 : tokensOf(attempt.usage);
  const { spent } = before;
  const price = isPaidByClient(before.target) ? undefined : before.price;
  ledger.expose(before.hold, {
    inputTokens,
    // Of nothing that was used: it tells recovery that this has a price, and costs nothing.
    inputRate: inputTokens === 0 ? (price?.input ?? 0) : 0,
    outputRate: 0,
    spentTokens: spent.usage === undefined ? 0 : tokensOf(spent.usage),
    spent: spent.cost,
    fee: attempt?.cost ?? attempt?.atLeast ?? 0,
    counting: countingOf(before),
    target: before.healthRow,
  });
}

/** Which entries of the hold count the attempt that runs, and which those before it. */
function countingOf({ held, hold }: Reservation): { readonly running: number; readonly earlier: number } {
  let [running, earlier] = [0, 0];
  for (const [index, { slot }] of hold.entries.entries()) {
    const limited = heldFor(held, slot);
    if (limited?.isCovering !== false) running |= 1 << index;
    if (limited === undefined || limited.used > 0) earlier |= 1 << index;
  }
  return { running, earlier };
}

/** The reservation with what its attempt used: the attempt is over, and what it used is charged. */
export function withSpending(reservation: Reservation, attempt: AttemptSpending): Reservation {
  // Written out: a spread of it costs as much as all the rest.
  return {
    hold: reservation.hold,
    held: withUse(reservation.held, tokensOf(attempt.usage), attempt.cost ?? attempt.atLeast ?? 0),
    target: reservation.target,
    healthRow: reservation.healthRow,
    price: reservation.price,
    estimatedInput: reservation.estimatedInput,
    mostInput: reservation.mostInput,
    mostOutput: reservation.mostOutput,
    outputLimit: reservation.outputLimit,
    costLimit: reservation.costLimit,
    hostedFee: reservation.hostedFee,
    spent: addAttempt(reservation.spent, attempt),
  };
}

/** What the attempt of a reservation used and cost: by its provider's bill where that is believed, else by the price list. */
export function spendingOf(
  { costLimit, hostedFee: fee, price, target }: Reservation,
  usage: Usage,
  serviceTier?: string,
): AttemptSpending {
  const spending = priceAttempt(usage, price, serviceTier);
  if (isPaidByClient(target)) return paidByClient(spending);
  const { bill } = usage;
  const isBilled = bill !== undefined && bill.field === target?.provider.bill;
  const whole = fee > 0 && usage.searches === 0 && !isBilled ? withFee(spending, fee) : spending;
  return isBilled ? withBill(whole, bill, costLimit) : whole;
}

/** The same of an attempt whose client left, as the operator wants it charged (`on_abort`). */
export function leftSpending(
  onAbort: OnAbort,
  reservation: Reservation,
  usage: Usage,
  serviceTier?: string,
): AttemptSpending {
  const spending = spendingOf(reservation, usage, serviceTier);
  if (onAbort !== "full-hold" || isPaidByClient(reservation.target)) return spending;
  return asHeld(spending, reservation.outputLimit, reservation.costLimit);
}

/** What settling a reservation adds to the ledger: what its attempts used. */
export function chargesFor({ hold, held }: Reservation): readonly Charge[] {
  return chargesOf(hold, held);
}

function worstOf(
  request: RunningRequest,
  attempt: NextAttempt,
  price: Price | undefined,
  coverage: Coverage,
): WorstCase | Refused {
  const { target } = attempt;
  if (target === undefined || request.isFree || (price !== undefined && !coverage.isMetered)) return freeOfCharge;
  if (isPaidByClient(target)) {
    return coverage.isMetered ? worstCase(boundDemand(attempt), target, undefined, request.settings) : freeOfCharge;
  }
  const refused = unknownCost(target, price, coverage, request, attempt);
  if (refused !== undefined) return { refused };
  return coverage.isMetered ? worstCase(boundDemand(attempt), target, price, request.settings) : freeOfCharge;
}

/** With a credential of its own the client pays: the operator owes nothing, whatever the price. */
function isPaidByClient(target: Target | undefined): boolean {
  return target?.key.fromClient === true;
}

/**
 * What the tools that a provider runs cost where it does not tell: one search by the price list, since a model that may
 * search does so, else the ceiling that was held for.
 */
function hostedFee(request: RunningRequest, attempt: NextAttempt, price: Price | undefined): NanoDollars {
  if (attempt.tellsTools === true || !runsTools(attempt)) return 0;
  const ceiling = request.settings.hostedToolCeiling ?? 0;
  return price?.perSearch === undefined ? ceiling : Math.min(price.perSearch, ceiling);
}

/** A context is read once, unless tools of the provider make it read again. Embeddings read each of their texts apart. */
function mostInput(request: RunningRequest, { target, demand, isUnbounded = false }: NextAttempt): number {
  if (isUnbounded || demand.known()?.hostedTools !== false) return Number.POSITIVE_INFINITY;
  return Math.max(target?.facts?.contextTokens ?? request.settings.defaultContextTokens, request.requestBytes);
}

function mostOutput({ answers, settings }: RunningRequest, { target, demand, isUnbounded }: NextAttempt): number {
  if (isUnbounded === true) return Number.POSITIVE_INFINITY;
  const facts = target?.facts;
  const each = facts?.maxOutputTokens ?? facts?.contextTokens ?? settings.defaultContextTokens;
  return each * (demand.known()?.answers ?? answers);
}

/** Of a model that searches by itself: what it finds is read, and charged apart. */
function boundDemand({ demand, isUnbounded }: NextAttempt): Demand {
  const read = demand.read();
  return isUnbounded === true ? { ...read, hostedTools: true, refersElsewhere: true } : read;
}

/** Never more than the target can have read, nor than was held for: no estimate may pass a hard limit. */
function estimateInput(request: RunningRequest, { target, demand }: NextAttempt, held: WorstCase | undefined): number {
  if (target === undefined) return 0;
  const likely = demand.known()?.likelyInputTokens ?? request.inputTokens;
  const context = target.facts?.contextTokens ?? request.settings.defaultContextTokens;
  return Math.min(likely, context, held === undefined ? context : held.tokens - held.outputTokens);
}

function refusal(refused: Refusal, held: readonly HeldLimit[], now: LimitClock, periodOf: PeriodFinder): Refused {
  const limit = refused.reason === "no-room" ? heldFor(held, refused.entry.slot)?.limit : undefined;
  const error = refusalError(refused, limit, now, periodOf);
  if (refused.reason !== "no-room" || limit?.kind !== "rate") return { refused: error };
  return { refused: error, rateLimits: refusedRateLimit(limit, refused, now) };
}
