import {
  type ContextTiers,
  type DatedPrice,
  type NanoDollars,
  type Price,
  type Rates,
  type ServiceTier,
  serviceTiers,
} from "./money";
import { isExact, roundCost, type TokenCost } from "./token-cost";
import { inputClasses, outputClasses, type TokenClass } from "./usage";

/** The price that holds at a moment (milliseconds since the epoch), hours of the day included. `prices`: newest first. */
export function priceAt(prices: readonly DatedPrice[] | undefined, atMs: number): Price | undefined {
  const dated = prices === undefined ? undefined : priceFrom(prices, atMs);
  return dated?.hours === undefined ? dated?.price : (ofHour(dated.hours, atMs) ?? dated.price);
}

/** Apart, for its closure would cost every request a scope. */
function ofHour(prices: NonNullable<DatedPrice["hours"]>, atMs: number): Price | undefined {
  const minute = Math.floor(atMs / 60_000) % 1440;
  return prices.find(({ fromMinute, toMinute }) => fromMinute <= minute && minute < toMinute)?.price;
}

/** A loop: this is looked for with every request. */
function priceFrom(prices: readonly DatedPrice[], atMs: number): DatedPrice | undefined {
  for (let index = 0; index < prices.length; index++) {
    const price = prices[index];
    if (price !== undefined && price.fromMs <= atMs) return price;
  }
  return undefined;
}

/**
 * Whether it is known what a tier costs. A price of the catalog that does not list a tier says nothing of it; an operator's
 * own price without any holds for all.
 */
export function pricesTier({ serviceTiers: listed, version }: Price, serviceTier: string | undefined): boolean {
  // Not all models cost more where they are bound to a country.
  if (!isServiceTier(serviceTier) || serviceTier === "us") return true;
  return listed === undefined ? !version.startsWith("catalog:") : listed[serviceTier] !== undefined;
}

/** The rates for a whole input of so many tokens, in the tier that served; a tier without a price of its own is standard. */
export function ratesAt(price: Price, inputTokens: number, serviceTier?: string): Rates {
  const service = isServiceTier(serviceTier) ? price.serviceTiers?.[serviceTier] : undefined;
  const context = tierAbove(price.contextTiers, inputTokens);
  const serviceContext = tierAbove(service?.contextTiers, inputTokens);
  if (service === undefined && context === undefined) return price;
  return { ...price, ...context, ...service, ...serviceContext };
}

/** What tokens of a class cost where their class is not listed: an hour's cache as five minutes', the rest as plain ones. */
export function rateOf(rates: Rates, tokenClass: TokenClass): number {
  switch (tokenClass) {
    case "input":
    case "output":
      return rates[tokenClass];
    case "cacheWrite1h":
      return rates.cacheWrite1h ?? rates.cacheWrite ?? rates.input;
    case "cacheRead":
    case "cacheWrite":
    case "inputAudio":
    case "inputImage":
      return rates[tokenClass] ?? rates.input;
    case "reasoning":
    case "outputAudio":
    case "outputImage":
      return rates[tokenClass] ?? rates.output;
  }
}

/** What a request that has not run yet may use. */
export type Prospect = {
  /** At most. */
  readonly inputTokens: number;
  /** At most, of each choice. */
  readonly outputTokens: number;
  /** As the request asks for it, in the words of its dialect; absent: standard. */
  readonly serviceTier?: string;
  readonly choices: number;
  /** The classes of tokens that it cannot use; absent: it may use all. */
  readonly unused?: UnusedClasses;
};

export type UnusedClasses = ReadonlySet<TokenClass>;

/**
 * The most that a request can cost: all its input in the dearest input class, all its output in the dearest output
 * class, whichever context tier the input may reach and whichever service tier may serve it. Searches are not in it.
 */
export function worstCaseCost(price: Price, prospect: Prospect): NanoDollars {
  const { inputTokens, outputTokens, choices, serviceTier, unused } = prospect;
  const rates = dearestRates(price, inputTokens, serviceTier, unused);
  const output = outputTokens * choices;
  const picoDollars = inputTokens * rates.input + output * rates.output;
  const costs: readonly TokenCost[] = isExact(picoDollars)
    ? []
    : [
        [inputTokens, rates.input],
        [output, rates.output],
      ];
  return roundCost(picoDollars, costs, price.perRequest ?? 0);
}

/** The dearest rates of input and output that a request may be charged by, micro-dollars per million tokens. */
export function dearestRates(
  price: Price,
  inputTokens: number,
  serviceTier?: string,
  unused: UnusedClasses = noClasses,
): { readonly input: number; readonly output: number } {
  let input = 0;
  let output = 0;
  for (const tier of tiersThatMayServe(serviceTier)) {
    for (const length of lengthsUpTo(inputTokens, price, tier)) {
      const rates = ratesAt(price, length, tier);
      for (const name of inputClasses) if (!unused.has(name)) input = Math.max(input, rateOf(rates, name));
      for (const name of outputClasses) if (!unused.has(name)) output = Math.max(output, rateOf(rates, name));
    }
  }
  return { input, output };
}

const noClasses: UnusedClasses = new Set();
const tierNames: ReadonlySet<string> = new Set(serviceTiers);
const standardOnly = ["standard"] as const;
const anyTier = ["standard", ...serviceTiers] as const;

/**
 * The tiers that may be charged when a request asks for one. Standard always may: providers fall back to it. `auto`
 * leaves the choice between it and priority to the provider, an unknown word leaves every choice.
 */
function tiersThatMayServe(asked: string | undefined): readonly string[] {
  switch (asked) {
    case undefined:
    case "default":
    case "standard":
    case "standard_only":
      return standardOnly;
    case "auto":
      return ["standard", "priority"];
    default:
      return isServiceTier(asked) ? ["standard", asked] : anyTier;
  }
}

/** A length of input within each context tier that can be reached. */
function lengthsUpTo(inputTokens: number, price: Price, serviceTier: string): readonly number[] {
  const service = isServiceTier(serviceTier) ? price.serviceTiers?.[serviceTier]?.contextTiers : undefined;
  if (price.contextTiers === undefined && service === undefined) return [inputTokens];
  const starts = [...(price.contextTiers ?? []), ...(service ?? [])].map(({ aboveTokens }) => aboveTokens + 1);
  return [0, ...starts.filter((start) => start <= inputTokens)];
}

function tierAbove(tiers: ContextTiers | undefined, inputTokens: number): Partial<Rates> | undefined {
  return tiers === undefined ? undefined : tierOf(tiers, inputTokens);
}

function tierOf(tiers: ContextTiers, inputTokens: number): Partial<Rates> | undefined {
  return tiers.findLast(({ aboveTokens }) => inputTokens > aboveTokens)?.rates;
}

function isServiceTier(name: string | undefined): name is ServiceTier {
  return name !== undefined && tierNames.has(name);
}
