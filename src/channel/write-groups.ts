import type { KeyProfile } from "#core/key-profile";
import type { VirtualKey } from "#core/snapshot";
import { ShardedMap } from "#lib/sharded-map";

/**
 * Virtual keys of one profile, as they travel: one list for each thing in which they differ. A hundred thousand keys with
 * two limits each are 16 MB so and 79 MB written out; a worker keeps them in 80 MB of heap.
 */
export type KeyGroup = {
  readonly profile: KeyProfile;
  readonly hashes: readonly string[];
  readonly ids: readonly string[];
  readonly names: readonly string[];
  /** For each key: index and tag of its slot, then those of each of its limits. */
  readonly slots: readonly number[];
};

/** Gives keys that are alike the same object; keys of another object travel apart. */
export type ProfileOf = (key: VirtualKey) => KeyProfile;

/** What a piece may hold: keys count one, a profile as much as that many keys. */
const pieceSize = 400;
const profileSize = 6;

/**
 * Virtual keys in pieces of about 60 KB, in each those of one profile in a group. A piece has all keys of some shards, so
 * that the map that they are read into is copied once in all, and not again for every piece.
 */
export function* groupKeys(
  keys: ReadonlyMap<string, VirtualKey>,
  profileOf: ProfileOf,
): Generator<readonly KeyGroup[], void> {
  let piece = new Map<KeyProfile, GrowingGroup>();
  let size = 0;
  const add = (key: VirtualKey, hash: string) => {
    const profile = profileOf(key);
    const known = piece.get(profile);
    const group = known ?? newGroup(profile);
    if (known === undefined) piece.set(profile, group);
    size += known === undefined ? profileSize + 1 : 1;
    addKey(group, hash, key);
  };
  for (const shard of ShardedMap.of(keys).shards) {
    shard?.forEach(add);
    if (size < pieceSize) continue;
    yield [...piece.values()];
    piece = new Map();
    size = 0;
  }
  if (size > 0 || keys.size === 0) yield [...piece.values()];
}

function addKey({ hashes, ids, names, slots }: GrowingGroup, hash: string, key: VirtualKey): void {
  hashes.push(hash);
  ids.push(key.id);
  names.push(key.name);
  slots.push(key.slot.index, key.slot.tag);
  for (const { slot } of key.limits) slots.push(slot.index, slot.tag);
}

function newGroup(profile: KeyProfile): GrowingGroup {
  return { profile, hashes: [], ids: [], names: [], slots: [] };
}

type GrowingGroup = {
  readonly profile: KeyProfile;
  readonly hashes: string[];
  readonly ids: string[];
  readonly names: string[];
  readonly slots: number[];
};
