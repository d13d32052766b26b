import { ShardedMap } from "#lib/sharded-map";
import { writeLine } from "./key-line";
import type { KeyIdentity, KeyProfile } from "./key-profile";
import { type KeyShard, KeyTable, keyShardOf, shardOfLines } from "./key-table";
import { profileId } from "./profile-id";

/** Makes a table of very many keys, without an object for each of them. */
export type KeyTableBuilder = {
  /** The hash must be new. Profiles that are the same object are written once. */
  readonly add: AddKey;
  /** Takes the place of an entry with this hash. */
  readonly replace: AddKey;
  /** Does nothing where there is an entry with this hash. */
  readonly addMissing: AddKey;
  readonly table: () => KeyTable;
};

export type AddKey = (hash: string, profile: KeyProfile, identity: KeyIdentity) => void;

export function createKeyTableBuilder(): KeyTableBuilder {
  const named = new Map<KeyProfile, string>();
  const profiles = new Map<string, KeyProfile>();
  const shards: string[][] = [];
  const idOf = (profile: KeyProfile): string => {
    const known = named.get(profile);
    if (known !== undefined) return known;
    const id = profileId(profile);
    named.set(profile, id);
    profiles.set(id, profile);
    return id;
  };
  const shardOf = (hash: string): string[] => {
    const index = keyShardOf(hash);
    const lines = shards[index] ?? [];
    shards[index] = lines;
    return lines;
  };
  const add: AddKey = (hash, profile, identity) => void shardOf(hash).push(writeLine(hash, idOf(profile), identity));
  const placeOf = (hash: string) => shardOf(hash).findIndex((line) => line.startsWith(hash));
  return {
    add,
    replace: (hash, profile, identity) => {
      const place = placeOf(hash);
      if (place >= 0) shardOf(hash).splice(place, 1);
      add(hash, profile, identity);
    },
    addMissing: (hash, profile, identity) => {
      if (placeOf(hash) < 0) add(hash, profile, identity);
    },
    table: () => {
      const made: (readonly [number, KeyShard])[] = [];
      shards.forEach((lines, index) => void made.push([index, shardOfLines(lines)]));
      return KeyTable.empty().patched({ shards: made, profiles: ShardedMap.of(profiles) });
    },
  };
}
