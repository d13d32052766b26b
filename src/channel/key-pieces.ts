import type { KeyProfile } from "#core/key-profile";
import { type KeyShard, KeyTable } from "#core/key-table";
import type { VirtualKey } from "#core/snapshot";
import { list, number, object, string } from "#lib/shape";
import { keyProfileShape } from "./entry-shapes";
import { compareMaps, readAs, type Section } from "./section";
import { createPartSharing } from "./shared-parts";

/**
 * Virtual keys as they travel: profiles, and shards whole, in the form in which they are kept. A worker checks profiles,
 * which have all that permits or limits; lines are read when their key is asked for.
 */
type KeyPiece = {
  readonly profiles: readonly WireProfile[];
  /** Ids of profiles that no key has any more. */
  readonly dropped: readonly string[];
  readonly shards: readonly WireShard[];
};

type WireProfile = { readonly id: string; readonly profile: KeyProfile };
type WireShard = KeyShard & { readonly index: number };

const pieceShape = object<KeyPiece>({
  profiles: list(object<WireProfile>({ id: string, profile: keyProfileShape })),
  dropped: list(string),
  shards: list(object<WireShard>({ index: number, size: number, text: string })),
});

/** Virtual keys by the hashes of their secrets. */
export function keyPieces(): Section<ReadonlyMap<string, VirtualKey>> {
  const apply = (json: unknown, before: ReadonlyMap<string, VirtualKey>) => {
    const { profiles, dropped, shards } = readAs(pieceShape, json);
    const share = createPartSharing();
    const set = new Map(profiles.map(({ id, profile }) => [id, share(profile)]));
    const table = KeyTable.of(before);
    return table.patched({
      shards: shards.map(({ index, size, text }) => [index, { size, text }]),
      profiles: table.profiles.with(set, dropped),
    });
  };
  return {
    write: function* (keys) {
      const pieces = differences(KeyTable.empty(), KeyTable.of(keys));
      const { value: first = nothing } = pieces.next();
      yield first;
      yield* pieces;
    },
    read: (json) => apply(json, KeyTable.empty()),
    difference: (before, next) => (before === next ? [] : [...differences(KeyTable.of(before), KeyTable.of(next))]),
    apply,
  };
}

/** What a piece may hold, so that a worker reads it within a millisecond or two. */
const mostProfiles = 400;
const mostCharacters = 64 * 1024;
const nothing: KeyPiece = { profiles: [], dropped: [], shards: [] };

/** A shard comes after the profiles that its lines name, or with them. */
function* differences(before: KeyTable, next: KeyTable): Generator<KeyPiece, void> {
  const { set, removed: dropped } = compareMaps(before.profiles, next.profiles);
  const profiles = Array.from(set, ([id, profile]) => ({ id, profile }));
  let piece: KeyPiece = { ...nothing, dropped };
  for (let first = 0; first < profiles.length; first += mostProfiles) {
    piece = { ...piece, profiles: profiles.slice(first, first + mostProfiles) };
    if (first + mostProfiles >= profiles.length) break;
    yield piece;
    piece = nothing;
  }
  for (const shards of changedShards(before, next)) {
    yield { ...piece, shards };
    piece = nothing;
  }
  if (piece.profiles.length + piece.dropped.length > 0) yield piece;
}

function* changedShards(before: KeyTable, next: KeyTable): Generator<readonly WireShard[], void> {
  let shards: WireShard[] = [];
  let characters = 0;
  for (const [index, shard] of next.shards.entries()) {
    if (shard.text === before.shards[index]?.text) continue;
    shards.push({ index, ...shard });
    characters += shard.text.length;
    if (characters < mostCharacters) continue;
    yield shards;
    shards = [];
    characters = 0;
  }
  if (shards.length > 0) yield shards;
}
