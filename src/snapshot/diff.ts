import { groupKeys, type KeyProfile } from "#channel/key-group";
import type { SnapshotMessage } from "#channel/snapshot-delta";
import type { VirtualKey } from "#core/snapshot";
import { sameValue } from "#lib/same-value";
import type { SnapshotContent } from "./compile";

type Delta = Extract<SnapshotMessage, { type: "delta" }>;
type Full = Extract<SnapshotMessage, { type: "full" }>;

/** Gives virtual keys that are alike the same object. */
type ProfileOf = (key: VirtualKey) => KeyProfile;

/** What turns `previous` into `next`; undefined when nothing does. Unchanged entries that kept their identity cost nothing. */
export function diffSnapshots(
  previous: SnapshotContent,
  next: SnapshotContent,
  sequence: number,
  profileOf?: ProfileOf,
): Delta | undefined {
  const keys = diffMaps(previous.virtualKeys, next.virtualKeys);
  const routes = diffMaps(previous.routes, next.routes);
  const teams = diffMaps(previous.teams, next.teams);
  const customers = diffMaps(previous.customers, next.customers);
  const changes = {
    ...(sameValue(previous.settings, next.settings) ? {} : { settings: next.settings }),
    ...(keys.set.length === 0 ? {} : { setKeys: groupKeys(keys.set, profileOf) }),
    ...(keys.removed.length === 0 ? {} : { deleteKeys: keys.removed }),
    ...(routes.set.length === 0 ? {} : { setRoutes: routes.set.map(([, route]) => route) }),
    ...(routes.removed.length === 0 ? {} : { deleteRoutes: routes.removed }),
    ...(sameValue(previous.providers, next.providers) ? {} : { providers: next.providers }),
    ...(teams.set.length === 0 ? {} : { setTeams: teams.set.map(([, team]) => team) }),
    ...(teams.removed.length === 0 ? {} : { deleteTeams: teams.removed }),
    ...(customers.set.length === 0 ? {} : { setCustomers: customers.set.map(([, customer]) => customer) }),
    ...(customers.removed.length === 0 ? {} : { deleteCustomers: customers.removed }),
    ...(sameValue(previous.limits, next.limits) ? {} : { limits: next.limits }),
    ...(sameValue(previous.prices, next.prices) ? {} : { prices: next.prices }),
  };
  return Object.keys(changes).length === 0 ? undefined : { type: "delta", sequence, ...changes };
}

export function fullSnapshot(content: SnapshotContent, sequence: number, profileOf?: ProfileOf): Full {
  return {
    type: "full",
    sequence,
    settings: content.settings,
    virtualKeys: groupKeys(content.virtualKeys, profileOf),
    routes: [...content.routes.values()],
    providers: content.providers,
    teams: [...content.teams.values()],
    customers: [...content.customers.values()],
    limits: content.limits,
    prices: content.prices,
  };
}

function diffMaps<V>(previous: ReadonlyMap<string, V>, next: ReadonlyMap<string, V>) {
  const set: [string, V][] = [];
  const removed: string[] = [];
  if (previous === next) return { set, removed };
  let kept = 0;
  // With `forEach`: there may be a hundred thousand entries, and iterators make an array of each.
  next.forEach((value, key) => {
    const before = previous.get(key);
    if (before !== undefined) kept += 1;
    if (!sameValue(before, value)) set.push([key, value]);
  });
  if (kept === previous.size) return { set, removed };
  previous.forEach((_, key) => {
    if (!next.has(key)) removed.push(key);
  });
  return { set, removed };
}
