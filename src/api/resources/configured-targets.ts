import { type HealthState, hasServed } from "#core/health";
import type { Provider, SnapshotContent } from "#core/snapshot";
import { type HealthName, parseHealthName } from "#metrics/health-name";
import { keysFor } from "#routing/candidates";
import { type ModelCatalog, resolveModel } from "#routing/resolve-model";

/** A target that configuration names, or that was used; `routes` are the aliases that lead to it. */
export type KnownTarget = Required<HealthName> & {
  /** The name of its health row. */
  readonly name: string;
  readonly configured: boolean;
  readonly routes: readonly RoutePlace[];
};

export type RoutePlace =
  | { readonly alias: string; readonly as: "target"; readonly weight: number }
  /** `position` counts from 1. */
  | { readonly alias: string; readonly as: "fallback"; readonly position: number };

type Known = Pick<SnapshotContent, "providers" | "routes">;
type HealthRow = { readonly name: string; readonly state: HealthState };

/**
 * The rows that are worth to be shown: of targets that are configured or have answered once, and of provider keys. The rest may
 * be names that clients made up.
 */
export function shownRows(rows: readonly HealthRow[], content: Known, catalog: ModelCatalog): readonly HealthRow[] {
  let configured: ReadonlySet<string> | undefined;
  return rows.filter(({ name, state }) => {
    if (hasServed(state) || parseHealthName(name).model === undefined) return true;
    configured ??= new Set(knownTargets(content, catalog, []).map((target) => target.name));
    return configured.has(name);
  });
}

/**
 * Every target of a route, every configured model, each with every provider key that may be used for it, and every
 * target that has a health row; by provider in file order, then by name.
 */
export function knownTargets(
  content: Known,
  catalog: ModelCatalog,
  healthNames: readonly string[],
): readonly KnownTarget[] {
  const { providers } = content;
  const places = routePlaces(content.routes, providers, catalog);
  const found = new Map<string, KnownTarget>();
  const add = (provider: Provider, model: string) => {
    for (const key of keysFor(provider, model)) {
      const name = `${provider.id}/${model}#${key.name}`;
      const routes = places.get(`${provider.id}/${model}`) ?? [];
      found.set(name, { name, provider: provider.id, model, key: key.name, configured: true, routes });
    }
  };
  for (const provider of providers.values()) {
    for (const model of provider.models.keys()) add(provider, model);
    for (const ref of places.keys())
      if (ref.startsWith(`${provider.id}/`)) add(provider, ref.slice(provider.id.length + 1));
  }
  for (const name of healthNames) {
    const { provider, model, key } = parseHealthName(name);
    if (model === undefined || found.has(name)) continue;
    found.set(name, { name, provider, model, key, configured: false, routes: [] });
  }
  return [...found.values()];
}

/** Where routes lead, by `provider/model`. */
function routePlaces(
  routes: SnapshotContent["routes"],
  providers: ReadonlyMap<string, Provider>,
  catalog: ModelCatalog,
): ReadonlyMap<string, readonly RoutePlace[]> {
  const places = new Map<string, RoutePlace[]>();
  for (const { alias } of routes.values()) {
    const resolution = resolveModel(alias, { routes, providers }, catalog);
    const note = (ref: { readonly provider: Provider; readonly model: string }, place: RoutePlace) => {
      const name = `${ref.provider.id}/${ref.model}`;
      places.set(name, [...(places.get(name) ?? []), place]);
    };
    for (const { ref, weight } of resolution?.targets ?? []) note(ref, { alias, as: "target", weight });
    for (const [index, ref] of (resolution?.fallbacks ?? []).entries()) {
      note(ref, { alias, as: "fallback", position: index + 1 });
    }
  }
  return places;
}
