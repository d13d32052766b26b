import type { RequestRecord } from "#core/record";
import { classFields, numberColumns, principalFields, textColumns, wordColumns } from "./log-fields";

/** One condition on a record; of several, all must hold. */
export type LogFilter = DimensionFilter | ColumnFilter;

/** A condition on what roll-ups keep apart too. */
export type DimensionFilter =
  | { readonly on: "principal"; readonly field: keyof typeof principalFields; readonly anyOf: readonly string[] }
  | { readonly on: "class"; readonly field: keyof typeof classFields; readonly anyOf: readonly string[] };

export type ColumnFilter =
  | { readonly on: "word"; readonly field: keyof typeof wordColumns; readonly anyOf: readonly string[] }
  /** Both ends included. A record that has no such amount is in no range. */
  | { readonly on: "number"; readonly field: keyof typeof numberColumns; readonly min?: number; readonly max?: number }
  | { readonly on: "text"; readonly field: keyof typeof textColumns; readonly contains: string };

export function matchesFilters(record: RequestRecord, filters: readonly LogFilter[]): boolean {
  return filters.every((filter) => matches(record, filter));
}

function matches(record: RequestRecord, filter: LogFilter): boolean {
  switch (filter.on) {
    case "principal":
      return isAnyOf(principalFields[filter.field](record), filter.anyOf);
    case "class":
      return isAnyOf(classFields[filter.field](record), filter.anyOf);
    case "word":
      return isAnyOf([wordColumns[filter.field](record)].flat(), filter.anyOf);
    case "number": {
      const amount = numberColumns[filter.field](record);
      return amount !== undefined && amount >= (filter.min ?? amount) && amount <= (filter.max ?? amount);
    }
    case "text":
      return lowerAscii(textColumns[filter.field](record) ?? "").includes(lowerAscii(filter.contains));
  }
}

export function isAnyOf(words: readonly (string | undefined)[], anyOf: readonly string[]): boolean {
  return words.some((word) => word !== undefined && anyOf.includes(word));
}

export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
