import type { NumberFactName } from "../fact-columns";
import { type ColumnFilter, isAnyOf, type LogFilter, lowerAscii } from "../log-filter";
import type { Pack } from "../pack";
import type { Dictionaries } from "./dictionaries";
import { dimensionIds } from "./dimension-ids";

/** Whether the record at an index of a pack passes a filter. */
export type FactTest = (index: number) => boolean;

/** Makes the tests of a pack, undefined where none of its records can pass. */
export type TestsOf = (pack: Pack) => readonly FactTest[] | undefined;

/** Prepares the tests of all filters that facts can answer; those of a pack read the columns that they need. */
export function prepareTests(filters: readonly LogFilter[], dictionaries: () => Dictionaries): TestsOf {
  const ofDimensions = (["principal", "class"] as const).flatMap((column) => {
    const ids = dimensionIds(filters, column, dictionaries);
    if (ids === undefined) return [];
    const isChosen = marked(ids);
    return [(pack: Pack) => markedTest(pack.numbers(column), isChosen)];
  });
  const ofColumns = filters.flatMap((filter) => {
    if (filter.on === "principal" || filter.on === "class" || isLookedUp(filter)) return [];
    return [(pack: Pack) => columnTest(pack, filter)];
  });
  const makers = [...ofColumns, ...ofDimensions];
  return (pack) => {
    const tests: FactTest[] = [];
    for (const make of makers) {
      const test = make(pack);
      if (test === undefined) return undefined;
      tests.push(test);
    }
    return tests;
  };
}

/** Filters that are answered by looking up, see `candidates.ts`. */
export function isLookedUp(filter: LogFilter): filter is Extract<LogFilter, { on: "word" }> {
  return filter.on === "word" && ["id", "request_id", "trace_id", "session_id"].includes(filter.field);
}

/** One at each chosen number. */
export function marked(ids: readonly number[]): Uint8Array {
  const marks = new Uint8Array(ids.reduce((most, id) => Math.max(most, id), 0) + 1);
  for (const id of ids) marks[id] = 1;
  return marks;
}

function markedTest(numbers: Float64Array, marks: Uint8Array): FactTest {
  return (index) => marks[numbers[index] ?? 0] === 1;
}

function columnTest(pack: Pack, filter: ColumnFilter): FactTest | undefined {
  switch (filter.on) {
    case "word":
      return wordTest(pack, filter);
    case "number": {
      const values = pack.numbers(filter.field);
      const [min, max] = [filter.min ?? Number.NEGATIVE_INFINITY, filter.max ?? Number.POSITIVE_INFINITY];
      // Not a number is in no range.
      return (index) => {
        const value = values[index] ?? Number.NaN;
        return value >= min && value <= max;
      };
    }
    case "text": {
      const part = lowerAscii(filter.contains);
      return dictionaryTest(pack, filter.field, (words) => words.some((word) => lowerAscii(word).includes(part)));
    }
  }
}

function wordTest(pack: Pack, { field, anyOf }: Extract<ColumnFilter, { on: "word" }>): FactTest | undefined {
  switch (field) {
    case "estimated":
      return yesOrNo(pack, "estimated", (value) => value === 1, anyOf);
    case "retried":
      return yesOrNo(pack, "attempts", (value) => value > 1, anyOf);
    case "id":
    case "request_id":
    case "trace_id":
    case "session_id":
      return () => true;
    default:
      return dictionaryTest(pack, field, (words) => isAnyOf(words, anyOf));
  }
}

function yesOrNo(
  pack: Pack,
  name: NumberFactName,
  isYes: (value: number) => boolean,
  anyOf: readonly string[],
): FactTest {
  const values = pack.numbers(name);
  return (index) => anyOf.includes(String(isYes(values[index] ?? 0)));
}

function dictionaryTest(
  pack: Pack,
  name: Parameters<Pack["words"]>[0],
  isWanted: (words: readonly string[]) => boolean,
): FactTest | undefined {
  const { places, dictionary } = pack.words(name);
  const wanted = dictionary.flatMap((words, place) => (isWanted(words) ? [place] : []));
  return wanted.length === 0 ? undefined : markedTest(places(), marked(wanted));
}
