import type { ListedModel } from "#core/listed-model";
import type { ModelFacts, Snapshot } from "#core/snapshot";

/** Every name a snapshot answers to: aliases first, then `provider/model` by configuration and catalog. */
export function listModels(
  snapshot: Snapshot,
  catalog: { readonly list: (provider: string) => readonly ModelFacts[] },
  allows: (name: string) => boolean,
): readonly ListedModel[] {
  const listed: ListedModel[] = [...snapshot.routes.keys()].map((id) => ({ id, ownedBy: "headgate" }));
  for (const provider of snapshot.providers.values()) {
    const models = new Map(catalog.list(provider.id).map((model) => [model.id, model]));
    for (const [id, model] of provider.models) models.set(id, { ...models.get(id), ...model });
    for (const [id, facts] of models) listed.push({ id: `${provider.id}/${id}`, ownedBy: provider.id, facts });
  }
  return listed.filter(({ id }) => allows(id));
}
