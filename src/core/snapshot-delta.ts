import type { Provider, Route, Settings, Snapshot, VirtualKey } from "./snapshot";

/**
 * One change to the snapshot, as it travels from control plane to worker. `full` replaces everything, `delta` sets and
 * deletes entries; a delta applies only on top of `sequence - 1`, else the worker asks for `full`.
 * Providers travel whole (they are few and their order matters); keys and routes one by one.
 */
export type SnapshotMessage =
  | {
      readonly type: "full";
      readonly sequence: number;
      readonly settings: Settings;
      readonly virtualKeys: readonly (readonly [hash: string, key: VirtualKey])[];
      readonly routes: readonly Route[];
      readonly providers: readonly WireProvider[];
    }
  | {
      readonly type: "delta";
      readonly sequence: number;
      readonly settings?: Settings;
      readonly setKeys?: readonly (readonly [hash: string, key: VirtualKey])[];
      readonly deleteKeys?: readonly string[];
      readonly setRoutes?: readonly Route[];
      readonly deleteRoutes?: readonly string[];
      readonly providers?: readonly WireProvider[];
    };

/** A provider with its map as an array, for JSON. */
export type WireProvider = Omit<Provider, "models"> & { readonly models: readonly import("./snapshot").ModelFacts[] };

/** Applies a message; `undefined` when a delta does not follow on the current sequence. */
export function applySnapshotMessage(current: Snapshot | undefined, message: SnapshotMessage): Snapshot | undefined {
  if (message.type === "full") {
    return {
      sequence: message.sequence,
      settings: message.settings,
      virtualKeys: new Map(message.virtualKeys),
      routes: new Map(message.routes.map((route) => [route.alias, route])),
      providers: providerMap(message.providers),
    };
  }
  if (current === undefined || current.sequence !== message.sequence - 1) return undefined;
  return {
    sequence: message.sequence,
    settings: message.settings ?? current.settings,
    virtualKeys: changed(current.virtualKeys, message.setKeys, message.deleteKeys),
    routes: changed(
      current.routes,
      message.setRoutes?.map((route) => [route.alias, route] as const),
      message.deleteRoutes,
    ),
    providers: message.providers === undefined ? current.providers : providerMap(message.providers),
  };
}

function providerMap(providers: readonly WireProvider[]): ReadonlyMap<string, Provider> {
  return new Map(
    providers.map((provider) => [
      provider.id,
      { ...provider, models: new Map(provider.models.map((model) => [model.id, model])) },
    ]),
  );
}

function changed<V>(
  current: ReadonlyMap<string, V>,
  set: readonly (readonly [string, V])[] = [],
  remove: readonly string[] = [],
): ReadonlyMap<string, V> {
  if (set.length === 0 && remove.length === 0) return current;
  const next = new Map(current);
  for (const key of remove) next.delete(key);
  for (const [key, value] of set) next.set(key, value);
  return next;
}
