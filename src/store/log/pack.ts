import type { RequestRecord } from "#core/record";
import type { NumberFactName, WordFactName } from "./fact-columns";

/** Records in the order of their keys, and their facts by column. Columns are decoded when they are asked for. */
export type Pack = {
  /** Lowest and highest key. */
  readonly first: number;
  readonly last: number;
  readonly size: number;
  /** Of so many, the oldest, only the facts are left. */
  readonly gone: number;
  readonly keys: () => Float64Array;
  /** NaN where a record has none. */
  readonly numbers: (name: NumberFactName) => Float64Array;
  readonly words: (name: WordFactName) => WordColumn;
  /** Undefined where it was deleted. */
  readonly record: (index: number) => RequestRecord | undefined;
};

/** Each record's place in `dictionary`, in which every combination of words stands once. */
export type WordColumn = { readonly places: () => Float64Array; readonly dictionary: readonly (readonly string[])[] };

/** The place of the first key that is not below. */
export function lowerBound(keys: Float64Array, key: number): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
