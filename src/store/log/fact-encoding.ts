import type { RequestRecord } from "#core/record";
import { type NumberFactName, numberFacts, type WordFactName, wordFacts } from "./fact-columns";

/** A record with its key and its numbers in the dictionaries. */
export type NumberedRecord = {
  readonly key: number;
  readonly principal: number;
  readonly requestClass: number;
  readonly record: RequestRecord;
};

/**
 * One fact of many records, added in the order of their keys. Those who need many facts add a record to all columns before they
 * go on to the next: to go through thousands of records once for each fact would take every one of them from memory again.
 */
export class NumberColumn {
  readonly values: Float64Array<ArrayBuffer>;
  private readonly of: (entry: NumberedRecord, before: NumberedRecord) => number | undefined;
  private before: NumberedRecord | undefined;
  private at = 0;

  constructor(
    readonly name: NumberFactName,
    records: number,
  ) {
    this.values = new Float64Array(records);
    const fact = numberFacts[name];
    this.of = ownNumbers[name] ?? (({ record }) => fact?.(record));
  }

  add(entry: NumberedRecord): void {
    this.values[this.at++] = this.of(entry, this.before ?? entry) ?? Number.NaN;
    this.before = entry;
  }
}

/** What a record has a number of without being asked. */
const ownNumbers: { readonly [N in NumberFactName]?: (entry: NumberedRecord, before: NumberedRecord) => number } = {
  key_distance: ({ key }, before) => key - before.key,
  principal: ({ principal }) => principal,
  class: ({ requestClass }) => requestClass,
};

/** As `NumberColumn`: what words each record has, as a place in a dictionary. */
export class WordColumn {
  readonly places: Float64Array<ArrayBuffer>;
  readonly dictionary: (readonly string[])[] = [];
  private readonly of: (typeof wordFacts)[WordFactName];
  // Most records have one word or none: these are looked up as they are.
  private readonly ofOne = new Map<string | undefined, number>();
  private readonly ofMore = new Map<string, number>();
  private at = 0;

  constructor(
    readonly name: WordFactName,
    records: number,
  ) {
    this.places = new Float64Array(records);
    this.of = wordFacts[name];
  }

  add({ record }: NumberedRecord): void {
    const words = this.of(record);
    const add = () => this.dictionary.push(words.filter((word) => word !== undefined)) - 1;
    this.places[this.at++] =
      words.length > 1 ? entryOf(this.ofMore, JSON.stringify(words), add) : entryOf(this.ofOne, words[0], add);
  }
}

function entryOf<K>(known: Map<K, number>, key: K, add: () => number): number {
  const before = known.get(key);
  if (before !== undefined) return before;
  const added = add();
  known.set(key, added);
  return added;
}

/** From distances between them. */
export function keysFrom(first: number, distances: Float64Array): Float64Array {
  const keys = new Float64Array(distances.length);
  let key = first;
  for (let index = 0; index < keys.length; index++) {
    key += distances[index] ?? 0;
    keys[index] = key;
  }
  return keys;
}
