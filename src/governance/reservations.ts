import { budgetDefaults } from "#core/budget-defaults";
import type { Clock } from "#core/clock";
import type { GatewayError } from "#core/errors";
import type { RateLimitFacts } from "#core/inference";
import type { Price } from "#core/money";
import { priceAt } from "#core/price";
import type { Target } from "#core/target";
import type { Ledger } from "#ledger/ledger";
import { expose, exposeSpent } from "./exposure";
import { Holder, type Holding, type NotHeld } from "./holding";
import type { BudgetLine } from "./ladder/budget-line";
import { climb } from "./ladder/climb";
import { LikelyInput } from "./ladder/likely-input";
import { generousOutput, type OutputTerms } from "./ladder/output-terms";
import { type Holds, isTight, type Taken, TightAttempt } from "./ladder/tight-attempt";
import { tightRefusal } from "./ladder/tight-refusal";
import type { Coverage } from "./limit-finder";
import {
  boundDemand,
  estimateInput,
  hostedFee,
  mostInput,
  mostOutput,
  mostSearches,
  type NextAttempt,
} from "./next-attempt";
import { unknownCost } from "./policy";
import { rateLimitsOf, refusedRateLimit } from "./rate-limit-facts";
import type { RequestMetrics } from "./request-metrics";
import { isPaidByClient, type Reservation, withSpending } from "./reservation";
import type { RunningRequest } from "./running-request";
import { type AttemptSpending, nothingSpent, type Spent } from "./spending";
import { boundOf, freeOfCharge, type Likely } from "./worst-case";

/** An attempt that may not be made. What was held before stays held. */
export type Refused = {
  readonly refused: GatewayError;
  /** What the rate limit that refused has left. */
  readonly rateLimits?: RateLimitFacts;
};

/** An attempt that may be made once its hold is smaller, or others have ended. */
export type Tight = {
  /** Goes through the steps before a refusal. `mayWait`: whether one of them is to wait. Rejects with `client_closed`. */
  readonly climb: (mayWait: boolean) => Promise<Reservation | Refused>;
  /** The refusal where none of these steps is taken. */
  readonly refuse: () => Refused;
};

/** Holds of running requests in one worker's ledger. */
export type Reservations = {
  /**
   * Holds an attempt, in all limits that cover it or in none, in place of what the request held before. Refuses with
   * `budget_exceeded`, `budget_busy`, `rate_limited`, `too_many_concurrent`, `policy_denied` or `overloaded`.
   */
  readonly reserve: (
    request: RunningRequest,
    attempt: NextAttempt,
    previous: Reservation | undefined,
  ) => Reservation | Refused | Tight;
  /** The reservation of an attempt that came to nothing, with what it is charged, if anything. */
  readonly spend: (reservation: Reservation, attempt: AttemptSpending | undefined) => Reservation;
  /** Notes how much output was relayed, in tokens, for the case that this process dies before it can say more. */
  readonly relayed: (reservation: Reservation, outputTokens: number) => void;
  /** What its tightest rate limits have left, for headers. */
  readonly rateLimits: (reservation: Reservation) => RateLimitFacts | undefined;
};

export function createReservations(
  ledger: Ledger,
  clock: Clock,
  metrics: Pick<RequestMetrics, "admitted">,
  line: BudgetLine,
): Reservations {
  const holder = new Holder(ledger, clock);
  const likely = new LikelyInput();

  const refused = (notHeld: NotHeld, attempt?: TightAttempt): Refused => {
    const { limit, refusal } = notHeld;
    const error = tightRefusal(notHeld, attempt, holder.periodOf);
    if (refusal.reason !== "no-room" || limit?.kind !== "rate") return { refused: error };
    return { refused: error, rateLimits: refusedRateLimit(limit, refusal, notHeld.clock) };
  };

  const reserved = (
    request: RunningRequest,
    attempt: NextAttempt,
    price: Price | undefined,
    previous: Reservation | undefined,
    taken: Taken,
  ): Reservation => {
    if (previous === undefined) metrics.admitted();
    const reservation = reservationOf(request, attempt, price, previous?.spent ?? nothingSpent, taken);
    if (attempt.target !== undefined) {
      const tier = attempt.demand.known()?.serviceTier;
      expose(ledger, reservation, request.isFree ? 0 : reservation.estimatedInput, tier);
    }
    return reservation;
  };

  /** Apart, for closures would cost every request. */
  const climbing = (
    request: RunningRequest,
    attempt: NextAttempt,
    price: Price | undefined,
    previous: Reservation | undefined,
    tight: TightAttempt,
    refusal: NotHeld,
  ): Tight => ({
    refuse: () => refused(refusal, tight),
    climb: async (mayWait) => {
      const { budgetWaitMs = budgetDefaults.waitMs } = request.settings;
      const waiting = mayWait ? { line, signal: request.inference.signal, waitMs: budgetWaitMs } : undefined;
      const { last, taken } = await climb(tight, waiting);
      return "refusal" in taken ? refused(taken, last) : reserved(request, attempt, price, previous, taken);
    },
  });

  return {
    reserve: (request, attempt, previous) => {
      const { target } = attempt;
      const coverage = target === undefined ? request.principal.anywhere : request.principal.covering(target);
      const price = priceAt(target?.facts?.prices, request.startedAtMs);
      const denied = policyOn(request, attempt, price, coverage);
      if (denied !== undefined) return { refused: denied };
      if (target === undefined || request.isFree || !coverage.isMetered) {
        const taken = holder.take(request, coverage, freeOfCharge, previous, target);
        return "refusal" in taken ? refused(taken) : reserved(request, attempt, price, previous, asFree(taken));
      }
      const tight = tightAttempt(
        { holder, ledger, request, coverage, previous, target },
        attempt,
        target,
        price,
        likely,
      );
      const taken = tight.takeAsked();
      if (!("refusal" in taken)) return reserved(request, attempt, price, previous, taken);
      return isTight(taken) ? climbing(request, attempt, price, previous, tight, taken) : refused(taken, tight);
    },
    spend: (reservation, attempt) => {
      // Until another attempt is held, what was used so far is all that there is to charge.
      exposeSpent(ledger, reservation, attempt);
      return attempt === undefined ? reservation : withSpending(reservation, attempt);
    },
    relayed: ({ hold: held }, outputTokens) => ledger.progress(held, "relaying", outputTokens),
    rateLimits: ({ hold, held }) => (held.length === 0 ? undefined : rateLimitsOf(hold, held, holder.clock())),
  };
}

function asFree({ hold, held }: Holding): Taken {
  return { hold, held, worst: freeOfCharge, bound: undefined, cap: undefined };
}

function reservationOf(
  request: RunningRequest,
  attempt: NextAttempt,
  price: Price | undefined,
  spent: Spent,
  { bound, hold, held, worst, cap }: Taken,
): Reservation {
  const { target, healthRow } = attempt;
  const isMetered = bound !== undefined;
  return {
    hold,
    held,
    target,
    healthRow,
    price,
    estimatedInput: estimateInput(request, attempt, isMetered ? worst : undefined),
    mostInput: mostInput(request, attempt, price),
    mostOutput: mostOutput(request, attempt),
    outputLimit: isMetered ? worst.outputTokens : Number.POSITIVE_INFINITY,
    mostSearches: mostSearches(attempt, bound, held),
    hostedFee: isMetered && target !== undefined ? hostedFee(request, attempt, price) : 0,
    costLimit: isMetered && price !== undefined ? worst.cost : Number.POSITIVE_INFINITY,
    cap,
    spent,
  };
}

/** Why the attempt may not be made whatever is left, if so. */
function policyOn(
  request: RunningRequest,
  attempt: NextAttempt,
  price: Price | undefined,
  coverage: Coverage,
): GatewayError | undefined {
  const { target } = attempt;
  if (target === undefined || request.isFree || (price !== undefined && !coverage.isMetered)) return undefined;
  return isPaidByClient(target) ? undefined : unknownCost(target, price, coverage, request, attempt);
}

/** The attempt by the cheap bounds: bytes, the request's own limit or the model's. */
function tightAttempt(
  holds: Holds,
  attempt: NextAttempt,
  target: Target,
  price: Price | undefined,
  likelyInput: LikelyInput,
): TightAttempt {
  const { settings, principal } = holds.request;
  const { ladder } = attempt;
  const demand = boundDemand(attempt);
  const { contextTokens, maxOutputTokens } = target.facts ?? {};
  const terms: OutputTerms = {
    hasOutput: demand.hasOutput,
    named: demand.outputTokens,
    model: maxOutputTokens,
    otherwise: Math.min(ladder?.traitOutput ?? Number.POSITIVE_INFINITY, settings.defaultMaxOutputTokens),
    mostAdded: (contextTokens ?? Number.POSITIVE_INFINITY) - demand.likelyInputTokens,
    canCap: ladder?.canCap === true,
    policy: principal.key?.onTightBudget ?? settings.onTightBudget ?? budgetDefaults.onTight,
  };
  const payable = isPaidByClient(target) ? undefined : price;
  const likely = holds.coverage.countsLikely ? likelyOf(attempt, likelyInput.of(demand, target)) : nothingLikely;
  return new TightAttempt(holds, terms, boundOf(demand, target, payable, settings, likely, ladder), ladder);
}

const nothingLikely: Likely = { input: 0, output: 0 };

function likelyOf({ ladder }: NextAttempt, input: number): Likely {
  return { input, output: generousOutput(ladder?.usualOutput(), 0) };
}
