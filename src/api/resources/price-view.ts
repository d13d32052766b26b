import { type ContextTiers, type DatedPrice, formatDollars, type Price, type Rates } from "#core/money";
import type { JsonObject } from "#lib/json";

/**
 * The price that holds now, in dollars per million tokens, and the others there are. `source` is what its version begins
 * with: `catalog`, or `config` for the operator's own. Nothing for a model without a known price.
 */
export function showPrices(prices: readonly DatedPrice[], nowMs: number): JsonObject {
  const current = prices.find(({ fromMs }) => fromMs <= nowMs);
  const others = prices.filter((dated) => dated !== current);
  return {
    ...(current === undefined ? {} : { price: showDated(current) }),
    ...(others.length === 0 ? {} : { other_prices: others.map(showDated) }),
  };
}

function showDated({ fromMs, price, hours = [] }: DatedPrice): JsonObject {
  return {
    ...(fromMs > 0 ? { from: new Date(fromMs).toISOString() } : {}),
    ...showPrice(price),
    source: price.version.split(":")[0] ?? "",
    version: price.version,
    ...(hours.length === 0
      ? {}
      : {
          hours: hours.map(({ fromMinute, toMinute, price: inHours }) => ({
            from: timeOfDay(fromMinute),
            to: timeOfDay(toMinute),
            ...showPrice(inHours),
          })),
        }),
  };
}

function showPrice(price: Price): JsonObject {
  const { perRequest, perSearch, contextTiers, serviceTiers } = price;
  return {
    ...showRates(price),
    ...(perRequest === undefined ? {} : { per_request: formatDollars(perRequest) }),
    ...(perSearch === undefined ? {} : { per_search: formatDollars(perSearch) }),
    ...showContextTiers(contextTiers),
    ...(serviceTiers === undefined
      ? {}
      : {
          service_tiers: Object.fromEntries(
            Object.entries(serviceTiers).map(([name, tier]) => [
              name,
              { ...showRates(tier), ...showContextTiers(tier.contextTiers) },
            ]),
          ),
        }),
  };
}

function showContextTiers(tiers: ContextTiers | undefined): JsonObject {
  if (tiers === undefined) return {};
  return { context_tiers: tiers.map(({ aboveTokens, rates }) => ({ above: aboveTokens, ...showRates(rates) })) };
}

const fields = {
  input: "input",
  output: "output",
  cacheRead: "cache_read",
  cacheWrite: "cache_write",
  cacheWrite1h: "cache_write_1h",
  reasoning: "reasoning",
  inputAudio: "input_audio",
  outputAudio: "output_audio",
  inputImage: "input_image",
  outputImage: "output_image",
} as const satisfies { readonly [rate in keyof Rates]-?: string };

const rateNames = Object.keys(fields).filter((name): name is keyof Rates => Object.hasOwn(fields, name));

function showRates(rates: Partial<Rates>): JsonObject {
  return Object.fromEntries(
    rateNames.flatMap((name) => {
      const microDollars = rates[name];
      return microDollars === undefined ? [] : [[fields[name], formatDollars(microDollars * 1000)]];
    }),
  );
}

/** Minutes since midnight UTC as `16:30Z`. */
function timeOfDay(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}Z`;
}
