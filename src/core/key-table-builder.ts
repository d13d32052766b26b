import { ShardedMap } from "#lib/sharded-map";
import { writeLine } from "./key-line";
import type { KeyIdentity, KeyProfile } from "./key-profile";
import { type KeyShard, KeyTable, keyShardOf, shardOfLines } from "./key-table";
import { profileId } from "./profile-id";

/** Makes a table of very many keys, without an object for each of them. */
export type KeyTableBuilder = {
  /** Of two entries with one hash the later counts. Profiles that are the same object are written once. */
  readonly add: (hash: string, profile: KeyProfile, identity: KeyIdentity) => void;
  readonly table: () => KeyTable;
};

export function createKeyTableBuilder(): KeyTableBuilder {
  const named = new Map<KeyProfile, string>();
  const profiles = new Map<string, KeyProfile>();
  const lines = new Map<string, string>();
  const idOf = (profile: KeyProfile): string => {
    const known = named.get(profile);
    if (known !== undefined) return known;
    const id = profileId(profile);
    named.set(profile, id);
    profiles.set(id, profile);
    return id;
  };
  return {
    add: (hash, profile, identity) => void lines.set(hash, writeLine({ hash, profile: idOf(profile), ...identity })),
    table: () => {
      const texts: string[][] = [];
      lines.forEach((line, hash) => {
        const index = keyShardOf(hash);
        const some = texts[index];
        if (some === undefined) texts[index] = [line];
        else some.push(line);
      });
      const shards: (readonly [number, KeyShard])[] = [];
      texts.forEach((some, index) => void shards.push([index, shardOfLines(some)]));
      return KeyTable.empty().patched({ shards, profiles: ShardedMap.of(profiles) });
    },
  };
}
