import type { KeyProfile } from "#core/key-profile";
import { shardCount, shardOf } from "#lib/sharded-map";
import { type GrowingGroup, type KeyGroup, newGroup, slotsOfKey } from "./key-group";

/** What a piece may hold: keys count one, a profile as much as that many keys. */
const pieceSize = 400;
const profileSize = 6;

/**
 * Cuts groups into pieces of about 60 KB. Each has all keys of some shards, so that the map that they are read into is
 * copied once in all, and not again for every piece.
 */
export function cutGroups(groups: readonly KeyGroup[]): readonly (readonly KeyGroup[])[] {
  if (groups.reduce((size, { hashes }) => size + profileSize + hashes.length, 0) <= pieceSize) return [groups];
  const pieces: (readonly KeyGroup[])[] = [];
  let piece = new Map<KeyProfile, GrowingGroup>();
  let size = 0;
  for (const shard of byShard(groups)) {
    for (const { group, index } of shard) {
      const known = piece.get(group.profile);
      const grown = known ?? newGroup(group.profile);
      if (known === undefined) piece.set(group.profile, grown);
      size += known === undefined ? profileSize + 1 : 1;
      copyKey(group, index, grown);
    }
    if (size < pieceSize) continue;
    pieces.push([...piece.values()]);
    piece = new Map();
    size = 0;
  }
  return piece.size === 0 ? pieces : [...pieces, [...piece.values()]];
}

type Place = { readonly group: KeyGroup; readonly index: number };

function byShard(groups: readonly KeyGroup[]): readonly (readonly Place[])[] {
  const shards = Array.from({ length: shardCount }, (): Place[] => []);
  for (const group of groups) {
    group.hashes.forEach((hash, index) => void shards[shardOf(hash)]?.push({ group, index }));
  }
  return shards;
}

function copyKey({ profile, hashes, ids, names, slots }: KeyGroup, index: number, to: GrowingGroup): void {
  to.hashes.push(hashes[index] ?? "");
  to.ids.push(ids[index] ?? "");
  to.names.push(names[index] ?? "");
  const width = slotsOfKey(profile);
  for (let at = index * width; at < (index + 1) * width; at++) to.slots.push(slots[at] ?? 0);
}
