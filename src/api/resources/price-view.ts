import * as z from "zod";
import { type ContextTiers, type DatedPrice, formatDollars, type Price, type Rates } from "#core/money";
import { dollars, list, showTime, time } from "../view-fields";

const rate = dollars.exactOptional().meta({ description: "US dollars per million tokens." });
const rateFields = {
  input: rate,
  output: rate,
  cache_read: rate,
  cache_write: rate,
  cache_write_1h: rate,
  reasoning: rate,
  input_audio: rate,
  output_audio: rate,
  input_image: rate,
  output_image: rate,
};

const contextTiers = list(
  z.strictObject({
    above: z.int().meta({ description: "Holds for requests with more tokens in than this." }),
    ...rateFields,
  }),
).exactOptional();

const priceFields = {
  ...rateFields,
  per_request: dollars.exactOptional(),
  per_search: dollars.exactOptional(),
  context_tiers: contextTiers,
  service_tiers: z
    .record(z.string(), z.strictObject({ ...rateFields, context_tiers: contextTiers }))
    .exactOptional()
    .meta({ description: "What differs by service tier." }),
};

const timeOfDay = z.string().meta({ description: "Time of day in UTC, `16:30Z`." });

const priceView = z
  .strictObject({
    from: time.exactOptional().meta({ description: "Holds from here on; absent: always." }),
    ...priceFields,
    source: z.string().meta({ description: "`catalog`, or `config` for the operator's own." }),
    version: z.string().meta({ description: "Tells one price from another in records." }),
    hours: list(z.strictObject({ from: timeOfDay, to: timeOfDay, ...priceFields }))
      .exactOptional()
      .meta({ description: "Hours of the day with a price of their own." }),
  })
  .meta({ id: "Price" });

export const pricesView = {
  price: priceView.exactOptional().meta({ description: "That holds now; absent where none is known." }),
  other_prices: list(priceView).exactOptional().meta({ description: "Of other times." }),
};

/** The price that holds now, in dollars per million tokens, and the others there are. Nothing for a model without one. */
export function showPrices(prices: readonly DatedPrice[], nowMs: number) {
  const current = prices.find(({ fromMs }) => fromMs <= nowMs);
  const others = prices.filter((dated) => dated !== current);
  return {
    ...(current !== undefined && { price: showDated(current) }),
    ...(others.length > 0 && { other_prices: others.map(showDated) }),
  };
}

function showDated({ fromMs, price, hours = [] }: DatedPrice): z.output<typeof priceView> {
  const shownHours = hours.map(({ fromMinute, toMinute, price: inHours }) => ({
    from: showTimeOfDay(fromMinute),
    to: showTimeOfDay(toMinute),
    ...showPrice(inHours),
  }));
  return {
    ...(fromMs > 0 && { from: showTime(fromMs) }),
    ...showPrice(price),
    source: price.version.split(":")[0] ?? "",
    version: price.version,
    ...(shownHours.length > 0 && { hours: shownHours }),
  };
}

function showPrice(price: Price) {
  const { perRequest, perSearch, contextTiers: tiers, serviceTiers } = price;
  return {
    ...showRates(price),
    ...(perRequest !== undefined && { per_request: formatDollars(perRequest) }),
    ...(perSearch !== undefined && { per_search: formatDollars(perSearch) }),
    ...showContextTiers(tiers),
    ...(serviceTiers !== undefined && { service_tiers: showServiceTiers(serviceTiers) }),
  };
}

function showServiceTiers(serviceTiers: NonNullable<Price["serviceTiers"]>) {
  return Object.fromEntries(
    Object.entries(serviceTiers).map(([name, tier]) => [
      name,
      { ...showRates(tier), ...showContextTiers(tier.contextTiers) },
    ]),
  );
}

function showContextTiers(tiers: ContextTiers | undefined) {
  if (tiers === undefined) return {};
  return { context_tiers: tiers.map(({ aboveTokens, rates }) => ({ above: aboveTokens, ...showRates(rates) })) };
}

/** Micro-dollars per million tokens as dollars; the names of `rateFields`. */
function showRates(rates: Partial<Rates>) {
  const { input, output, cacheRead, cacheWrite, cacheWrite1h } = rates;
  const { reasoning, inputAudio, outputAudio, inputImage, outputImage } = rates;
  return {
    ...(input !== undefined && { input: showRate(input) }),
    ...(output !== undefined && { output: showRate(output) }),
    ...(cacheRead !== undefined && { cache_read: showRate(cacheRead) }),
    ...(cacheWrite !== undefined && { cache_write: showRate(cacheWrite) }),
    ...(cacheWrite1h !== undefined && { cache_write_1h: showRate(cacheWrite1h) }),
    ...(reasoning !== undefined && { reasoning: showRate(reasoning) }),
    ...(inputAudio !== undefined && { input_audio: showRate(inputAudio) }),
    ...(outputAudio !== undefined && { output_audio: showRate(outputAudio) }),
    ...(inputImage !== undefined && { input_image: showRate(inputImage) }),
    ...(outputImage !== undefined && { output_image: showRate(outputImage) }),
  };
}

function showRate(microDollars: number): string {
  return formatDollars(microDollars * 1000);
}

/** Minutes since midnight UTC as `16:30Z`. */
function showTimeOfDay(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}Z`;
}
