import type { RequestRecord } from "#core/record";
import { type NumberFactName, numberFacts, type WordFactName, wordFacts } from "./fact-columns";

/** A record with its key and its numbers in the dictionaries. */
export type NumberedRecord = {
  readonly key: number;
  readonly principal: number;
  readonly requestClass: number;
  readonly record: RequestRecord;
};

export function numbersOf(records: readonly NumberedRecord[], name: NumberFactName): Float64Array<ArrayBuffer> {
  const values = new Float64Array(records.length);
  const of = numberFacts[name];
  const own = ownNumbers[name];
  let at = 0;
  let before = records[0];
  for (const entry of records) {
    values[at++] = (of === undefined ? own?.(entry, before ?? entry) : of(entry.record)) ?? Number.NaN;
    before = entry;
  }
  return values;
}

/** What a record has a number of without being asked. */
const ownNumbers: { readonly [N in NumberFactName]?: (entry: NumberedRecord, before: NumberedRecord) => number } = {
  key_distance: ({ key }, before) => key - before.key,
  principal: ({ principal }) => principal,
  class: ({ requestClass }) => requestClass,
};

export type Words = {
  readonly places: Float64Array<ArrayBuffer>;
  readonly dictionary: readonly (readonly string[])[];
};

export function wordsOf(records: readonly NumberedRecord[], name: WordFactName): Words {
  const places = new Float64Array(records.length);
  // Most records have one word or none: these are looked up as they are.
  const ofOne = new Map<string | undefined, number>();
  const ofMore = new Map<string, number>();
  const dictionary: string[][] = [];
  const add = (words: readonly (string | undefined)[]) =>
    dictionary.push(words.filter((word) => word !== undefined)) - 1;
  const of = wordFacts[name];
  let at = 0;
  for (const { record } of records) {
    const words = of(record);
    places[at++] =
      words.length > 1
        ? entryOf(ofMore, JSON.stringify(words), () => add(words))
        : entryOf(ofOne, words[0], () => add(words));
  }
  return { places, dictionary };
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
