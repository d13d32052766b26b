import type { NanoDollars, Price } from "#core/money";
import type { Charge } from "#core/record";
import type { OnAbort } from "#core/snapshot";
import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import type { Hold } from "#ledger/ledger";
import { chargesOf, type HeldLimit, withUse } from "./held-limits";
import {
  type AttemptSpending,
  addAttempt,
  asHeld,
  paidByClient,
  priceAttempt,
  type Spent,
  tokensOf,
  withBill,
  withFee,
} from "./spending";

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
  /** The output limit that a budget sets, in tokens of each answer: it has to be written into the request. */
  readonly cap: number | undefined;
  /** How often tools of the provider can have searched; infinite where that is not known. */
  readonly mostSearches: number;
  /** What is charged for tools of the provider where neither its bill nor its counts say what they did. */
  readonly hostedFee: NanoDollars;
  /** What earlier attempts used. */
  readonly spent: Spent;
};

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
    cap: reservation.cap,
    mostSearches: reservation.mostSearches,
    hostedFee: reservation.hostedFee,
    spent: addAttempt(reservation.spent, attempt),
  };
}

/** What the attempt of a reservation used and cost: by its provider's bill where that is believed, else by the price list. */
export function spendingOf(
  { costLimit, hostedFee: fee, mostSearches, price, target }: Reservation,
  reported: Usage,
  serviceTier?: string,
): AttemptSpending {
  const usage = reported.searches > mostSearches ? { ...reported, searches: mostSearches, estimated: true } : reported;
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

/** With a credential of its own the client pays: the operator owes nothing, whatever the price. */
export function isPaidByClient(target: Target | undefined): boolean {
  return target?.key.fromClient === true;
}
