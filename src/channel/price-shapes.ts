import type { DatedPrice } from "#core/money";
import { datedPriceFields } from "#core/price-shape";
import type { PriceOverride } from "#core/snapshot";
import { number, object, optional, string } from "#lib/shape";

/** Of another process of the same machine, which has checked them. */
const fields = datedPriceFields({
  amount: number,
  tokens: number,
  version: string,
  timeMs: number,
  minute: number,
});

export const datedPriceShape = object<DatedPrice>(fields);

export const priceOverrideShape = object<PriceOverride>({ ...fields, provider: optional(string), model: string });
