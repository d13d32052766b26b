import type { ModelFacts } from "#core/snapshot";
import data from "./data/models.json";

/** What is publicly known of models: limits and list prices, by provider id. Shipped data, see `scripts/update-catalog.mjs`. */
export type Catalog = {
  /** Facts of one model at one provider. */
  readonly find: (provider: string, model: string) => ModelFacts | undefined;
  /** Every model of one provider. */
  readonly list: (provider: string) => readonly ModelFacts[];
  /** Providers that list a bare model name; its maker, where one of them is, comes first. */
  readonly providersOf: (model: string) => readonly string[];
};

export function createCatalog(entries: { readonly [provider: string]: readonly ModelFacts[] } = data): Catalog {
  const byProvider = new Map(
    Object.entries(entries).map(([id, models]) => [id, new Map(models.map((model) => [model.id, model]))]),
  );
  return {
    find: (provider, model) => byProvider.get(provider)?.get(model),
    list: (provider) => [...(byProvider.get(provider)?.values() ?? [])],
    providersOf: (model) => [...byProvider].filter(([, models]) => models.has(model)).map(([id]) => id),
  };
}
