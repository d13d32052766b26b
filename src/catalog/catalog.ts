import type { ModelFacts } from "#core/snapshot";
import { shippedCatalog } from "./shipped-catalog";

/** What is publicly known of models: abilities, limits and list prices, by provider id. Shipped data, see `docs/internals/prices.md`. */
export type Catalog = {
  /** Facts of one model at one provider, under the name that was asked for. */
  readonly find: (provider: string, model: string) => ModelFacts | undefined;
  /** Whether that very name is listed, dates and all. */
  readonly lists: (provider: string, model: string) => boolean;
  /** Every model that one provider lists. */
  readonly list: (provider: string) => readonly ModelFacts[];
  /** Providers that list a bare model name; its maker, where one of them is, comes first. */
  readonly providersOf: (model: string) => readonly string[];
};

/**
 * A catalog over lines of `provider <tab> model <tab> facts as JSON`, makers of models before those who only serve them.
 * Nothing is read before the first question; then lines are told apart, and the facts of a model are parsed when they
 * are asked for.
 *
 * A name that is not listed is looked up without its date (`-2024-08-06`, `-20250929`, `@20250929`) or `-latest`:
 * providers name the states of one model so, and list those that differ in price. No other part of a name is taken off.
 */
export function createCatalog(lines: string = shippedCatalog): Catalog {
  let index: Index | undefined;
  const indexed = () => {
    index ??= indexLines(lines);
    return index;
  };

  const factsOf = (provider: string, model: string): ModelFacts | undefined => {
    const found = indexed().byProvider.get(provider)?.get(model);
    if (found === undefined) return undefined;
    found.facts ??= parseFacts(model, found.json);
    return found.facts;
  };

  return {
    find: (provider, model) => {
      const exact = factsOf(provider, model);
      if (exact !== undefined) return exact;
      const undated = factsOf(provider, withoutDate(model));
      return undated && { ...undated, id: model };
    },
    lists: (provider, model) => indexed().byProvider.get(provider)?.has(model) ?? false,
    list: (provider) =>
      [...(indexed().byProvider.get(provider)?.keys() ?? [])].flatMap((model) => factsOf(provider, model) ?? []),
    providersOf: (model) => indexed().byModel.get(model) ?? indexed().byModel.get(withoutDate(model)) ?? [],
  };
}

type Index = {
  readonly byProvider: ReadonlyMap<string, ReadonlyMap<string, { readonly json: string; facts?: ModelFacts }>>;
  readonly byModel: ReadonlyMap<string, readonly string[]>;
};

function indexLines(lines: string): Index {
  const byProvider = new Map<string, Map<string, { readonly json: string }>>();
  const byModel = new Map<string, string[]>();
  for (const line of lines.split("\n")) {
    const [provider, model, json] = line.split("\t");
    if (provider === undefined || model === undefined || json === undefined) continue;
    const models = byProvider.get(provider) ?? new Map();
    byProvider.set(provider, models.set(model, { json }));
    const providers = byModel.get(model);
    if (providers === undefined) byModel.set(model, [provider]);
    else providers.push(provider);
  }
  return { byProvider, byModel };
}

function parseFacts(id: string, json: string): ModelFacts {
  const facts: Omit<ModelFacts, "id"> = JSON.parse(json);
  return { id, ...facts };
}

function withoutDate(model: string): string {
  return model.replace(/[-@](?:20\d{2}-\d{2}-\d{2}|20\d{6})$|-latest$/, "");
}
