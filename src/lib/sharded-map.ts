/**
 * A map of many entries that is cheap to change and never changes itself: what `with` gives shares all but the shards
 * that differ. To copy a map of 100,000 entries takes 10 ms, to copy a shard of it 0.01 ms.
 */
export class ShardedMap<V> implements ReadonlyMap<string, V> {
  readonly size: number;
  /** By `shardOf` their keys. */
  readonly shards: Shards<V>;

  private constructor(shards: Shards<V>, size: number) {
    this.shards = shards;
    this.size = size;
  }

  static of<V>(entries: ReadonlyMap<string, V>): ShardedMap<V> {
    return entries instanceof ShardedMap ? entries : new ShardedMap<V>(noShards, 0).with(entries, []);
  }

  /** The same map without the keys in `removed`, and then with `set` on top of it. */
  with(set: ReadonlyMap<string, V>, removed: readonly string[]): ShardedMap<V> {
    const shards = Array.from(this.shards);
    const copied = new Map<number, Map<string, V>>();
    const own = (key: string) => {
      const index = shardOf(key);
      const known = copied.get(index);
      if (known !== undefined) return known;
      const copy = new Map(shards[index]);
      shards[index] = copy;
      copied.set(index, copy);
      return copy;
    };
    let { size } = this;
    for (const key of removed) if (own(key).delete(key)) size -= 1;
    set.forEach((value, key) => {
      const shard = own(key);
      if (!shard.has(key)) size += 1;
      shard.set(key, value);
    });
    return new ShardedMap(shards, size);
  }

  get(key: string): V | undefined {
    return this.shards[shardOf(key)]?.get(key);
  }

  has(key: string): boolean {
    return this.shards[shardOf(key)]?.has(key) ?? false;
  }

  forEach(take: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const shard of this.shards) shard?.forEach((value, key) => void take(value, key, this));
  }

  *entries(): MapIterator<[string, V]> {
    for (const shard of this.shards) if (shard !== undefined) yield* shard;
  }

  *keys(): MapIterator<string> {
    for (const shard of this.shards) if (shard !== undefined) yield* shard.keys();
  }

  *values(): MapIterator<V> {
    for (const shard of this.shards) if (shard !== undefined) yield* shard.values();
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }
}

type Shards<V> = readonly (ReadonlyMap<string, V> | undefined)[];

/** A power of two. */
const shardCount = 1024;
const noShards: readonly undefined[] = Array.from({ length: shardCount }, () => undefined);

/** The shard that has a key. */
function shardOf(key: string): number {
  return mixedEnd(key) & (shardCount - 1);
}

/** Of a key's length and its last four characters, for keys are hashes or end with what tells them apart. */
export function mixedEnd(key: string): number {
  const { length } = key;
  let mixed = length;
  for (let at = Math.max(0, length - 4); at < length; at++) mixed = Math.imul(mixed ^ key.charCodeAt(at), 0x0100_0193);
  return mixed ^ (mixed >>> 15);
}
