import { costOf } from "#core/cost";
import type { NanoDollars, Price } from "#core/money";
import { pricesTier } from "#core/price";
import { addUsage, inputTotal, outputTotal, type Usage } from "#core/usage";

/** What one attempt used. */
export type AttemptSpending = {
  readonly usage: Usage;
  /** Undefined where its target has no known price. */
  readonly cost: NanoDollars | undefined;
  /** What budgets are charged though the cost is not known: the list price, of a service tier whose own is not known. */
  readonly atLeast?: NanoDollars;
};

/** What the attempts of a request used together. */
export type Spent = {
  /** Undefined while nothing is known of any of them. */
  readonly usage: Usage | undefined;
  /** Of the attempts that have a price. */
  readonly cost: NanoDollars;
  /** One of them has none: the cost of all together is not known. */
  readonly unpriced: boolean;
};

export const nothingSpent: Spent = { usage: undefined, cost: 0, unpriced: false };

/** Prices the usage of one attempt, at the service tier that the provider says it served. */
export function priceAttempt(usage: Usage, price: Price | undefined, serviceTier?: string): AttemptSpending {
  if (price === undefined) return { usage, cost: undefined };
  const cost = costOf(usage, price, serviceTier);
  return pricesTier(price, serviceTier) ? { usage, cost } : { usage, cost: undefined, atLeast: cost };
}

export function addAttempt(spent: Spent, { usage, cost }: AttemptSpending): Spent {
  return {
    usage: spent.usage === undefined ? usage : addUsage(spent.usage, usage),
    cost: spent.cost + (cost ?? 0),
    unpriced: spent.unpriced || cost === undefined,
  };
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
