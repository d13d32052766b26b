import { crc32 } from "node:zlib";
import type { ContextTiersConfig, PriceConfig, PriceOverrideConfig, RatesConfig } from "#config/price-schema";
import { parseTime } from "#config/schema-fields";
import { type ContextTiers, type Price, type Rates, serviceTiers } from "#core/money";
import type { PriceOverride } from "#core/snapshot";
import { scaleDecimal } from "#lib/decimal";

/** A configured price as the data plane reckons with it; its version is a checksum of what it says. */
export function compilePrice(config: PriceConfig): Price {
  const price = {
    ...compileRates(config),
    input: microDollars(config.input),
    output: microDollars(config.output),
    ...(config.per_request === undefined ? {} : { perRequest: nanoDollars(config.per_request) }),
    ...(config.per_search === undefined ? {} : { perSearch: nanoDollars(config.per_search) }),
    ...compileContextTiers(config.context_tiers),
    ...(config.service_tiers === undefined ? {} : { serviceTiers: compileServiceTiers(config.service_tiers) }),
  };
  const version = crc32(JSON.stringify(price)).toString(16).padStart(8, "0");
  return { version: `config:${version}`, ...price };
}

export function compilePriceOverride({ provider, model, from, price }: PriceOverrideConfig): PriceOverride {
  return {
    ...(provider === undefined ? {} : { provider }),
    model,
    fromMs: from === undefined ? 0 : (parseTime(from) ?? 0),
    price: compilePrice(price),
  };
}

/** Dollars as nano-dollars; the schema has checked that this is exact. */
export function nanoDollars(dollars: string): number {
  return scaled(dollars, 9);
}

function compileContextTiers(tiers: ContextTiersConfig | undefined): { readonly contextTiers?: ContextTiers } {
  if (tiers === undefined) return {};
  return { contextTiers: tiers.map(({ above, ...rates }) => ({ aboveTokens: above, rates: compileRates(rates) })) };
}

function compileServiceTiers(config: NonNullable<PriceConfig["service_tiers"]>): NonNullable<Price["serviceTiers"]> {
  return Object.fromEntries(
    serviceTiers.flatMap((name) => {
      const tier = config[name];
      if (tier === undefined) return [];
      return [[name, { ...compileRates(tier), ...compileContextTiers(tier.context_tiers) }]];
    }),
  );
}

const classes = [
  ["input", "input"],
  ["output", "output"],
  ["cacheRead", "cache_read"],
  ["cacheWrite", "cache_write"],
  ["cacheWrite1h", "cache_write_1h"],
  ["reasoning", "reasoning"],
  ["inputAudio", "input_audio"],
  ["outputAudio", "output_audio"],
  ["inputImage", "input_image"],
  ["outputImage", "output_image"],
] as const satisfies readonly (readonly [keyof Rates, keyof RatesConfig])[];

function compileRates(config: RatesConfig): Partial<Rates> {
  return Object.fromEntries(
    classes.flatMap(([rate, field]) => {
      const dollars = config[field];
      return dollars === undefined ? [] : [[rate, microDollars(dollars)]];
    }),
  );
}

/** Dollars per million tokens as micro-dollars per million tokens; the schema has checked that this is exact. */
function microDollars(dollars: string): number {
  return scaled(dollars, 6);
}

function scaled(dollars: string, digits: number): number {
  const value = scaleDecimal(dollars, digits);
  if (value === undefined) throw new Error(`Cannot read ${dollars}: a decimal with at most ${digits} places is needed`);
  return value;
}
