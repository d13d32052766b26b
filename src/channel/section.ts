import { sameValue } from "#lib/same-value";
import { anything, conforms, describeFault, list, object, type Shape, string } from "#lib/shape";
import { ShardedMap } from "#lib/sharded-map";

/** How one section of the snapshot travels, as JSON. Both ends of the channel have the same. */
export type Section<V> = {
  /** In pieces that a worker reads within milliseconds each: what `read` takes, then differences on top of it. */
  readonly write: (value: V) => Iterable<unknown>;
  /** Throws `Unreadable`. */
  readonly read: (json: unknown) => V;
  /**
   * What makes `next` of `before`, in pieces to be applied one after the other; none when they are the same. Entries that
   * kept their identity cost nothing.
   */
  readonly difference: (before: V, next: V) => readonly unknown[];
  /** Carries out a difference. Throws `Unreadable`. */
  readonly apply: (difference: unknown, before: V) => V;
};

/** What came over the channel is not of the form that this version reads. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/** A section that travels whole with every change, because it is small or its order matters. */
export function whole<V>(shape: Shape<V>): Section<V> {
  return wholeAs(shape, itself, itself);
}

/** The same of a value that JSON does not have, such as a map. */
export function wholeAs<V, W>(shape: Shape<W>, write: (value: V) => W, read: (wire: W) => V): Section<V> {
  const readWhole = (json: unknown) => read(readAs(shape, json));
  return {
    write: (value) => [write(value)],
    read: readWhole,
    difference: (before, next) => {
      if (before === next) return [];
      const written = write(next);
      return sameValue(write(before), written) ? [] : [written];
    },
    apply: readWhole,
  };
}

/** A map of which only the entries that changed travel. */
export function byEntry<E>(shape: Shape<E>, keyOf: (entry: E) => string): Section<ReadonlyMap<string, E>> {
  const entries = list(shape);
  const read = (json: unknown) => new Map(readAs(entries, json).map((entry) => [keyOf(entry), entry]));
  return {
    write: (map) => [[...map.values()]],
    read,
    difference: (before, next) => {
      const { set, removed } = compareMaps(before, next);
      return set.size + removed.length === 0 ? none : [{ set: [...set.values()], removed }];
    },
    apply: (json, before) => {
      const { set, removed } = readAs(mapDifference, json);
      const next = new Map(before);
      for (const key of removed) next.delete(key);
      read(set).forEach((entry, key) => void next.set(key, entry));
      return next;
    },
  };
}

export function readAs<T>(shape: Shape<T>, json: unknown): T {
  if (conforms(shape, json)) return json;
  throw new Unreadable(describeFault(shape.fault(json)));
}

type MapDifference = { readonly set: unknown; readonly removed: readonly string[] };

const mapDifference = object<MapDifference>({ set: anything, removed: list(string) });
const none: readonly never[] = [];

function itself<T>(value: T): T {
  return value;
}

type Changes<E> = { readonly set: Map<string, E>; readonly removed: string[] };

/** What makes `next` of `before`: what is set in it, and the keys that it lacks. */
export function compareMaps<E>(before: ReadonlyMap<string, E>, next: ReadonlyMap<string, E>): Changes<E> {
  const changes: Changes<E> = { set: new Map(), removed: [] };
  if (before instanceof ShardedMap && next instanceof ShardedMap) {
    next.shards.forEach((shard, index) => {
      const known = before.shards[index];
      if (shard !== known) addChanges(known ?? new Map(), shard ?? new Map(), changes);
    });
  } else if (before !== next) addChanges(before, next, changes);
  return changes;
}

function addChanges<E>(
  before: ReadonlyMap<string, E>,
  next: ReadonlyMap<string, E>,
  { set, removed }: Changes<E>,
): void {
  let kept = 0;
  // With `forEach`: there may be a hundred thousand entries, and iterators make an array of each.
  next.forEach((entry, key) => {
    const known = before.get(key);
    if (known !== undefined) kept += 1;
    if (!sameValue(known, entry)) set.set(key, entry);
  });
  if (kept === before.size) return;
  before.forEach((_, key) => {
    if (!next.has(key)) removed.push(key);
  });
}
