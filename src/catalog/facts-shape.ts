import type { DatedPrice, Price, Rates, ServiceTier } from "#core/money";
import { type Capability, type ModelFacts, type ModelMode, modelCapabilities, modelModes } from "#core/snapshot";
import { type Fields, list, object, oneOf, optional, type Shape, string } from "#lib/shape";

/** What a line of a catalog says of a model. What a target accepts is no part of it. */
export type CatalogFacts = Omit<ModelFacts, "id" | "traits">;

/** No price or limit is larger; what is would only be a way around budgets, or break sums. */
const mostMicroDollars = 1e12;

const amount: Shape<number> = within(0, mostMicroDollars);
const tokens: Shape<number> = within(1, 1e9);

const rates: Fields<Partial<Rates>> = {
  input: optional(amount),
  output: optional(amount),
  cacheRead: optional(amount),
  cacheWrite: optional(amount),
  cacheWrite1h: optional(amount),
  reasoning: optional(amount),
  inputAudio: optional(amount),
  outputAudio: optional(amount),
  inputImage: optional(amount),
  outputImage: optional(amount),
};

type ContextTier = NonNullable<Price["contextTiers"]>[number];
type TierRates = NonNullable<NonNullable<Price["serviceTiers"]>[ServiceTier]>;
type HourlyPrice = NonNullable<DatedPrice["hours"]>[number];

const contextTiers = list(object<ContextTier>({ aboveTokens: tokens, rates: object<Partial<Rates>>(rates) }));
const tierRates = optional(object<TierRates>({ ...rates, contextTiers: optional(contextTiers) }));

const price = object<Price>({
  ...rates,
  input: amount,
  output: amount,
  version: word(64),
  perRequest: optional(amount),
  perSearch: optional(amount),
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

const minute: Shape<number> = within(0, 1440);

export const factsShape = object<CatalogFacts>({
  prices: optional(
    list(
      object<DatedPrice>({
        fromMs: within(0, 8e15),
        price,
        hours: optional(list(object<HourlyPrice>({ fromMinute: minute, toMinute: minute, price }))),
      }),
    ),
  ),
  contextTokens: optional(tokens),
  maxOutputTokens: optional(tokens),
  unknown: optional(list(oneOf("contextTokens", "maxOutputTokens"))),
  mode: optional(oneOf<ModelMode>(...modelModes)),
  releasedOn: optional(word(10)),
  capabilities: optional(list(oneOf<Capability>(...modelCapabilities))),
});

function within(least: number, most: number): Shape<number> {
  const fault = { path: "", message: `must be a whole number from ${least} to ${most}` };
  return { fault: (value) => (isWholeWithin(value, least, most) ? undefined : fault) };
}

function isWholeWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most;
}

function word(longest: number): Shape<string> {
  const fault = { path: "", message: `must be a text of at most ${longest} printable characters` };
  return { fault: (value) => string.fault(value) ?? (isWord(value, longest) ? undefined : fault) };
}

function isWord(value: unknown, longest: number): boolean {
  return typeof value === "string" && value.length <= longest && /^[\x20-\x7e]*$/.test(value);
}
