import { sameValue } from "#lib/same-value";
import { anything, conforms, describeFault, list, object, type Shape, string } from "#lib/shape";

/** How one section of the snapshot travels, as JSON. Both ends of the channel have the same. */
export type Section<V> = {
  readonly write: (value: V) => unknown;
  /** Throws `Unreadable`. */
  readonly read: (json: unknown) => V;
  /** What makes `next` of `before`; undefined when they are the same. Entries that kept their identity cost nothing. */
  readonly difference: (before: V, next: V) => unknown;
  /** Carries out a difference. Throws `Unreadable`. */
  readonly apply: (difference: unknown, before: V) => V;
  /**
   * Cuts entries, as `write` gave them, into several such that a worker reads each within milliseconds: only where there
   * may be very many, and what differs is a `MapDifference`.
   */
  readonly cut?: (written: unknown) => readonly unknown[];
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
    write,
    read: readWhole,
    difference: (before, next) => {
      if (before === next) return undefined;
      const written = write(next);
      return sameValue(write(before), written) ? undefined : written;
    },
    apply: readWhole,
  };
}

/** A map of which only the entries that changed travel. */
export function byEntry<E>(shape: Shape<E>, keyOf: (entry: E) => string): Section<ReadonlyMap<string, E>> {
  const entries = list(shape);
  const read = (json: unknown) => new Map(readAs(entries, json).map((entry) => [keyOf(entry), entry]));
  return entrySection({ write: (map) => [...map.values()], read });
}

/** A map whose entries are written in a form of their own, and joined in one. */
export function entrySection<E>({
  merge = mergeMaps,
  ...form
}: {
  readonly write: (entries: ReadonlyMap<string, E>) => unknown;
  readonly read: (json: unknown) => ReadonlyMap<string, E>;
  readonly merge?: MergeMaps<E>;
}): Section<ReadonlyMap<string, E>> {
  return {
    ...form,
    difference: (before, next) => {
      const { set, removed } = compareMaps(before, next);
      return set.size === 0 && removed.length === 0 ? undefined : { set: form.write(set), removed };
    },
    apply: (json, before) => {
      const { set, removed } = readAs(mapDifference, json);
      return merge(before, form.read(set), removed);
    },
  };
}

/** `before` without the keys in `removed`, and then with `set` on top of it. */
type MergeMaps<E> = (
  before: ReadonlyMap<string, E>,
  set: ReadonlyMap<string, E>,
  removed: readonly string[],
) => ReadonlyMap<string, E>;

function mergeMaps<E>(...[before, set, removed]: Parameters<MergeMaps<E>>): ReadonlyMap<string, E> {
  const next = new Map(before);
  for (const key of removed) next.delete(key);
  set.forEach((entry, key) => void next.set(key, entry));
  return next;
}

export function readAs<T>(shape: Shape<T>, json: unknown): T {
  if (conforms(shape, json)) return json;
  throw new Unreadable(describeFault(shape.fault(json)));
}

export type MapDifference = { readonly set: unknown; readonly removed: readonly string[] };

export const mapDifference = object<MapDifference>({ set: anything, removed: list(string) });

function itself<T>(value: T): T {
  return value;
}

function compareMaps<E>(before: ReadonlyMap<string, E>, next: ReadonlyMap<string, E>) {
  const set = new Map<string, E>();
  const removed: string[] = [];
  if (before === next) return { set, removed };
  let kept = 0;
  // With `forEach`: there may be a hundred thousand entries, and iterators make an array of each.
  next.forEach((entry, key) => {
    const known = before.get(key);
    if (known !== undefined) kept += 1;
    if (!sameValue(known, entry)) set.set(key, entry);
  });
  if (kept === before.size) return { set, removed };
  before.forEach((_, key) => {
    if (!next.has(key)) removed.push(key);
  });
  return { set, removed };
}
