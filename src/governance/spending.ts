import { costOf } from "#core/cost";
import type { NanoDollars, Price } from "#core/money";
import { pricesTier } from "#core/price";
import { addUsage, type Bill, inputTotal, outputTotal, type Usage } from "#core/usage";
import type { Draft } from "#lib/draft";

/** What one attempt used. */
export type AttemptSpending = {
  readonly usage: Usage;
  /** Undefined where its target has no known price. */
  readonly cost: NanoDollars | undefined;
  /** What budgets are charged though the cost is not known: the list price, of a service tier whose own is not known. */
  readonly atLeast?: NanoDollars;
  /** What the provider says that it costs. Where it is believed, `cost` is the same. */
  readonly billed?: NanoDollars;
  /** What it costs by the price list, where the provider says something of its own. */
  readonly listed?: NanoDollars;
};

/** What the attempts of a request used together. */
export type Spent = {
  /** Undefined while nothing is known of any of them. */
  readonly usage: Usage | undefined;
  /** Of the attempts that have a price. */
  readonly cost: NanoDollars;
  /** One of them has none: the cost of all together is not known. */
  readonly unpriced: boolean;
  /** What providers said that those attempts cost of which they said something, and what the price list says of the same. */
  readonly billed?: NanoDollars;
  readonly listed?: NanoDollars;
};

export const nothingSpent: Spent = { usage: undefined, cost: 0, unpriced: false };

/** Prices the usage of one attempt, at the service tier that the provider says it served. */
export function priceAttempt(usage: Usage, price: Price | undefined, serviceTier?: string): AttemptSpending {
  if (price === undefined) return { usage, cost: undefined };
  const cost = costOf(usage, price, serviceTier);
  return pricesTier(price, serviceTier) ? { usage, cost } : { usage, cost: undefined, atLeast: cost };
}

/** The same where the client pays: it costs the operator nothing, and the list price is noted. */
export function paidByClient({ usage, cost, atLeast }: AttemptSpending): AttemptSpending {
  const listed = cost ?? atLeast;
  return { usage, cost: 0, ...(listed !== undefined && { listed }) };
}

/** With a fee that is no price of tokens: what exactly it was for is not known. */
export function withFee(spending: AttemptSpending, fee: NanoDollars): AttemptSpending {
  const { usage, cost, atLeast } = spending;
  const marked = { ...usage, estimated: true };
  if (cost !== undefined) return { usage: marked, cost: cost + fee };
  return { usage: marked, cost, atLeast: (atLeast ?? 0) + fee };
}

/**
 * The same, with the provider's bill in the place of the list price where it says one: a finite amount from 0 to `most`,
 * rounded up. Any other is noted alone.
 */
export function withBill(spending: AttemptSpending, bill: Bill, most: NanoDollars): AttemptSpending {
  const { usage, cost, atLeast } = spending;
  const nanoDollars = Math.ceil(Number((bill.dollars * 1e9).toPrecision(12)));
  if (!(nanoDollars >= 0 && nanoDollars <= Number.MAX_SAFE_INTEGER)) return spending;
  const listed = cost ?? atLeast;
  const told = { usage, billed: nanoDollars, ...(listed !== undefined && { listed }) };
  if (nanoDollars <= most) return { ...told, cost: nanoDollars };
  return { ...told, cost, ...(atLeast !== undefined && { atLeast }) };
}

/**
 * The same, charged as what was held for it where its use is not known: all of its output, and the most that it could
 * cost. Unchanged where neither tokens nor money are limited, for then nothing was held.
 */
export function asHeld(spending: AttemptSpending, outputLimit: number, costLimit: NanoDollars): AttemptSpending {
  const { usage, cost } = spending;
  if (!usage.estimated || outputLimit === Number.POSITIVE_INFINITY) return spending;
  const unused = Math.max(0, outputLimit - outputTotal(usage));
  const held = { ...spending, usage: { ...usage, output: usage.output + unused } };
  if (cost === undefined || costLimit === Number.POSITIVE_INFINITY) return held;
  return { ...held, cost: Math.max(cost, costLimit) };
}

export function addAttempt(spent: Spent, attempt: AttemptSpending): Spent {
  const { usage, cost } = attempt;
  const sum: Draft<Spent> = {
    usage: spent.usage === undefined ? usage : addUsage(spent.usage, usage),
    cost: spent.cost + (cost ?? 0),
    unpriced: spent.unpriced || cost === undefined,
  };
  const billed = addIfKnown(spent.billed, attempt.billed);
  const listed = addIfKnown(spent.listed, attempt.listed);
  if (billed !== undefined) sum.billed = billed;
  if (listed !== undefined) sum.listed = listed;
  return sum;
}

function addIfKnown(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : a + (b ?? 0);
}

/** The cost of all attempts; undefined while usage or a price is not known. */
export function totalCost({ usage, cost, unpriced }: Spent): NanoDollars | undefined {
  return usage === undefined || unpriced ? undefined : cost;
}

/** Tokens of all classes, as limits in tokens count them. */
export function tokensOf(usage: Usage): number {
  return inputTotal(usage) + outputTotal(usage);
}

/** An estimate with no more output than the limit that was held for: it must not charge what could not have been given. */
export function capEstimate(usage: Usage, outputLimit: number): Usage {
  const excess = outputTotal(usage) - outputLimit;
  return usage.estimated && excess > 0 ? { ...usage, output: Math.max(0, usage.output - excess) } : usage;
}
