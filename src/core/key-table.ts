import { sameValue } from "#lib/same-value";
import { mixedEnd, ShardedMap } from "#lib/sharded-map";
import { findLine, findProfile, hashOfLine, joinLines, linesOf, linesOfKey, readLine, writeLine } from "./key-line";
import { type KeyProfile, keyOf, profileFrom } from "./key-profile";
import { profileId } from "./profile-id";
import type { VirtualKey } from "./snapshot";

/** Lines of `key-line.ts`: how many, and their text. */
export type KeyShard = { readonly size: number; readonly text: string };

/** Takes the place of what a table has. */
export type KeyPatch = {
  readonly shards: Iterable<readonly [index: number, shard: KeyShard]>;
  /** All profiles that the lines name, by id. */
  readonly profiles: ShardedMap<KeyProfile>;
};

/**
 * Virtual keys by the hashes of their secrets, as text that is read key by key, when a key is asked for. So a hundred
 * thousand keys are taken over as fast as their bytes, and are 14 MB while they are not used. Never changes itself: what
 * `with` gives shares all but the shards that differ. A key that was read stays the same object as long as it says the
 * same, also in tables that were made of this one.
 */
export class KeyTable implements ReadonlyMap<string, VirtualKey> {
  readonly size: number;

  private constructor(
    readonly shards: readonly KeyShard[],
    readonly profiles: ShardedMap<KeyProfile>,
    /** What was read, by tables that were made of one another. */
    private readonly known: Map<string, Known>,
  ) {
    this.size = shards.reduce((sum, { size }) => sum + size, 0);
  }

  static empty(): KeyTable {
    return new KeyTable(noShards, ShardedMap.of(new Map()), new Map());
  }

  static of(entries: ReadonlyMap<string, VirtualKey>): KeyTable {
    return entries instanceof KeyTable ? entries : KeyTable.empty().with(entries, []);
  }

  /** The same keys without the hashes in `removed`, and then with `set` on top of them. */
  with(set: ReadonlyMap<string, VirtualKey>, removed: readonly string[]): KeyTable {
    const lines = new Map<string, string | undefined>(removed.map((hash) => [hash, undefined]));
    const profiles = new Map<string, KeyProfile>();
    set.forEach((key, hash) => {
      const profile = profileFrom(key);
      const named = profileId(profile);
      if (!this.profiles.has(named)) profiles.set(named, profile);
      const limitSlots = key.limits.map(({ slot }) => slot);
      lines.set(hash, writeLine(hash, named, { id: key.id, name: key.name, slot: key.slot, limitSlots }));
    });
    const shards = [...Map.groupBy(lines, ([hash]) => keyShardOf(hash))].map(
      ([index, changes]) => [index, changedShard(this.shards[index] ?? noKeys, new Map(changes))] as const,
    );
    return this.patched({ shards, profiles: this.profiles.with(profiles, []) });
  }

  patched({ shards, profiles }: KeyPatch): KeyTable {
    const next = [...this.shards];
    for (const [index, shard] of shards) next[index] = shard;
    return new KeyTable(next, profiles, this.known);
  }

  /** Without the profiles that no key has; the same table until they are as many as the others. */
  tidied(): KeyTable {
    if (this.profiles.size <= 2 * this.size + sparedProfiles) return this;
    const used = new Set<string>();
    for (const { text } of this.shards) for (const line of linesOf(text)) used.add(readLine(line).profile);
    const unused = [...this.profiles.keys()].filter((id) => !used.has(id));
    return new KeyTable(this.shards, this.profiles.with(new Map(), unused), this.known);
  }

  get(hash: string): VirtualKey | undefined {
    const shard = this.shards[keyShardOf(hash)] ?? noKeys;
    const known = this.known.get(hash);
    if (known?.shard === shard) return known.key;
    const line = findLine(shard.text, hash);
    return line === undefined ? undefined : this.read(line, shard, known);
  }

  has(hash: string): boolean {
    return findLine(this.shards[keyShardOf(hash)]?.text ?? "", hash) !== undefined;
  }

  /** The entries of virtual key `id`: one for each of its secrets. */
  ofKey(id: string): ReadonlyMap<string, VirtualKey> {
    const entries = new Map<string, VirtualKey>();
    for (const shard of this.shards) {
      for (const line of linesOfKey(shard.text, id)) entries.set(hashOfLine(line), this.entry(line, shard));
    }
    return entries;
  }

  /** A key with this profile. */
  keyWith(profile: string): VirtualKey | undefined {
    for (const shard of this.shards) {
      const line = findProfile(shard.text, profile);
      if (line !== undefined) return this.entry(line, shard);
    }
    return undefined;
  }

  /** The hashes of entries that `next` has not, or not so. */
  changedIn(next: KeyTable): readonly string[] {
    const hashes: string[] = [];
    for (const [index, { text }] of this.shards.entries()) {
      const { text: other } = next.shards[index] ?? noKeys;
      if (text === other) continue;
      const kept = new Set(linesOf(other));
      for (const line of linesOf(text)) if (!kept.has(line)) hashes.push(hashOfLine(line));
    }
    return hashes;
  }

  forEach(take: (key: VirtualKey, hash: string, map: ReadonlyMap<string, VirtualKey>) => void): void {
    for (const shard of this.shards) {
      for (const line of linesOf(shard.text)) take(this.entry(line, shard), hashOfLine(line), this);
    }
  }

  *keys(): MapIterator<string> {
    for (const { text } of this.shards) for (const line of linesOf(text)) yield hashOfLine(line);
  }

  *values(): MapIterator<VirtualKey> {
    for (const shard of this.shards) for (const line of linesOf(shard.text)) yield this.entry(line, shard);
  }

  *entries(): MapIterator<[string, VirtualKey]> {
    for (const shard of this.shards) {
      for (const line of linesOf(shard.text)) yield [hashOfLine(line), this.entry(line, shard)];
    }
  }

  [Symbol.iterator](): MapIterator<[string, VirtualKey]> {
    return this.entries();
  }

  private entry(line: string, shard: KeyShard): VirtualKey {
    const known = this.known.get(hashOfLine(line));
    return known?.shard === shard ? known.key : this.read(line, shard, known);
  }

  private read(line: string, shard: KeyShard, known: Known | undefined): VirtualKey {
    const { hash, profile: named, ...identity } = readLine(line);
    const profile = this.profiles.get(named);
    if (profile === undefined) throw new Error(`Cannot read virtual key ${identity.id}: its profile is missing`);
    const read = keyOf(profile, identity);
    const key = sameValue(known?.key, read) ? (known?.key ?? read) : read;
    if (this.known.size >= mostKnown) this.known.clear();
    this.known.set(hash, { shard, key });
    return key;
  }
}

/** `shard`: that the key was read in. */
type Known = { readonly shard: KeyShard; readonly key: VirtualKey };

/** Keys that were read take 0.8 KB each; with more than so many in use they are read anew now and then, in 3 µs. */
const mostKnown = 131_072;
/** Unused profiles that are not worth looking for. */
const sparedProfiles = 1000;
/** A power of two. */
const shardCount = 4096;
const noKeys: KeyShard = { size: 0, text: "" };
const noShards: readonly KeyShard[] = Array.from({ length: shardCount }, () => noKeys);

export function keyShardOf(hash: string): number {
  return mixedEnd(hash) & (shardCount - 1);
}

/** `changes`: lines by hash, undefined for those that end. */
function changedShard({ text }: KeyShard, changes: ReadonlyMap<string, string | undefined>): KeyShard {
  const lines = new Map<string, string | undefined>();
  for (const line of linesOf(text)) lines.set(hashOfLine(line), line);
  changes.forEach((line, hash) => void lines.set(hash, line));
  return shardOfLines([...lines.values()].filter((line) => line !== undefined));
}

export function shardOfLines(lines: readonly string[]): KeyShard {
  return lines.length === 0 ? noKeys : { size: lines.length, text: joinLines(lines) };
}
