import { namesOf } from "#lib/names-of";
import { isErrorOutcome } from "./count-query";
import { type NumberFactName, numberFacts, type WordFactName, wordFacts } from "./fact-columns";
import { NumberColumn, type NumberedRecord, WordColumn, type Words } from "./fact-encoding";

/** Facts of some records, in the order of their keys. */
export type Facts = {
  readonly size: number;
  readonly keys: () => Float64Array<ArrayBuffer>;
  readonly numbers: (name: NumberFactName) => Float64Array<ArrayBuffer>;
  /** The number that is known to be that of all; undefined where they may differ. */
  readonly same: (name: NumberFactName) => number | undefined;
  readonly words: (name: WordFactName) => Words;
};

/**
 * The facts of records, taken of each while it is at hand. The records themselves would take four times the memory until they
 * are packed, or would be decoded once more.
 */
export class FactTable {
  private keys: number[] = [];
  private columns = emptyColumns();
  private errors = new Set<number>();

  add(entry: NumberedRecord): void {
    this.keys.push(entry.key);
    if (isErrorOutcome(entry.record.outcome)) this.errors.add(entry.requestClass);
    for (const column of this.columns.all) column.add(entry);
  }

  /** Whether it has these records and no others, in this order. */
  isOf(records: readonly { readonly key: number }[]): boolean {
    const { keys } = this;
    return records.length === keys.length && records.every(({ key }, place) => key === keys[place]);
  }

  /** The places of its records, in the order of their keys. */
  inOrder(): Uint32Array {
    const { keys } = this;
    return Uint32Array.from(keys.keys()).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
  }

  /** Of the records at these places, which are in the order of their keys. */
  at(places: Uint32Array): Facts {
    const { numbers, words } = this.columns;
    return {
      size: places.length,
      keys: () => this.keysAt(places),
      numbers: (name) => named(numbers, name).at(places),
      same: (name) => named(numbers, name).same(),
      words: (name) => named(words, name).at(places),
    };
  }

  /** The request classes of its records that are errors. */
  errorClasses(): readonly number[] {
    return [...this.errors];
  }

  /** Drops all but the records at these places. */
  keep(places: Uint32Array): void {
    this.keys = [...this.keysAt(places)];
    for (const column of this.columns.all) column.keep(places);
  }

  clear(): void {
    this.keys = [];
    this.columns = emptyColumns();
    this.errors = new Set();
  }

  private keysAt(places: Uint32Array): Float64Array<ArrayBuffer> {
    return Float64Array.from(places, (place) => this.keys[place] ?? 0);
  }
}

function emptyColumns() {
  const numbers = namesOf(numberFacts).map((name) => new NumberColumn(name));
  const words = namesOf(wordFacts).map((name) => new WordColumn(name));
  return { numbers, words, all: [...numbers, ...words] };
}

function named<C extends { readonly name: string }>(columns: readonly C[], name: C["name"]): C {
  const found = columns.find((column) => column.name === name);
  if (found === undefined) throw new Error(`Cannot find the facts ${name}: there is no such column`);
  return found;
}
