import type { VirtualKeySpec } from "#config/virtual-key-schema";
import type { VirtualKeyRepository } from "../repositories";
import type { KeyLookup, KeyPage, StoredVirtualKey } from "../stored-virtual-key";
import type { Call } from "../transactions";
import type { Tables } from "./tables";

export function virtualKeyTable(tables: Tables, call: Call): VirtualKeyRepository {
  const keys = tables.table<StoredVirtualKey>();
  const lookUp = (by: KeyLookup): StoredVirtualKey | undefined => {
    if ("id" in by) return keys.get(by.id);
    return keys
      .values()
      .find((key) =>
        "hash" in by ? key.hash === by.hash : key.spec.name === by.name && key.revokedAtMs === undefined,
      );
  };
  const put = (key: StoredVirtualKey) => {
    refuseTaken(key, "secret", lookUp({ hash: key.hash }));
    if (key.revokedAtMs === undefined) refuseTaken(key, "name", lookUp({ name: key.spec.name }));
    keys.set(key.id, key);
  };
  const add = ({ id, hash, hint, spec, createdAtMs }: StoredVirtualKey) => {
    if (keys.has(id)) throw new Error(`Cannot add the virtual key ${id}: its id is taken`);
    put({ id, hash, hint, spec, createdAtMs });
  };
  const change = (id: string, changed: (key: StoredVirtualKey) => StoredVirtualKey | undefined): boolean => {
    const key = keys.get(id);
    const next = key && changed(key);
    if (next !== undefined) put(next);
    return next !== undefined;
  };
  return {
    list: (page) =>
      call(() => {
        const found = [...keys.values()].filter((key) => matches(key, page));
        found.sort((left, right) => (left.id < right.id ? -1 : 1));
        return found.slice(0, page.limit).map(createSharing());
      }),
    find: (by) => call(() => lookUp(by)),
    add: (key) => call(() => add(key)),
    change: (id, spec) => call(() => void change(id, (key) => ({ ...key, spec }))),
    rotate: (id, secret, untilMs) =>
      call(
        () =>
          void change(id, (key) =>
            key.revokedAtMs === undefined ? { ...key, ...secret, previous: { hash: key.hash, untilMs } } : undefined,
          ),
      ),
    revoke: (id, nowMs) =>
      call(() =>
        change(id, ({ previous: _, ...key }) =>
          key.revokedAtMs === undefined ? { ...key, revokedAtMs: nowMs } : undefined,
        ),
      ),
  };
}

function refuseTaken(key: StoredVirtualKey, what: string, taken: StoredVirtualKey | undefined): void {
  if (taken === undefined || taken.id === key.id) return;
  throw new Error(`Cannot store the virtual key ${key.id}: ${taken.id} has its ${what}`);
}

function matches({ id, hint, spec, revokedAtMs }: StoredVirtualKey, page: KeyPage): boolean {
  const { after, includeRevoked, team, customer, tag, search } = page;
  if (after !== undefined && id <= after) return false;
  if (!includeRevoked && revokedAtMs !== undefined) return false;
  if (team !== undefined && spec.team !== team) return false;
  if (customer !== undefined && !isOfCustomer(spec, customer)) return false;
  if (tag !== undefined && !hasTag(spec, tag)) return false;
  if (search === undefined) return true;
  return lowerCase(spec.name).includes(lowerCase(search)) || id.startsWith(search) || hint.startsWith(search);
}

function hasTag({ tags }: VirtualKeySpec, { name, value }: NonNullable<KeyPage["tag"]>): boolean {
  const own = tags?.[name];
  return own !== undefined && (value === undefined || value === own);
}

function isOfCustomer(spec: VirtualKeySpec, { name, teams }: NonNullable<KeyPage["customer"]>): boolean {
  if (spec.customer !== undefined) return spec.customer === name;
  return spec.team !== undefined && teams.includes(spec.team);
}

function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Gives keys that differ in their names alone the same object for the rest. */
function createSharing(): (key: StoredVirtualKey) => StoredVirtualKey {
  const shared = new Map<string, Omit<VirtualKeySpec, "name">>();
  return (key) => {
    const { name: _, ...rest } = key.spec;
    const text = JSON.stringify(rest);
    const alike = shared.get(text) ?? rest;
    shared.set(text, alike);
    return { ...key, alike };
  };
}
