import { isDeepStrictEqual } from "node:util";
import type { SnapshotMessage } from "#core/snapshot-delta";
import type { SnapshotContent } from "./compile";

type Delta = Extract<SnapshotMessage, { type: "delta" }>;
type Full = Extract<SnapshotMessage, { type: "full" }>;

/** What turns `previous` into `next`; undefined when nothing does. Unchanged entries that kept their identity cost nothing. */
export function diffSnapshots(previous: SnapshotContent, next: SnapshotContent, sequence: number): Delta | undefined {
  const keys = diffMaps(previous.virtualKeys, next.virtualKeys);
  const routes = diffMaps(previous.routes, next.routes);
  const changes = {
    ...(same(previous.settings, next.settings) ? {} : { settings: next.settings }),
    ...(keys.set.length === 0 ? {} : { setKeys: keys.set }),
    ...(keys.removed.length === 0 ? {} : { deleteKeys: keys.removed }),
    ...(routes.set.length === 0 ? {} : { setRoutes: routes.set.map(([, route]) => route) }),
    ...(routes.removed.length === 0 ? {} : { deleteRoutes: routes.removed }),
    ...(same(previous.providers, next.providers) ? {} : { providers: next.providers }),
  };
  return Object.keys(changes).length === 0 ? undefined : { type: "delta", sequence, ...changes };
}

export function fullSnapshot(content: SnapshotContent, sequence: number): Full {
  return {
    type: "full",
    sequence,
    settings: content.settings,
    virtualKeys: [...content.virtualKeys],
    routes: [...content.routes.values()],
    providers: content.providers,
  };
}

function diffMaps<V>(previous: ReadonlyMap<string, V>, next: ReadonlyMap<string, V>) {
  if (previous === next) return { set: [], removed: [] };
  return {
    set: [...next].filter(([key, value]) => !same(previous.get(key), value)),
    removed: [...previous.keys()].filter((key) => !next.has(key)),
  };
}

function same(left: unknown, right: unknown): boolean {
  return left === right || isDeepStrictEqual(left, right);
}
