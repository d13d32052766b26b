import type { Limit } from "#core/limit";
import type { Customer, PriceOverride, Provider, Route, Settings, Snapshot, Team, VirtualKey } from "#core/snapshot";
import { eachKey, type KeyGroup } from "./key-group";
import { createPartSharing } from "./shared-parts";

/**
 * One change to the snapshot, as it travels from control plane to worker. `full` replaces everything, `delta` sets and
 * deletes entries; a delta applies only on top of `sequence - 1`, else the worker asks for `full`.
 * Providers, prices and the gateway's own limits travel whole (they are few and their order matters), the rest one by one.
 */
export type SnapshotMessage =
  | {
      readonly type: "full";
      readonly sequence: number;
      readonly settings: Settings;
      readonly virtualKeys: readonly KeyGroup[];
      readonly routes: readonly Route[];
      readonly providers: readonly WireProvider[];
      readonly teams: readonly Team[];
      readonly customers: readonly Customer[];
      readonly limits: readonly Limit[];
      readonly prices: readonly PriceOverride[];
    }
  | {
      readonly type: "delta";
      readonly sequence: number;
      readonly settings?: Settings;
      readonly setKeys?: readonly KeyGroup[];
      readonly deleteKeys?: readonly string[];
      readonly setRoutes?: readonly Route[];
      readonly deleteRoutes?: readonly string[];
      readonly providers?: readonly WireProvider[];
      readonly setTeams?: readonly Team[];
      readonly deleteTeams?: readonly string[];
      readonly setCustomers?: readonly Customer[];
      readonly deleteCustomers?: readonly string[];
      readonly limits?: readonly Limit[];
      readonly prices?: readonly PriceOverride[];
    };

/** A provider with its map as an array, for JSON. */
export type WireProvider = Omit<Provider, "models"> & {
  readonly models: readonly import("#core/snapshot").ModelFacts[];
};

/** Applies a message; `undefined` when a delta does not follow on the current sequence. */
export function applySnapshotMessage(current: Snapshot | undefined, message: SnapshotMessage): Snapshot | undefined {
  if (message.type === "full") {
    return {
      sequence: message.sequence,
      settings: message.settings,
      virtualKeys: keysByHash(message.virtualKeys),
      routes: new Map(message.routes.map((route) => [route.alias, route])),
      providers: providerMap(message.providers),
      teams: byName(message.teams),
      customers: byName(message.customers),
      limits: message.limits,
      prices: message.prices,
    };
  }
  if (current === undefined || current.sequence !== message.sequence - 1) return undefined;
  return {
    sequence: message.sequence,
    settings: message.settings ?? current.settings,
    virtualKeys: changed(current.virtualKeys, message.setKeys && keysByHash(message.setKeys), message.deleteKeys),
    routes: changed(
      current.routes,
      message.setRoutes?.map((route) => [route.alias, route] as const),
      message.deleteRoutes,
    ),
    providers: message.providers === undefined ? current.providers : providerMap(message.providers),
    teams: changed(current.teams, message.setTeams && byName(message.setTeams), message.deleteTeams),
    customers: changed(
      current.customers,
      message.setCustomers && byName(message.setCustomers),
      message.deleteCustomers,
    ),
    limits: message.limits ?? current.limits,
    prices: message.prices ?? current.prices,
  };
}

function keysByHash(groups: readonly KeyGroup[]): ReadonlyMap<string, VirtualKey> {
  const shared = createPartSharing();
  const keys = new Map<string, VirtualKey>();
  eachKey(
    groups.map((group) => ({ ...group, profile: shared(group.profile) })),
    (hash, key) => keys.set(hash, key),
  );
  return keys;
}

function providerMap(providers: readonly WireProvider[]): ReadonlyMap<string, Provider> {
  return new Map(
    providers.map((provider) => [
      provider.id,
      { ...provider, models: new Map(provider.models.map((model) => [model.id, model])) },
    ]),
  );
}

function byName<V extends { readonly name: string }>(values: readonly V[]): ReadonlyMap<string, V> {
  return new Map(values.map((value) => [value.name, value]));
}

function changed<V>(
  current: ReadonlyMap<string, V>,
  set: Iterable<readonly [string, V]> = [],
  remove: readonly string[] = [],
): ReadonlyMap<string, V> {
  const entries = [...set];
  if (entries.length === 0 && remove.length === 0) return current;
  const next = new Map(current);
  for (const key of remove) next.delete(key);
  for (const [key, value] of entries) next.set(key, value);
  return next;
}
