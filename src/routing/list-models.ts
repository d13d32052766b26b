import type { ListedModel } from "#core/listed-model";
import type { Snapshot } from "#core/snapshot";
import type { ModelRef } from "#core/target";
import { type ModelCatalog, type Resolution, resolveModel } from "./resolve-model";

export type ListingCatalog = ModelCatalog & { readonly list: (provider: string) => readonly { readonly id: string }[] };

/** What the caller may ask for by name, and be served. */
export type Allowed = {
  readonly name: (name: string) => boolean;
  readonly target: (ref: ModelRef) => boolean;
};

/**
 * The names that a snapshot answers to and the caller may use: aliases first, then `provider/model` by configuration
 * and catalog, or the bare name where the caller may use that alone.
 */
export function listModels(snapshot: Snapshot, catalog: ListingCatalog, allowed: Allowed): readonly ListedModel[] {
  const find = (name: string) => findModel(name, snapshot, catalog, allowed);
  const served = [...snapshot.providers.values()].flatMap((provider) => {
    const ids = new Set([...catalog.list(provider.id).map((model) => model.id), ...provider.models.keys()]);
    return [...ids].flatMap((id) => find(`${provider.id}/${id}`) ?? find(id) ?? []);
  });
  const aliases = [...snapshot.routes.keys()].flatMap((alias) => find(alias) ?? []);
  return [...new Map([...aliases, ...served].map((model) => [model.id, model])).values()];
}

/** One name that the caller may ask for, known to a list or not; undefined where it leads nowhere for this caller. */
export function findModel(
  name: string,
  snapshot: Snapshot,
  catalog: ModelCatalog,
  allowed: Allowed,
): ListedModel | undefined {
  if (!allowed.name(name)) return undefined;
  const resolution = resolveModel(name, snapshot, catalog);
  const refs = resolution === undefined ? [] : refsOf(resolution).filter(allowed.target);
  const [ref] = refs;
  if (ref === undefined) return undefined;
  if (snapshot.routes.has(name)) return { id: name, ownedBy: "headgate" };
  return { id: name, ownedBy: ref.provider.id, ...(ref.facts === undefined ? {} : { facts: ref.facts }) };
}

function refsOf({ targets, fallbacks }: Resolution): readonly ModelRef[] {
  return [...targets.map(({ ref }) => ref), ...fallbacks];
}
