import { type Fields, list, object, optional, type Shape } from "#lib/shape";
import type { DatedPrice, Price, Rates, ServiceTier } from "./money";

/** What the values of a price have to be, each kind by itself. */
export type PriceBounds = {
  /** Rates and fees. */
  readonly amount: Shape<number>;
  /** Where a tier for longer inputs begins. */
  readonly tokens: Shape<number>;
  readonly version: Shape<string>;
  readonly timeMs: Shape<number>;
  /** Of a day. */
  readonly minute: Shape<number>;
};

type ContextTier = NonNullable<Price["contextTiers"]>[number];
type TierRates = NonNullable<NonNullable<Price["serviceTiers"]>[ServiceTier]>;
type HourlyPrice = NonNullable<DatedPrice["hours"]>[number];

/** The fields of a price that holds from a time on. */
export function datedPriceFields(bounds: PriceBounds): Fields<DatedPrice> {
  const { minute, timeMs } = bounds;
  const price = priceShape(bounds);
  return {
    fromMs: timeMs,
    price,
    hours: optional(list(object<HourlyPrice>({ fromMinute: minute, toMinute: minute, price }))),
  };
}

function priceShape({ amount, tokens, version }: PriceBounds): Shape<Price> {
  const rates = ratesOf(amount);
  const contextTiers = list(object<ContextTier>({ aboveTokens: tokens, rates: object<Partial<Rates>>(rates) }));
  const tier = optional(object<TierRates>({ ...rates, contextTiers: optional(contextTiers) }));
  return object<Price>({
    ...rates,
    input: amount,
    output: amount,
    version,
    perRequest: optional(amount),
    perSearch: optional(amount),
    contextTiers: optional(contextTiers),
    serviceTiers: optional(
      object<NonNullable<Price["serviceTiers"]>>({ batch: tier, flex: tier, priority: tier, fast: tier, us: tier }),
    ),
  });
}

function ratesOf(amount: Shape<number>): Fields<Partial<Rates>> {
  const rate = optional(amount);
  return {
    input: rate,
    output: rate,
    cacheRead: rate,
    cacheWrite: rate,
    cacheWrite1h: rate,
    reasoning: rate,
    inputAudio: rate,
    outputAudio: rate,
    inputImage: rate,
    outputImage: rate,
  };
}
