import { type KeyProfile, keyOf, profileFrom } from "#core/key-profile";
import type { SlotRef } from "#core/slot-ref";
import type { VirtualKey } from "#core/snapshot";
import { list, number, object, string } from "#lib/shape";
import { ShardedMap } from "#lib/sharded-map";
import { keyProfileShape } from "./entry-shapes";
import { entrySection, readAs, type Section, Unreadable } from "./section";
import { createPartSharing } from "./shared-parts";
import { groupKeys, type KeyGroup, type ProfileOf } from "./write-groups";

/** Virtual keys by the hashes of their secrets, in groups that share a profile. */
export function keyGroups(profileOf: ProfileOf = profileFrom): Section<ReadonlyMap<string, VirtualKey>> {
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
function slotsOfKey({ limits }: KeyProfile): number {
  return 2 * (1 + limits.length);
}
