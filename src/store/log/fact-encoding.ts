import type { RequestRecord } from "#core/record";
import { type NumberFactName, numberFacts, type WordFactName, wordFacts } from "./fact-columns";
import type { WordOrWords } from "./log-fields";

/** A record with its key and its numbers in the dictionaries. */
export type NumberedRecord = {
  readonly key: number;
  readonly principal: number;
  readonly requestClass: number;
  readonly record: RequestRecord;
};

/** What a column makes room for when it is made. */
const firstRoom = 1024;

/**
 * One fact of many records, NaN for none. Those who need many facts add a record to all columns before they go on to the next: to
 * go through thousands of records once for each fact would take every one of them from memory again.
 */
export class NumberColumn {
  private readonly kept = new GrowingNumbers();
  private readonly of: (entry: NumberedRecord) => number | undefined;

  constructor(readonly name: NumberFactName) {
    const fact = numberFacts[name];
    this.of = ownNumbers[name] ?? (({ record }) => fact?.(record));
  }

  add(entry: NumberedRecord): void {
    this.kept.add(this.of(entry) ?? Number.NaN);
  }

  /** Of the records at these places, in the order of the places. */
  at(places: Uint32Array): Float64Array<ArrayBuffer> {
    return this.kept.at(places);
  }

  /** The number that all have, NaN for none; undefined where they differ. */
  same(): number | undefined {
    return this.kept.same();
  }

  /** Drops all but these. */
  keep(places: Uint32Array): void {
    this.kept.replace(this.at(places));
  }
}

/** What a record has a number of without being asked. */
const ownNumbers: { readonly [N in NumberFactName]?: (entry: NumberedRecord) => number } = {
  principal: ({ principal }) => principal,
  class: ({ requestClass }) => requestClass,
};

/** Numbers that are added one by one. Most facts are the same of all records: such a column takes no room. */
class GrowingNumbers {
  private first = Number.NaN;
  private values: Float64Array<ArrayBuffer> | undefined;
  private size = 0;

  add(value: number): void {
    if (this.size === 0) this.first = value;
    if (this.values === undefined && Object.is(value, this.first)) this.size += 1;
    else this.roomForOne()[this.size++] = value;
  }

  /** Undefined where they differ, or once did. */
  same(): number | undefined {
    return this.values === undefined ? this.first : undefined;
  }

  at(places: Uint32Array): Float64Array<ArrayBuffer> {
    const found = new Float64Array(places.length);
    const { values, first } = this;
    if (values === undefined) return found.fill(first);
    for (let index = 0; index < found.length; index++) found[index] = values[places[index] ?? 0] ?? Number.NaN;
    return found;
  }

  /** These, no more than there were, take the place of all. */
  replace(values: Float64Array): void {
    if (this.values === undefined) this.first = values[0] ?? Number.NaN;
    else this.values.set(values);
    this.size = values.length;
  }

  private roomForOne(): Float64Array<ArrayBuffer> {
    const { values, size } = this;
    if (values !== undefined && size < values.length) return values;
    const larger = new Float64Array(Math.max(firstRoom, 2 * size));
    if (values === undefined) larger.fill(this.first, 0, size);
    else larger.set(values);
    this.values = larger;
    return larger;
  }
}

/** As `NumberColumn`: what words each record has, as a place in a dictionary. */
export class WordColumn {
  private readonly kept = new GrowingNumbers();
  private dictionary: (readonly string[])[] = [];
  private readonly of: (typeof wordFacts)[WordFactName];
  // Most records have one word or none: these are looked up as they are.
  private readonly ofOne = new Map<string | undefined, number>();
  private readonly ofMore = new Map<string, number>();

  constructor(readonly name: WordFactName) {
    this.of = wordFacts[name];
  }

  add({ record }: NumberedRecord): void {
    this.kept.add(this.entryOf(this.of(record)));
  }

  /** Of the records at these places, by a dictionary of their own words alone. */
  at(places: Uint32Array): Words {
    const same = this.kept.same();
    if (same !== undefined && places.length > 0) {
      return { places: new Float64Array(places.length), dictionary: [this.dictionary[same] ?? []] };
    }
    const entries = this.kept.at(places);
    const dictionary: (readonly string[])[] = [];
    const known = new Map<number, number>();
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index] ?? 0;
      let place = known.get(entry);
      if (place === undefined) {
        place = dictionary.push(this.dictionary[entry] ?? []) - 1;
        known.set(entry, place);
      }
      entries[index] = place;
    }
    return { places: entries, dictionary };
  }

  keep(places: Uint32Array): void {
    const { places: entries, dictionary } = this.at(places);
    this.kept.replace(entries);
    this.ofOne.clear();
    this.ofMore.clear();
    this.dictionary = [];
    for (const words of dictionary) this.entryOf(words);
  }

  private entryOf(words: WordOrWords): number {
    if (words === undefined || typeof words === "string") return this.entryOfOne(words);
    if (words.length <= 1) return this.entryOfOne(words[0]);
    const name = JSON.stringify(words);
    const known = this.ofMore.get(name);
    if (known !== undefined) return known;
    const added = this.dictionary.push(words) - 1;
    this.ofMore.set(name, added);
    return added;
  }

  private entryOfOne(word: string | undefined): number {
    const known = this.ofOne.get(word);
    if (known !== undefined) return known;
    const added = this.dictionary.push(word === undefined ? [] : [word]) - 1;
    this.ofOne.set(word, added);
    return added;
  }
}

export type Words = { readonly places: Float64Array<ArrayBuffer>; readonly dictionary: readonly (readonly string[])[] };

/** Of each key from the one before it; zero of the first. */
export function distancesOf(keys: Float64Array): Float64Array<ArrayBuffer> {
  return Float64Array.from(keys, (key, index) => key - (keys[index - 1] ?? key));
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
