import type { DatedPrice, Price, Rates, ServiceTier } from "#core/money";
import type { PriceOverride } from "#core/snapshot";
import { type Fields, list, number, object, optional, string } from "#lib/shape";

const rates: Fields<Partial<Rates>> = {
  input: optional(number),
  output: optional(number),
  cacheRead: optional(number),
  cacheWrite: optional(number),
  cacheWrite1h: optional(number),
  reasoning: optional(number),
  inputAudio: optional(number),
  outputAudio: optional(number),
  inputImage: optional(number),
  outputImage: optional(number),
};

type ContextTier = NonNullable<Price["contextTiers"]>[number];
type ServiceTierRates = NonNullable<NonNullable<Price["serviceTiers"]>[ServiceTier]>;

const contextTiers = list(object<ContextTier>({ aboveTokens: number, rates: object<Partial<Rates>>(rates) }));
const tierRates = optional(object<ServiceTierRates>({ ...rates, contextTiers: optional(contextTiers) }));

const price = object<Price>({
  ...rates,
  input: number,
  output: number,
  version: string,
  perRequest: optional(number),
  perSearch: optional(number),
  contextTiers: optional(contextTiers),
  serviceTiers: optional(
    object<NonNullable<Price["serviceTiers"]>>({
      batch: tierRates,
      flex: tierRates,
      priority: tierRates,
      fast: tierRates,
      us: tierRates,
    }),
  ),
});

type HourlyPrice = NonNullable<DatedPrice["hours"]>[number];

const datedPriceFields: Fields<DatedPrice> = {
  fromMs: number,
  price,
  hours: optional(list(object<HourlyPrice>({ fromMinute: number, toMinute: number, price }))),
};

export const datedPriceShape = object<DatedPrice>(datedPriceFields);

export const priceOverrideShape = object<PriceOverride>({
  ...datedPriceFields,
  provider: optional(string),
  model: string,
});
