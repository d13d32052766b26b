import { classFields, type Principal, principalFields, type RequestClass } from "../log-fields";
import { isAnyOf, type LogFilter } from "../log-filter";
import type { Dictionaries } from "./dictionaries";

/** Numbers of the dictionary's entries that match all filters on them; undefined without such a filter. */
export function dimensionIds(
  filters: readonly LogFilter[],
  on: "principal" | "class",
  dictionaries: () => Dictionaries,
): readonly number[] | undefined {
  const asked = filters.filter((filter) => filter.on === on);
  if (asked.length === 0) return undefined;
  const { principals, classes } = dictionaries();
  if (on === "principal") {
    return [...principals].filter(([, principal]) => matchesAll(asked, principal, principalWords)).map(([id]) => id);
  }
  return [...classes].filter(([, requestClass]) => matchesAll(asked, requestClass, classWords)).map(([id]) => id);
}

type WordsOf<E> = (filter: LogFilter, entry: E) => readonly (string | undefined)[];

function matchesAll<E>(filters: readonly LogFilter[], entry: E, wordsOf: WordsOf<E>): boolean {
  return filters.every((filter) => "anyOf" in filter && isAnyOf(wordsOf(filter, entry), filter.anyOf));
}

const principalWords: WordsOf<Principal> = (filter, principal) =>
  filter.on === "principal" ? principalFields[filter.field](principal) : [];

const classWords: WordsOf<RequestClass> = (filter, requestClass) =>
  filter.on === "class" ? classFields[filter.field](requestClass) : [];
