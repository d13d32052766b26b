import type { ModelFacts, Provider, Snapshot } from "#core/snapshot";
import type { ModelRef } from "#core/target";

/** What routing needs of the catalog. */
export type ModelCatalog = {
  readonly find: (provider: string, model: string) => ModelFacts | undefined;
  readonly providersOf: (model: string) => readonly string[];
};

/** Where a model name leads: weighted targets, one of which comes first, then fallbacks in order. */
export type Resolution = {
  readonly targets: readonly { readonly ref: ModelRef; readonly weight: number }[];
  readonly fallbacks: readonly ModelRef[];
};

/** Names remembered per snapshot: enough for every model there is, few enough for names that clients make up. */
const maxRemembered = 10_000;

/** `resolveModel` that looks a name up once per snapshot. */
export function createModelResolver(
  catalog: ModelCatalog,
): (name: string, snapshot: Snapshot) => Resolution | undefined {
  const remembered = new WeakMap<Snapshot, Map<string, Resolution>>();
  return (name, snapshot) => {
    let known = remembered.get(snapshot);
    if (known === undefined) {
      known = new Map();
      remembered.set(snapshot, known);
    }
    const found = known.get(name) ?? resolveModel(name, snapshot, catalog);
    if (found !== undefined && known.size < maxRemembered) known.set(name, found);
    return found;
  };
}

/**
 * Resolves a model name: exact alias, then `provider/model` of a configured provider, then a bare name (its maker if
 * configured, else the first configured provider that serves it, in file order). Undefined when nothing serves it.
 */
export function resolveModel(name: string, snapshot: Snapshot, catalog: ModelCatalog): Resolution | undefined {
  const route = snapshot.routes.get(name);
  if (route === undefined) {
    const ref = resolveRef(name, snapshot, catalog);
    return ref && { targets: [{ ref, weight: 1 }], fallbacks: [] };
  }
  const targets = route.targets.flatMap(({ model, weight }) => {
    const ref = resolveRef(model, snapshot, catalog);
    return ref === undefined ? [] : [{ ref, weight }];
  });
  const fallbacks = route.fallbacks.flatMap((model) => resolveRef(model, snapshot, catalog) ?? []);
  return { targets, fallbacks };
}

function resolveRef(name: string, snapshot: Snapshot, catalog: ModelCatalog): ModelRef | undefined {
  const slash = name.indexOf("/");
  const named = slash > 0 ? snapshot.providers.get(name.slice(0, slash)) : undefined;
  if (named !== undefined && slash < name.length - 1) return refAt(named, name.slice(slash + 1), catalog);
  const [maker = ""] = catalog.providersOf(name);
  const making = snapshot.providers.get(maker);
  if (making !== undefined) return refAt(making, name, catalog);
  for (const provider of snapshot.providers.values()) {
    if (provider.models.has(name) || catalog.find(provider.id, name) !== undefined)
      return refAt(provider, name, catalog);
  }
  return undefined;
}

function refAt(provider: Provider, model: string, catalog: ModelCatalog): ModelRef {
  const configured = provider.models.get(model);
  const known = catalog.find(provider.id, model);
  const facts = configured === undefined ? known : { ...known, ...configured };
  return { provider, model, facts };
}
