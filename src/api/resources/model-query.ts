import * as z from "zod";
import { modelCapabilities, modelModes } from "#core/snapshot";
import { scaleDecimal } from "#lib/decimal";
import { pageFields } from "../paging";
import type { ListedModel } from "./model-list";

const text = z.string().min(1).max(200).exactOptional();
const tokens = z
  .string()
  .regex(/^\d{1,12}$/, { message: "must be a whole number" })
  .transform(Number)
  .exactOptional();

const orders = ["price", "context", "released"] as const;

export const modelQuery = z.strictObject({
  ...pageFields,
  provider: z.string().min(1).exactOptional().meta({ description: "Only what this provider serves." }),
  capability: z
    .string()
    .refine((words) => words.split(",").every((word) => modelCapabilities.some((known) => known === word)), {
      message: `must be of ${modelCapabilities.join(", ")}, separated by commas`,
    })
    .exactOptional()
    .meta({ description: `Only models that can do this: of ${modelCapabilities.join(", ")}; several: all of them.` }),
  mode: z.enum(modelModes).exactOptional().meta({ description: "Only models for this." }),
  min_context: tokens.meta({ description: "Only models with a context window of so many tokens." }),
  max_input_price: z
    .string()
    .refine((amount) => (scaleDecimal(amount, 6) ?? -1) >= 0, { message: "must be an amount from 0" })
    .exactOptional()
    .meta({ description: "Only models whose input costs at most so many US dollars per million tokens." }),
  q: text.meta({ description: "Only names that hold this text, in any case; several words: all of them." }),
  search: text.meta({ description: "Only names that hold this text exactly." }),
  own: z.literal("true").exactOptional().meta({ description: "Only models that configuration adds or changes." }),
  catalog: z.enum(["configured", "all"]).exactOptional().meta({
    default: "configured",
    description: "`all`: models of known providers that are not switched on too.",
  }),
  order: z.enum(orders).exactOptional().meta({
    description: "The cheapest input, the largest context or the newest first; left out: by provider and name.",
  }),
});

export type ModelQuery = z.output<typeof modelQuery>;

export function passesQuery(model: ListedModel, query: ModelQuery, nowMs: number): boolean {
  const { facts, provider, declared } = model;
  const { q = "", search = "", capability, mode, min_context: minContext, max_input_price: maxPrice } = query;
  const name = `${provider}/${facts.id}`;
  return (
    (query.provider === undefined || query.provider === provider) &&
    (query.catalog === "all" || declared !== undefined) &&
    (query.own === undefined || declared?.own !== undefined) &&
    name.includes(search) &&
    hasWords(name, q) &&
    (capability === undefined || capability.split(",").every((word) => canDo(facts, word))) &&
    (mode === undefined || facts.mode === mode) &&
    (minContext === undefined || (facts.contextTokens ?? 0) >= minContext) &&
    (maxPrice === undefined || inputPrice(model, nowMs) <= (scaleDecimal(maxPrice, 6) ?? 0))
  );
}

export function hasWords(name: string, text: string): boolean {
  const inLowerCase = name.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => inLowerCase.includes(word));
}

function canDo({ capabilities = [] }: ListedModel["facts"], word: string): boolean {
  return capabilities.some((capability) => capability === word);
}

/** Micro-dollars per million tokens; infinite where unknown, so that such models come last. */
function inputPrice({ facts: { prices = [] } }: ListedModel, nowMs: number): number {
  return prices.find(({ fromMs }) => fromMs <= nowMs)?.price.input ?? Number.POSITIVE_INFINITY;
}

export function inOrder(
  models: readonly ListedModel[],
  order: ModelQuery["order"],
  nowMs: number,
): readonly ListedModel[] {
  switch (order) {
    case undefined:
      return models;
    case "price":
      return models.toSorted((a, b) => compare(inputPrice(a, nowMs), inputPrice(b, nowMs)));
    case "context":
      return models.toSorted((a, b) => (b.facts.contextTokens ?? 0) - (a.facts.contextTokens ?? 0));
    case "released":
      return models.toSorted((a, b) => compare(b.facts.releasedOn ?? "", a.facts.releasedOn ?? ""));
  }
}

function compare<T extends string | number>(a: T, b: T): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
