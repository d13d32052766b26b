import { formatDecimal } from "#lib/decimal";

/** Money is an integer count of nano-dollars (10⁻⁹ US dollars), exact below 2⁵³ (about nine million dollars). */
export type NanoDollars = number;

/** Micro-dollars (10⁻⁶ US dollars) per million tokens of each class; an absent class costs as `input` or `output`. */
export type Rates = {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly cacheWrite1h?: number;
  readonly reasoning?: number;
  readonly inputAudio?: number;
  readonly outputAudio?: number;
  readonly inputImage?: number;
  readonly outputImage?: number;
};

/**
 * The ways in which a provider may be asked to take more or less care, at a price of their own (`fast`: Anthropic's fast mode;
 * `us`: its inference in the United States alone, https://platform.claude.com/docs/en/build-with-claude/data-residency).
 */
export const serviceTiers = ["batch", "flex", "priority", "fast", "us"] as const;
export type ServiceTier = (typeof serviceTiers)[number];

/** Ascending. A request whose whole input is longer pays the rates of the last tier it is above, for all its tokens. */
export type ContextTiers = readonly { readonly aboveTokens: number; readonly rates: Partial<Rates> }[];

export type Price = Rates & {
  /** Tells one price from another in records, e.g. `catalog:3f2a91c0`, `config:77b01d2e`. */
  readonly version: string;
  /** For each request, beside its tokens. */
  readonly perRequest?: NanoDollars;
  /** For each web search that the provider runs. */
  readonly perSearch?: NanoDollars;
  readonly contextTiers?: ContextTiers;
  /** Laid over the rates above, context tiers included; its own context tiers over that. */
  readonly serviceTiers?: { readonly [T in ServiceTier]?: Partial<Rates> & { readonly contextTiers?: ContextTiers } };
};

/** A price and the moment from which it holds, milliseconds since the epoch. */
export type DatedPrice = {
  readonly fromMs: number;
  readonly price: Price;
  /** Hours of the day with a price of their own: minutes since midnight UTC, from ≤ minute < to. */
  readonly hours?: readonly { readonly fromMinute: number; readonly toMinute: number; readonly price: Price }[];
};

/** Shows nano-dollars as dollars: a plain decimal without exponent or trailing zeros, e.g. `0.000125`. */
export function formatDollars(amount: NanoDollars): string {
  return formatDecimal(amount, 9);
}
