import { type KeyProfile, keyOf, profileFrom } from "#core/key-profile";
import type { SlotRef } from "#core/slot-ref";
import type { VirtualKey } from "#core/snapshot";
import { list, number, object, string } from "#lib/shape";
import { ShardedMap } from "#lib/sharded-map";
import { keyProfileShape } from "./entry-shapes";
import { entrySection, readAs, type Section, Unreadable } from "./section";
import { createPartSharing } from "./shared-parts";

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

type Keys = ReadonlyMap<string, VirtualKey>;

/** Virtual keys by the hashes of their secrets, in groups that share a profile. */
export function keyGroups(profileOf: ProfileOf = profileFrom): Section<Keys> {
  return entrySection({
    write: (keys) => groupKeys(keys, profileOf),
    read: (json) => {
      const share = createPartSharing();
      const keys = new Map<string, VirtualKey>();
      for (const group of readKeyGroups(json)) {
        eachKey({ ...group, profile: share(group.profile) }, (hash, key) => keys.set(hash, key));
      }
      return ShardedMap.of(keys);
    },
    merge: (before, set, removed) => ShardedMap.of(before).with(set, removed),
  });
}

const groupsShape = list(
  object<KeyGroup>({
    profile: keyProfileShape,
    hashes: list(string),
    ids: list(string),
    names: list(string),
    slots: list(number),
  }),
);

/** Throws `Unreadable`. */
export function readKeyGroups(json: unknown): readonly KeyGroup[] {
  const groups = readAs(groupsShape, json);
  for (const { profile, hashes, ids, names, slots } of groups) {
    const { length } = hashes;
    if (ids.length === length && names.length === length && slots.length === length * slotsOfKey(profile)) continue;
    throw new Unreadable("a group of keys must have as much of everything");
  }
  return groups;
}

function groupKeys(keys: Keys, profileOf: ProfileOf): readonly KeyGroup[] {
  const groups = new Map<KeyProfile, GrowingGroup>();
  keys.forEach((key, hash) => {
    const profile = profileOf(key);
    const group = groups.get(profile) ?? newGroup(profile);
    if (group.hashes.length === 0) groups.set(profile, group);
    group.hashes.push(hash);
    group.ids.push(key.id);
    group.names.push(key.name);
    group.slots.push(key.slot.index, key.slot.tag);
    for (const { slot } of key.limits) group.slots.push(slot.index, slot.tag);
  });
  return [...groups.values()];
}

function eachKey(
  { profile, hashes, ids, names, slots }: KeyGroup,
  take: (hash: string, key: VirtualKey) => void,
): void {
  let next = 0;
  const nextSlot = (): SlotRef => ({ index: slots[next++] ?? 0, tag: slots[next++] ?? 0 });
  for (let index = 0; index < hashes.length; index++) {
    const [hash = "", id = "", name = ""] = [hashes[index], ids[index], names[index]];
    const slot = nextSlot();
    take(hash, keyOf(profile, { id, name, slot, limitSlots: profile.limits.map(nextSlot) }));
  }
}

/** How many numbers of a group's `slots` each of its keys has. */
export function slotsOfKey({ limits }: KeyProfile): number {
  return 2 * (1 + limits.length);
}

export function newGroup(profile: KeyProfile): GrowingGroup {
  return { profile, hashes: [], ids: [], names: [], slots: [] };
}

export type GrowingGroup = {
  readonly profile: KeyProfile;
  readonly hashes: string[];
  readonly ids: string[];
  readonly names: string[];
  readonly slots: number[];
};
