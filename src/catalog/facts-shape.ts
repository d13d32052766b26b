import type { DatedPrice } from "#core/money";
import { datedPriceFields } from "#core/price-shape";
import { type Capability, type ModelFacts, type ModelMode, modelCapabilities, modelModes } from "#core/snapshot";
import { list, object, oneOf, optional, type Shape, string } from "#lib/shape";

/** What a line of a catalog says of a model. What a target accepts is no part of it. */
export type CatalogFacts = Omit<ModelFacts, "id" | "traits">;

/** No price or limit is larger; what is would only be a way around budgets, or break sums. */
const mostMicroDollars = 1e12;

const amount: Shape<number> = within(0, mostMicroDollars);
const tokens: Shape<number> = within(1, 1e9);

const datedPrice = object<DatedPrice>(
  datedPriceFields({ amount, tokens, version: word(64), timeMs: within(0, 8e15), minute: within(0, 1440) }),
);

export const factsShape = object<CatalogFacts>({
  prices: optional(list(datedPrice)),
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
