import type { RequestRecord } from "#core/record";
import type { LogQuery } from "../log-store";
import { lowerBound, type Pack } from "../pack";
import { type Candidates, findCandidates, type KeyRange } from "./candidates";
import type { Dictionaries } from "./dictionaries";
import { prepareTests, type TestsOf } from "./fact-tests";
import type { FindRecord } from "./find-record";
import type { FindLabelled } from "./labels";
import type { Packs } from "./packs";
import { keyFrom, keyOf } from "./record-key";

/** What a search may look at before it answers with what it has. */
export type ScanBudget = { readonly rows: number; readonly ms: number };
export const defaultScanBudget: ScanBudget = { rows: 20_000_000, ms: 150 };

export type Found = {
  readonly records: readonly FoundAt[];
  /** Key where the following page begins; absent when nothing more can come. */
  readonly next?: number;
  readonly partial: boolean;
};
/** Finds a page of records. */
export type Search = (query: LogQuery) => Found;

export type FoundAt = { readonly key: number; readonly record: RequestRecord };

export type SearchParts = {
  readonly packs: Packs;
  readonly dictionaries: () => Dictionaries;
  readonly findRecord: FindRecord;
  readonly findLabelled: FindLabelled;
};

/**
 * Finds the records of a page: goes through the packs of the range in order and looks at the columns that the filters
 * need, until the page is full, nothing is left, or the budget is spent.
 */
export function createSearch(parts: SearchParts, budget: ScanBudget): Search {
  return (query) => {
    const deadline = performance.now() + budget.ms;
    const { filters = [], order = "newest" } = query;
    const asked = rangeOf(query, query.after === undefined ? undefined : cursorKey(query.after, parts.findRecord));
    const candidates = findCandidates(filters, asked, order, parts);
    const range = reachable(asked, order, candidates?.reached);
    const packs = parts.packs.overlapping(range.low, range.high, order);
    const testsOf = prepareTests(filters, parts.dictionaries);
    const search = {
      packs,
      range,
      order,
      limit: query.limit,
      candidates,
      testsOf,
      isSpent: spending(budget, deadline),
    };
    const found = collect(search);
    const { next = candidates?.reached, partial } = found;
    // Not even the labels were all looked at.
    const isCut = found.next === undefined && candidates?.reached !== undefined;
    return { records: found.records, ...(next !== undefined && { next }), partial: partial || isCut };
  };
}

type PageSearch = {
  readonly packs: readonly Pack[];
  readonly range: KeyRange;
  readonly order: "newest" | "oldest";
  readonly limit: number;
  readonly candidates: Candidates | undefined;
  readonly testsOf: TestsOf;
  /** Takes how many rows are looked at next. */
  readonly isSpent: (rows: number) => boolean;
};

type Hit = { readonly key: number; readonly pack: Pack; readonly index: number };

/** Packs may overlap: what a pack has counts only as far as no later pack can have something before it. */
function collect({ packs, range, order, limit, candidates, testsOf, isSpent }: PageSearch): Found {
  const newest = order === "newest";
  const inOrder = (a: Hit, b: Hit) => (newest ? b.key - a.key : a.key - b.key);
  let pending: Hit[] = [];
  for (const [place, pack] of packs.entries()) {
    pending.push(...hitsIn(pack, range, newest, candidates, testsOf, limit + 1));
    pending.sort(inOrder);
    const following = packs[place + 1];
    if (following === undefined) break;
    const isSafe = ({ key }: Hit) => (newest ? key > following.last : key < following.first);
    const safe = pending.findIndex((hit) => !isSafe(hit));
    if ((safe < 0 ? pending.length : safe) > limit) break;
    if (isSpent(pack.size)) {
      pending = pending.filter(isSafe);
      const next = newest ? following.last + 1 : following.first - 1;
      return { records: recordsOf(pending), next, partial: true };
    }
  }
  const page = pending.slice(0, limit);
  const last = page.at(-1);
  return { records: recordsOf(page), ...(pending.length > limit && last && { next: last.key }), partial: false };
}

function hitsIn(
  pack: Pack,
  { low, high }: KeyRange,
  newest: boolean,
  candidates: Candidates | undefined,
  testsOf: TestsOf,
  most: number,
): readonly Hit[] {
  const wanted = candidates?.keys.filter((key) => key >= pack.first && key <= pack.last);
  if (wanted?.length === 0) return [];
  const tests = testsOf(pack);
  if (tests === undefined) return [];
  const start = Math.max(pack.gone, low <= pack.first ? 0 : lowerBound(pack.keys(), low));
  const end = high >= pack.last ? pack.size : lowerBound(pack.keys(), high + 1);
  const passes = (index: number) => tests.every((isPassed) => isPassed(index));
  const among = wanted
    ?.map((key) => lowerBound(pack.keys(), key))
    .filter((index, place) => {
      return pack.keys()[index] === wanted[place] && index >= start && index < end;
    });
  const count = among?.length ?? end - start;
  const hits: Hit[] = [];
  for (let step = 0; step < count && hits.length < most; step++) {
    const place = newest ? count - 1 - step : step;
    const index = among === undefined ? start + place : (among[place] ?? start);
    if (passes(index)) hits.push({ key: pack.keys()[index] ?? 0, pack, index });
  }
  return hits;
}

function recordsOf(hits: readonly Hit[]): readonly FoundAt[] {
  return hits.flatMap(({ key, pack, index }) => {
    const record = pack.record(index);
    return record === undefined ? [] : [{ key, record }];
  });
}

export function spending(budget: ScanBudget, deadline: number): (rows: number) => boolean {
  let rows = 0;
  return (more) => {
    rows += more;
    return rows >= budget.rows || performance.now() > deadline;
  };
}

/** A cursor is the id of the last record of a page, or where a search stopped looking: `key:` and the key. */
function cursorKey(after: string, findRecord: FindRecord): number {
  if (/^[0-9a-f]{32}$/.test(after)) return findRecord(after)?.key ?? keyOf(after);
  const [, key] = /^key:(-?\d{1,16})$/.exec(after) ?? [];
  if (key === undefined) throw new Error(`Cannot go on with a list after "${after}": the next of a page is needed`);
  return Number(key);
}

export function rangeOf({ fromMs, toMs, order }: LogQuery, cursor: number | undefined): KeyRange {
  const low = fromMs === undefined ? Number.MIN_SAFE_INTEGER : keyFrom(fromMs);
  const high = toMs === undefined ? Number.MAX_SAFE_INTEGER - 1 : keyFrom(toMs) - 1;
  if (cursor === undefined) return { low, high };
  return order === "oldest" ? { low: Math.max(low, cursor + 1), high } : { low, high: Math.min(high, cursor - 1) };
}

function reachable({ low, high }: KeyRange, order: "newest" | "oldest", reached: number | undefined): KeyRange {
  if (reached === undefined) return { low, high };
  return order === "newest" ? { low: reached, high } : { low, high: reached };
}
