import type { Database } from "bun:sqlite";
import {
  type CountAnswer,
  type CountQuery,
  classFacets,
  type FacetField,
  facetOf,
  isErrorOutcome,
  keysIn,
  principalFacets,
  splitFilters,
  wordFacets,
} from "../count-query";
import { keyNamesIn } from "../key-names";
import type { LogFilter } from "../log-filter";
import { lowerBound, type Pack } from "../pack";
import { findCandidates } from "./candidates";
import type { Dictionaries } from "./dictionaries";
import { type FactTest, marked, prepareTests, type TestsOf } from "./fact-tests";
import { timeOfKey } from "./record-key";
import { rangeOf, type ScanBudget, type SearchParts, spending } from "./search";

/**
 * Counts records from the facts of their packs, the newest first, until the budget is spent. Principals and classes are
 * counted by their numbers, which become words at the end.
 */
export function createCounts(
  database: Database,
  parts: SearchParts,
  budget: ScanBudget,
): (query: CountQuery) => CountAnswer {
  return database.transaction((query: CountQuery): CountAnswer => {
    const isSpent = spending(budget, performance.now() + budget.ms);
    const range = rangeOf({ ...query, limit: 0 }, undefined);
    const candidates = findCandidates(query.filters, range, "newest", parts);
    const counting = createCounting(query, parts.dictionaries);
    const low = Math.max(range.low, candidates?.reached ?? range.low);
    const packs = parts.packs.overlapping(low, range.high, "newest");
    let reached: number | undefined = candidates?.reached;
    const wanted = candidates && new Set(candidates.keys);
    for (const [place, pack] of packs.entries()) {
      counting.add(pack, { low, high: range.high }, wanted);
      const following = packs[place + 1];
      if (following === undefined || !isSpent(pack.size)) continue;
      reached = following.last + 1;
      break;
    }
    return { ...counting.answer(), ...(reached !== undefined && { reachedMs: timeOfKey(reached) }) };
  });
}

type KeyRange = { readonly low: number; readonly high: number };

function createCounting(query: CountQuery, dictionaries: () => Dictionaries) {
  const { filters, fields, barMs } = query;
  const { own, fixed } = splitFilters(filters, fields);
  const testsOf = prepareTests(fixed, dictionaries);
  const ownTests = own.map((each) => ({ ...each, testsOf: prepareTests(each.filters, dictionaries) }));
  const known = dictionaries();
  const isError = marked([...known.classes].flatMap(([id, { outcome }]) => (isErrorOutcome(outcome) ? [id] : [])));
  const shared = createCounter(
    fields.filter((field) => !own.some((each) => each.field === field)),
    known,
  );
  const ofOwn = own.map(({ field }) => createCounter([field], known));
  const bars = new Map<number, { records: number; errors: number }>();
  const sums = { records: 0, errors: 0 };

  const add = (pack: Pack, range: KeyRange, wanted: ReadonlySet<number> | undefined) => {
    const tests = testsOf(pack);
    if (tests === undefined) return;
    const keys = pack.keys();
    const classes = pack.numbers("class");
    const start = Math.max(pack.gone, lowerBound(keys, range.low));
    const end = lowerBound(keys, range.high + 1);
    const failing = whichFails(pack, ownTests);
    const addShared = shared.of(pack);
    const addOwn = ofOwn.map((counter) => counter.of(pack));
    const note = barMs === 0 ? undefined : createBars(bars, barMs);
    for (let index = start; index < end; index++) {
      if (wanted !== undefined && !wanted.has(keys[index] ?? 0)) continue;
      if (!passes(tests, index)) continue;
      const fails = failing(index);
      if (fails === manyFail) continue;
      if (fails >= 0) {
        addOwn[fails]?.(index);
        continue;
      }
      const error = isError[classes[index] ?? 0] ?? 0;
      sums.records++;
      sums.errors += error;
      note?.(timeOfKey(keys[index] ?? 0), error);
      addShared(index);
      for (const addTo of addOwn) addTo(index);
    }
    for (const counter of [shared, ...ofOwn]) counter.leave();
  };
  return {
    add,
    answer: (): CountAnswer => {
      const counted = fields.map((field) => {
        const place = own.findIndex((each) => each.field === field);
        return facetOf(field, (ofOwn[place] ?? shared).words(field), query.top);
      });
      return {
        ...sums,
        bars: [...bars].sort(([a], [b]) => a - b).map(([atMs, bar]) => ({ atMs, ...bar })),
        facets: counted,
        keyNames: keyNamesIn(known.principals.values(), keysIn(counted)),
      };
    },
  };
}

function passes(tests: readonly FactTest[], index: number): boolean {
  for (const test of tests) if (!test(index)) return false;
  return true;
}

const noneFails = -1;
const manyFail = -2;

/** Which field's own filters a record fails, where it is one: it counts among that field's values. */
function whichFails(pack: Pack, own: readonly { readonly testsOf: TestsOf; readonly filters: readonly LogFilter[] }[]) {
  const all = own.map(({ testsOf }) => testsOf(pack));
  return (index: number): number => {
    let failing = noneFails;
    for (const [place, tests] of all.entries()) {
      if (tests !== undefined && passes(tests, index)) continue;
      if (failing !== noneFails) return manyFail;
      failing = place;
    }
    return failing;
  };
}

function createBars(bars: Map<number, { records: number; errors: number }>, barMs: number) {
  let [current, currentAt] = [{ records: 0, errors: 0 }, Number.NaN];
  return (atMs: number, error: number) => {
    const at = Math.floor(atMs / barMs) * barMs;
    if (at !== currentAt) {
      currentAt = at;
      current = bars.get(at) ?? { records: 0, errors: 0 };
      bars.set(at, current);
    }
    current.records++;
    current.errors += error;
  };
}

type Counts = Map<string | undefined, number>;

/** Counts the values of some fields. `leave` is to be called when a pack is done. */
function createCounter(fields: readonly FacetField[], { principals, classes }: Dictionaries) {
  const byPrincipal = fields.some((field) => Object.hasOwn(principalFacets, field));
  const byClass = fields.some((field) => Object.hasOwn(classFacets, field));
  const principalCounts = new Float64Array(byPrincipal ? principals.size + 1 : 0);
  const classCounts = new Float64Array(byClass ? classes.size + 1 : 0);
  const wordFields = fields.filter(isWordField);
  const wordCounts = new Map(wordFields.map((field): [FacetField, Counts] => [field, new Map()]));
  let leave = () => {};
  return {
    of: (pack: Pack): ((index: number) => void) => {
      const [whose, what] = [pack.numbers("principal"), pack.numbers("class")];
      const columns = wordFields.map((field) => {
        const { places, dictionary } = pack.words(field);
        return { field, places: places(), dictionary, counts: new Float64Array(dictionary.length) };
      });
      leave = () => {
        for (const { field, dictionary, counts } of columns) {
          for (const [place, words] of dictionary.entries()) addWords(wordCounts.get(field), words, counts[place] ?? 0);
        }
      };
      return (index) => {
        if (byPrincipal) increment(principalCounts, whose[index]);
        if (byClass) increment(classCounts, what[index]);
        for (const { places, counts } of columns) increment(counts, places[index]);
      };
    },
    leave: () => leave(),
    words: (field: FacetField): Counts => {
      if (isWordField(field)) return wordCounts.get(field) ?? new Map();
      const found: Counts = new Map();
      if (isPrincipalField(field)) {
        for (const [id, entry] of principals) addWords(found, principalFacets[field](entry), principalCounts[id] ?? 0);
      } else {
        for (const [id, entry] of classes) addWords(found, classFacets[field](entry), classCounts[id] ?? 0);
      }
      return found;
    },
  };
}

function increment(counts: Float64Array, at: number | undefined): void {
  if (at !== undefined) counts[at] = (counts[at] ?? 0) + 1;
}

function addWords(to: Counts | undefined, words: readonly string[], records: number): void {
  if (records === 0 || to === undefined) return;
  for (const word of words.length === 0 ? [undefined] : words) to.set(word, (to.get(word) ?? 0) + records);
}

function isWordField(field: FacetField): field is keyof typeof wordFacets {
  return Object.hasOwn(wordFacets, field);
}

function isPrincipalField(field: FacetField): field is keyof typeof principalFacets {
  return Object.hasOwn(principalFacets, field);
}
