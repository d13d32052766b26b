import type { ConfiguredProvider, Source } from "#config/configured";
import type { ModelConfig } from "#config/provider-schema";
import { withPriceOverrides } from "#core/price-override";
import type { ModelFacts, Provider, SnapshotContent } from "#core/snapshot";
import type { ProviderDefinition } from "#providers/provider";
import type { ApiServices } from "../services";

/** A model at a provider, with what holds of it: configuration over the catalog. */
export type ListedModel = {
  readonly provider: string;
  readonly facts: ModelFacts;
  readonly inCatalog: boolean;
  /** Of its provider's configuration; undefined where that is not switched on. */
  readonly declared?: { readonly source: Source; readonly own?: Omit<ModelConfig, "id"> };
};

export type ModelSources = {
  readonly content: Pick<SnapshotContent, "providers" | "prices">;
  readonly configured: readonly ConfiguredProvider[];
  readonly definitions: ReadonlyMap<string, ProviderDefinition>;
  readonly catalog: Pick<ApiServices["catalog"], "list">;
};

/** Each model of the providers that are switched on, in their order, then of those that could be. */
export function listModels(sources: ModelSources): readonly ListedModel[] {
  const { content, definitions } = sources;
  const others = [...definitions.values()].filter(({ id }) => !content.providers.has(id));
  return [
    ...[...content.providers.values()].flatMap((provider) => modelsOf(provider, sources)),
    ...others.flatMap(({ id, models }) => modelsOf({ id, models: byId(models) }, sources)),
  ];
}

function modelsOf(
  { id: provider, models }: Pick<Provider, "id" | "models">,
  { catalog, configured, content }: ModelSources,
): readonly ListedModel[] {
  const declaring = configured.find(({ id }) => id === provider);
  const own = new Map(declaring?.config.models?.map(({ id, ...config }) => [id, config]));
  const known = byId(catalog.list(provider));
  const all = new Map(known);
  for (const model of models.values()) all.set(model.id, { ...known.get(model.id), ...model });
  return [...all.values()].map((merged) => {
    const { id } = merged;
    const prices = models.get(id)?.prices ?? withPriceOverrides(provider, id, merged.prices, content.prices);
    const said = own.get(id);
    return {
      provider,
      facts: prices === undefined ? merged : { ...merged, prices },
      inCatalog: known.has(id),
      ...(declaring !== undefined && {
        declared: { source: declaring.source, ...(said !== undefined && { own: said }) },
      }),
    };
  });
}

function byId(models: readonly ModelFacts[] = []): ReadonlyMap<string, ModelFacts> {
  return new Map(models.map((model) => [model.id, model]));
}
