import type { Answer } from "#api/call";
import type { Usage, WholeRecord } from "../record";

type Model = Answer<"GET /api/models">["data"][number];
type Price = NonNullable<Model["price"]>;
type Rates = { readonly [name in RateName]?: string | undefined };
type RateName =
  | "input"
  | "output"
  | "cache_read"
  | "cache_write"
  | "cache_write_1h"
  | "reasoning"
  | "input_audio"
  | "output_audio"
  | "input_image"
  | "output_image";

export type CostLine = {
  readonly name: string;
  readonly count: number;
  /** Dollars per million tokens, or per search. */
  readonly rate: number | undefined;
  readonly cost: number | undefined;
};

const classes: readonly { readonly name: string; readonly of: RateName; readonly otherwise: "input" | "output" }[] = [
  { name: "Input", of: "input", otherwise: "input" },
  { name: "Read from cache", of: "cache_read", otherwise: "input" },
  { name: "Written to cache", of: "cache_write", otherwise: "input" },
  { name: "Written to cache for 1 h", of: "cache_write_1h", otherwise: "input" },
  { name: "Input audio", of: "input_audio", otherwise: "input" },
  { name: "Input images", of: "input_image", otherwise: "input" },
  { name: "Output", of: "output", otherwise: "output" },
  { name: "Reasoning", of: "reasoning", otherwise: "output" },
  { name: "Output audio", of: "output_audio", otherwise: "output" },
  { name: "Output images", of: "output_image", otherwise: "output" },
];

/** Of all prices that a model has those that the record was charged by; undefined where it has others by now. */
export function priceOf(models: readonly Model[], { provider, model, price_version }: WholeRecord): Price | undefined {
  const found = models.find(({ id }) => id === `${provider}/${model}`);
  const prices = [...(found?.price === undefined ? [] : [found.price]), ...(found?.other_prices ?? [])];
  return prices.find(({ version }) => version === price_version);
}

/** Tokens by class, each with its rate and what it cost as far as the price is known. */
export function costLines(usage: Usage, record: WholeRecord, price: Price | undefined): readonly CostLine[] {
  const rates = price && ratesFor(price, record, usage);
  const lines = classes.map(({ name, of, otherwise }): CostLine => {
    const count = usage[of];
    const text = rates?.[of] ?? rates?.[otherwise];
    const rate = text === undefined ? undefined : Number(text);
    return { name, count, rate, cost: rate === undefined ? undefined : (rate * count) / 1e6 };
  });
  const single = (name: string, count: number, text: string | undefined): CostLine => {
    const rate = text === undefined ? undefined : Number(text);
    return { name, count, rate, cost: rate === undefined ? undefined : rate * count };
  };
  const others = [
    single("Searches", usage.searches, price?.per_search),
    ...(price?.per_request === undefined ? [] : [single("Request", 1, price.per_request)]),
  ];
  return [...lines, ...others].filter(({ count }) => count > 0);
}

/** The rates of the hour, of the tier that was served, and of how long the input was. */
function ratesFor(price: Price, record: WholeRecord, usage: Usage): Rates {
  const hour = price.hours?.find(({ from, to }) => isWithin(record.started_at, from, to));
  const base = { ...price, ...hour };
  const tier = record.service_tier === undefined ? undefined : base.service_tiers?.[record.service_tier];
  const input =
    usage.input + usage.cache_read + usage.cache_write + usage.cache_write_1h + usage.input_audio + usage.input_image;
  const above = (tiers: Price["context_tiers"]) => tiers?.filter(({ above: tokens }) => input > tokens).at(-1);
  return { ...base, ...above(base.context_tiers), ...tier, ...above(tier?.context_tiers) };
}

/** Times of day in UTC, `16:30Z`; the end may lie behind midnight. */
function isWithin(at: string, from: string, to: string): boolean {
  const time = `${new Date(at).toISOString().slice(11, 16)}Z`;
  return from <= to ? from <= time && time < to : time >= from || time < to;
}
