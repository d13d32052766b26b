import type { NanoDollars, Price, Rates } from "./money";
import { rateOf, ratesAt } from "./price";
import { isExact, roundCost, type TokenCost } from "./token-cost";
import { inputTotal, type Usage, usageClasses } from "./usage";

/**
 * Cost of a request: every class at its rate, of the context tier that its whole input reaches and of the service tier
 * that the provider says it served (`default`, `standard` and words without a price: the standard rates). One rounding,
 * up, as `roundCost` does it.
 */
export function costOf(usage: Usage, price: Price, serviceTier?: string): NanoDollars {
  const rates = ratesAt(price, inputTotal(usage), serviceTier);
  let picoDollars = 0;
  for (const name of usageClasses) {
    const tokens = usage[name];
    if (tokens !== 0) picoDollars += tokens * rateOf(rates, name);
  }
  const costs = isExact(picoDollars) ? none : costsOf(usage, rates);
  return roundCost(picoDollars, costs, (price.perRequest ?? 0) + usage.searches * (price.perSearch ?? 0));
}

const none: readonly TokenCost[] = [];

function costsOf(usage: Usage, rates: Rates): readonly TokenCost[] {
  return usageClasses.map((name) => [usage[name], rateOf(rates, name)]);
}
