import { withPriceOverrides } from "#core/price-override";
import type { ModelFacts, PriceOverride, Provider, Snapshot } from "#core/snapshot";
import type { ModelRef } from "#core/target";
import { plainModelName } from "./plain-name";
import { defaultStrategy } from "./strategies/registry";
import type { RouteTarget } from "./strategies/strategy";

/** What routing needs of the catalog. */
export type ModelCatalog = {
  readonly find: (provider: string, model: string) => ModelFacts | undefined;
  readonly lists: (provider: string, model: string) => boolean;
  readonly providersOf: (model: string) => readonly string[];
};

/** Where a model name leads: targets, one of which comes first, then fallbacks in order. */
export type Resolution = {
  /** The name of what puts the targets in order. */
  readonly strategy: string;
  readonly targets: readonly RouteTarget[];
  readonly fallbacks: readonly ModelRef[];
};

/** Names remembered per snapshot: enough for every model there is. */
const maxRemembered = 10_000;

/** `resolveModel` that looks a name up once per snapshot, unless it is one that a client may have made up. */
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
    if (found !== undefined && known.size < maxRemembered && isListed(found)) known.set(name, found);
    return found;
  };
}

/** Whether configuration or the catalog has every target: a client may make up the names of others. */
export function isListed({ targets }: Resolution): boolean {
  return targets.every(({ ref }) => ref.isUnlisted !== true);
}

/**
 * Resolves a model name: exact alias, then `provider/model` of a configured provider, then a bare name (its maker if
 * configured, else the first configured provider that serves it, in file order). Undefined when nothing serves it.
 */
export function resolveModel(name: string, snapshot: Named, catalog: ModelCatalog): Resolution | undefined {
  const route = snapshot.routes.get(name);
  if (route === undefined) {
    const ref = resolveRef(name, snapshot, catalog);
    return ref && { strategy: defaultStrategy, targets: [{ ref, weight: 1 }], fallbacks: [] };
  }
  const targets = route.targets.flatMap(({ model, weight }) => {
    const ref = resolveRef(model, snapshot, catalog);
    return ref === undefined ? [] : [{ ref, weight }];
  });
  const fallbacks = route.fallbacks.flatMap((model) => resolveRef(model, snapshot, catalog) ?? []);
  return { strategy: route.strategy ?? defaultStrategy, targets, fallbacks };
}

/** Without prices where it does not matter what the targets cost. */
type Named = Pick<Snapshot, "providers" | "routes"> & Partial<Pick<Snapshot, "prices">>;

function resolveRef(asked: string, snapshot: Named, catalog: ModelCatalog): ModelRef | undefined {
  const name = plainModelName(asked, snapshot);
  const refAt = (provider: Provider, model: string): ModelRef => {
    const ref = refOf(provider, model, catalog, snapshot.prices ?? []);
    const isListed =
      provider.models.has(model) ||
      catalog.lists(provider.id, model) ||
      isInRoute(`${provider.id}/${model}`, snapshot.routes);
    return isListed ? ref : { ...ref, isUnlisted: true };
  };
  const slash = name.indexOf("/");
  const named = slash > 0 ? snapshot.providers.get(name.slice(0, slash)) : undefined;
  if (named !== undefined && slash < name.length - 1) return refAt(named, name.slice(slash + 1));
  const [maker = ""] = catalog.providersOf(name);
  const making = snapshot.providers.get(maker);
  if (making !== undefined) return refAt(making, name);
  for (const provider of snapshot.providers.values()) {
    if (provider.models.has(name) || catalog.find(provider.id, name) !== undefined) return refAt(provider, name);
  }
  return undefined;
}

/** Collected once for each compiled set of routes: a client may ask for ever new names that nobody lists. */
const namesInRoutes = new WeakMap<Snapshot["routes"], ReadonlySet<string>>();

function isInRoute(name: string, routes: Snapshot["routes"]): boolean {
  let names = namesInRoutes.get(routes);
  if (names === undefined) {
    names = new Set(
      [...routes.values()].flatMap((route) => [...route.targets.map(({ model }) => model), ...route.fallbacks]),
    );
    namesInRoutes.set(routes, names);
  }
  return names.has(name);
}

/** A price that the provider's own entry for the model sets comes before overrides, and those before the catalog's. */
function refOf(
  provider: Provider,
  model: string,
  catalog: ModelCatalog,
  overrides: readonly PriceOverride[],
): ModelRef {
  const configured = provider.models.get(model);
  const known = catalog.find(provider.id, model);
  const facts = configured === undefined ? known : { ...known, ...configured };
  if (configured?.prices !== undefined) return { provider, model, facts };
  const prices = withPriceOverrides(provider.id, model, facts?.prices, overrides);
  return {
    provider,
    model,
    facts: prices === facts?.prices ? facts : { id: model, ...facts, ...(prices && { prices }) },
  };
}
