/** A map whose changes can be taken back until they are kept. */
export type UndoableMap<K, V> = {
  readonly get: (key: K) => V | undefined;
  readonly set: (key: K, value: V) => void;
  /** Gives what was there. */
  readonly delete: (key: K) => V | undefined;
  readonly keysWhere: (is: (value: V) => boolean) => readonly K[];
  readonly keep: () => void;
  readonly undo: () => void;
};

/** @param map Kept from the beginning; it belongs to the caller no more. */
export function createUndoableMap<K, V>(map = new Map<K, V>()): UndoableMap<K, V> {
  /** What was there before the first change of each key; undefined: nothing. */
  const before = new Map<K, V | undefined>();
  const remember = (key: K) => {
    if (!before.has(key)) before.set(key, map.get(key));
  };
  return {
    get: (key) => map.get(key),
    set: (key, value) => {
      remember(key);
      map.set(key, value);
    },
    delete: (key) => {
      remember(key);
      const value = map.get(key);
      map.delete(key);
      return value;
    },
    keysWhere: (is) => {
      const keys: K[] = [];
      map.forEach((value, key) => {
        if (is(value)) keys.push(key);
      });
      return keys;
    },
    keep: () => before.clear(),
    undo: () => {
      before.forEach((value, key) => {
        if (value === undefined) map.delete(key);
        else map.set(key, value);
      });
      before.clear();
    },
  };
}
