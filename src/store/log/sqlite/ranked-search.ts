import { type LogQuery, type RankedBy, rankedColumns } from "../log-store";
import { lowerBound, type Pack } from "../pack";
import { findCandidates } from "./candidates";
import { prepareTests } from "./fact-tests";
import { keyFrom, timeOfKey } from "./record-key";
import { type FoundAt, rangeOf, type ScanBudget, type SearchParts, spending } from "./search";

export type Ranked = {
  readonly records: readonly FoundAt[];
  /** Cursor of the following page. */
  readonly next?: string;
  /** What began before was not looked at; milliseconds since the epoch. */
  readonly lookedBackToMs?: number;
};

export type RankedSearch = (query: LogQuery, by: RankedBy) => Ranked;

/**
 * Finds the records of a page by an amount, the largest first and of equal ones the newest. Nothing is in that order: every pack of
 * the range is looked at, the newest first, and of each only the column of the amount and those that filters need. Where the budget
 * is spent before, the page and those after it are about what was looked at, and say how far that goes back. A record that has no
 * such amount is in no page.
 */
export function createRankedSearch(parts: SearchParts, budget: ScanBudget): RankedSearch {
  return (query, by) => {
    const { filters = [], limit } = query;
    const after = query.after === undefined ? undefined : cursorIn(query.after);
    const asked = rangeOf({ ...query, order: "newest" }, undefined);
    const candidates = findCandidates(filters, asked, "newest", parts);
    const low = Math.max(asked.low, after?.low ?? asked.low, candidates?.reached ?? asked.low);
    const range = { low, high: asked.high };
    const testsOf = prepareTests(filters, parts.dictionaries);
    const packs = parts.packs.overlapping(range.low, range.high, "newest");
    // Later pages are about what the first one looked at.
    const isSpent = after === undefined ? spending(budget, performance.now() + budget.ms) : () => false;
    const best = createBest(limit + 1, after);
    const wanted = candidates && new Set(candidates.keys);
    let reached = low;
    for (const [place, pack] of packs.entries()) {
      const tests = testsOf(pack);
      if (tests !== undefined) {
        const amounts = pack.numbers(rankedColumns[by]);
        const keys = pack.keys();
        const { start, end } = placesIn(pack, range);
        for (let index = start; index < end; index++) {
          const amount = amounts[index] ?? Number.NaN;
          const key = keys[index] ?? 0;
          if (Number.isNaN(amount) || !best.isWanted(amount, key)) continue;
          if (wanted?.has(key) === false || !tests.every((isPassed) => isPassed(index))) continue;
          best.add({ amount, key, pack, index });
        }
      }
      const following = packs[place + 1];
      if (following === undefined || !isSpent(pack.size)) continue;
      // Packs may overlap: what is looked at ends behind the millisecond in which the next one does.
      reached = Math.max(low, keyFrom(timeOfKey(following.last) + 1));
      break;
    }
    const found = best.all().filter(({ key }) => key >= reached);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const isCut = reached > asked.low;
    return {
      records: page.flatMap(({ key, pack, index }) => {
        const record = pack.record(index);
        return record === undefined ? [] : [{ key, record }];
      }),
      ...(found.length > limit && last && { next: `rank:${last.amount}:${last.key}:${isCut ? reached : ""}` }),
      ...(isCut && { lookedBackToMs: timeOfKey(reached) }),
    };
  };
}

type Hit = { readonly amount: number; readonly key: number; readonly pack: Pack; readonly index: number };
type Place = { readonly amount: number; readonly key: number };

/** The first so many behind a place. */
function createBest(most: number, after: Place | undefined) {
  let hits: Hit[] = [];
  let worst: Place | undefined;
  const cut = () => {
    hits = hits.sort(inOrder).slice(0, most);
    worst = hits.length < most ? undefined : hits.at(-1);
  };
  return {
    isWanted: (amount: number, key: number) =>
      (after === undefined || inOrder(after, { amount, key }) < 0) &&
      (worst === undefined || inOrder({ amount, key }, worst) < 0),
    add: (hit: Hit) => {
      hits.push(hit);
      if (hits.length >= 4 * most) cut();
    },
    all: () => {
      cut();
      return hits;
    },
  };
}

function inOrder(a: Place, b: Place): number {
  return b.amount - a.amount || b.key - a.key;
}

function placesIn(pack: Pack, { low, high }: { readonly low: number; readonly high: number }) {
  const start = Math.max(pack.gone, low <= pack.first ? 0 : lowerBound(pack.keys(), low));
  return { start, end: high >= pack.last ? pack.size : lowerBound(pack.keys(), high + 1) };
}

/** The amount and key of the last record of a page, and from which key on records were looked at. */
function cursorIn(after: string): Place & { readonly low: number | undefined } {
  const [, amount, key, low] = /^rank:(\d+(?:\.\d+)?):(-?\d{1,16}):(-?\d{1,16})?$/.exec(after) ?? [];
  if (amount === undefined || key === undefined) {
    throw new Error(`Cannot go on with a list after "${after}": the next of a page in the same order is needed`);
  }
  return { amount: Number(amount), key: Number(key), low: low === undefined ? undefined : Number(low) };
}
