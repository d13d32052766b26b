import type { Database } from "bun:sqlite";
import { kindFields, numberColumns, principalFields, textColumns, wordColumns } from "../log-fields";
import { isAnyOf, type LogFilter, lowerAscii } from "../log-filter";
import type { LogQuery } from "../log-store";
import type { Dictionaries } from "./dictionaries";
import { findKey } from "./find-key";
import { keyFrom, keyOf } from "./record-key";

/** What a search may look at before it answers with what it has. One that names its beginning may take longer. */
export type ScanBudget = { readonly rows: number; readonly ms: number; readonly boundedMs: number };
export const defaultScanBudget: ScanBudget = { rows: 1_000_000, ms: 150, boundedMs: 1000 };

export type Found = {
  readonly keys: readonly number[];
  /** Where the following page begins; absent when nothing more can come. */
  readonly next?: number;
  readonly partial: boolean;
};

/** An ordered list of keys that holds every record that can match, e.g. those of one principal. */
type Source = { readonly of: "all" } | KeyList;
type KeyList =
  | {
      readonly of: "column";
      readonly column: "principal" | "kind" | "request_id" | "trace_id";
      readonly value: string | number;
    }
  | { readonly of: "ids"; readonly ids: readonly string[] };

type Value = string | number;
type Condition = { readonly sql: string; readonly values: readonly Value[] };

/** More lists than this cost more to read side by side than to go through everything. */
const maxSources = 200;
const stepRows = { first: 256, last: 8192 };

/**
 * Finds the keys of a page. Reads candidates in order from the narrowest index there is, and looks at the rest of the
 * filters row by row, in steps, until the page is full, nothing is left, or the budget is spent.
 */
export function createSearch(
  database: Database,
  dictionaries: () => Dictionaries,
  budget: ScanBudget,
): (query: LogQuery) => Found {
  const keyOfId = findKey(database);
  return (query) => {
    const { sources, conditions } = planSearch(query.filters ?? [], dictionaries);
    const range = rangeOf(query, query.after === undefined ? undefined : cursorKey(query.after, keyOfId));
    return collect(database, { sources, conditions, range, query, budget });
  };
}

type Range = { low: number; high: number };
type Search = {
  readonly sources: readonly Source[];
  readonly conditions: readonly Condition[];
  /** Both ends included. */
  readonly range: Range;
  readonly query: LogQuery;
  readonly budget: ScanBudget;
};

/** A cursor is the id of the last record of a page, or where a search stopped looking: `key:` and the key. */
function cursorKey(after: string, keyOfId: (id: string) => number | undefined): number | undefined {
  if (/^[0-9a-f]{32}$/.test(after)) return keyOfId(after) ?? keyOf(after);
  const [, key] = /^key:(-?\d{1,16})$/.exec(after) ?? [];
  return key === undefined ? undefined : Number(key);
}

function rangeOf({ fromMs, toMs, order }: LogQuery, cursor: number | undefined): Range {
  const low = fromMs === undefined ? Number.MIN_SAFE_INTEGER : keyFrom(fromMs);
  const high = toMs === undefined ? Number.MAX_SAFE_INTEGER : keyFrom(toMs) - 1;
  if (cursor === undefined) return { low, high };
  return order === "oldest" ? { low: Math.max(low, cursor + 1), high } : { low, high: Math.min(high, cursor - 1) };
}

function collect(database: Database, search: Search): Found {
  const { range, query, budget } = search;
  const newest = query.order !== "oldest";
  const budgetMs = query.fromMs === undefined ? budget.ms : budget.boundedMs;
  const deadline = performance.now() + budgetMs;
  const keys: number[] = [];
  let [{ low, high }, looked] = [range, 0];
  for (let rows = Math.max(query.limit + 1, stepRows.first); low <= high; rows = Math.min(rows * 2, stepRows.last)) {
    const step = takeStep(database, search, { low, high }, newest, rows);
    for (const key of step.keys) {
      if (keys.length === query.limit) return { keys, ...nextAfter(keys), partial: false };
      keys.push(key);
    }
    if (step.end === undefined) return { keys, partial: false };
    if (newest) high = step.end - 1;
    else low = step.end + 1;
    looked += rows;
    if (looked >= budget.rows || performance.now() > deadline) return { keys, next: step.end, partial: true };
  }
  return { keys, partial: false };
}

/** What matches among the next candidates, in order. `end`: the last that was looked at, undefined after the last. */
type Step = { readonly keys: readonly number[]; readonly end?: number };

function takeStep(
  database: Database,
  { sources, conditions }: Search,
  range: Range,
  newest: boolean,
  rows: number,
): Step {
  if (sources.length === 1 && sources[0]?.of === "all") return scan(database, conditions, range, newest, rows);
  const { keys, end } = candidates(database, sources, range, newest, rows);
  return { keys: matching(database, keys, conditions, newest), ...(end === undefined ? {} : { end }) };
}

function scan(
  database: Database,
  conditions: readonly Condition[],
  { low, high }: Range,
  newest: boolean,
  rows: number,
): Step {
  const [order, furthest] = newest ? ["DESC", "min"] : ["ASC", "max"];
  const reach = database
    .query<{ end: number | null; rows: number }, [number, number, number]>(
      `SELECT ${furthest}(key) AS end, count(*) AS rows
      FROM (SELECT key FROM facts WHERE key BETWEEN ? AND ? ORDER BY key ${order} LIMIT ?)`,
    )
    .get(low, high, rows);
  if (reach === null || reach.end === null) return { keys: [] };
  const where = conditions.map(({ sql }) => ` AND ${sql}`).join("");
  const found = database
    .query<{ key: number }, Value[]>(`SELECT key FROM facts WHERE key BETWEEN ? AND ?${where} ORDER BY key ${order}`)
    .all(...(newest ? [reach.end, high] : [low, reach.end]), ...conditions.flatMap(({ values }) => values));
  return { keys: found.map(({ key }) => key), ...(reach.rows === rows ? { end: reach.end } : {}) };
}

function nextAfter(keys: readonly number[]): { readonly next?: number } {
  const last = keys.at(-1);
  return last === undefined ? {} : { next: last };
}

function candidates(database: Database, sources: readonly Source[], range: Range, newest: boolean, rows: number): Step {
  const lists = sources
    .flatMap((source) => (source.of === "all" ? [] : [source]))
    .map((source) => keysOf(database, source, range, newest, rows));
  const [only] = lists;
  const ends = lists.filter((list) => list.length === rows).map((list) => list.at(-1) ?? 0);
  // No list is known further than this.
  const end = ends.length === 0 ? undefined : newest ? Math.max(...ends) : Math.min(...ends);
  const known = (key: number) => end === undefined || (newest ? key >= end : key <= end);
  const keys = lists.length === 1 && only !== undefined ? only : lists.flatMap((list) => list.filter(known));
  return { keys, ...(end === undefined ? {} : { end }) };
}

function keysOf(
  database: Database,
  source: KeyList,
  { low, high }: Range,
  newest: boolean,
  rows: number,
): readonly number[] {
  const tail = `key BETWEEN ? AND ? ORDER BY key ${newest ? "DESC" : "ASC"} LIMIT ?`;
  switch (source.of) {
    case "ids":
      return database
        .query<{ key: number }, [string, number, number, number]>(
          // The millisecond of the id, where its key is.
          `SELECT requests.key FROM json_each(?) AS wanted CROSS JOIN requests
          ON requests.key BETWEEN wanted.value ->> 0 AND (wanted.value ->> 0) + 8191 AND requests.id = wanted.value ->> 1
          WHERE requests.${tail.replace("ORDER BY key", "ORDER BY requests.key")}`,
        )
        .all(JSON.stringify(source.ids.map((id) => [keyOf(id), id])), low, high, rows)
        .map(({ key }) => key);
    case "column":
      return database
        .query<{ key: number }, [Value, number, number, number]>(
          `SELECT key FROM facts INDEXED BY facts_by_${source.column} WHERE ${source.column} = ? AND ${tail}`,
        )
        .all(source.value, low, high, rows)
        .map(({ key }) => key);
  }
}

function matching(
  database: Database,
  keys: readonly number[],
  conditions: readonly Condition[],
  newest: boolean,
): readonly number[] {
  const ordered = [...new Set(keys)].sort((a, b) => (newest ? b - a : a - b));
  const [first, last] = [ordered[0], ordered.at(-1)];
  if (conditions.length === 0 || first === undefined || last === undefined) return ordered;
  const where = conditions.map(({ sql }) => sql).join(" AND ");
  const rows = database
    .query<{ key: number }, Value[]>(
      `SELECT facts.key FROM json_each(?) AS candidate CROSS JOIN facts ON facts.key = candidate.value WHERE ${where}`,
    )
    .all(JSON.stringify(ordered), ...conditions.flatMap(({ values }) => values));
  return rows.map(({ key }) => key);
}

function planSearch(
  filters: readonly LogFilter[],
  dictionaries: () => Dictionaries,
): { readonly sources: readonly Source[]; readonly conditions: readonly Condition[] } {
  const principals = dimensionIds(filters, "principal", dictionaries);
  const kinds = dimensionIds(filters, "kind", dictionaries);
  const conditions = filters.flatMap(columnCondition);
  const inList = (column: string, ids: readonly number[] | undefined): readonly Condition[] =>
    ids === undefined ? [] : [{ sql: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(ids)] }];
  const all = [...inList("principal", principals), ...inList("kind", kinds), ...conditions];
  const named = wordSources(filters);
  if (named !== undefined) return { sources: named, conditions: all };
  for (const [column, ids] of [["principal", principals] as const, ["kind", kinds] as const]) {
    if (ids === undefined || ids.length > maxSources) continue;
    const others = all.filter(({ sql }) => !sql.startsWith(`${column} IN`));
    return { sources: ids.map((value) => ({ of: "column", column, value })), conditions: others };
  }
  return { sources: [{ of: "all" }], conditions: all };
}

/** Lists for filters that few records can match. */
function wordSources(filters: readonly LogFilter[]): readonly Source[] | undefined {
  for (const filter of filters) {
    if (filter.on !== "word") continue;
    const ids: Source = { of: "ids", ids: filter.anyOf.filter((word) => /^[0-9a-f]{32}$/.test(word)) };
    const { field: column } = filter;
    if (column === "id") return [ids];
    if (column !== "request_id" && column !== "trace_id") continue;
    const values: readonly Source[] = filter.anyOf.map((value) => ({ of: "column", column, value }));
    return column === "request_id" ? [ids, ...values] : values;
  }
  return undefined;
}

/** Numbers of the dictionary's entries that match all filters on them; undefined without such a filter. */
export function dimensionIds(
  filters: readonly LogFilter[],
  on: "principal" | "kind",
  dictionaries: () => Dictionaries,
): readonly number[] | undefined {
  const asked = filters.filter((filter) => filter.on === on);
  if (asked.length === 0) return undefined;
  const { principals, kinds } = dictionaries();
  if (on === "principal") {
    return [...principals].filter(([, principal]) => matchesAll(asked, principal, principalWords)).map(([id]) => id);
  }
  return [...kinds].filter(([, kind]) => matchesAll(asked, kind, kindWords)).map(([id]) => id);
}

type WordsOf<E> = (filter: LogFilter, entry: E) => readonly (string | undefined)[];

function matchesAll<E>(filters: readonly LogFilter[], entry: E, wordsOf: WordsOf<E>): boolean {
  return filters.every((filter) => "anyOf" in filter && isAnyOf(wordsOf(filter, entry), filter.anyOf));
}

const principalWords: WordsOf<Parameters<typeof principalFields.key>[0]> = (filter, principal) =>
  filter.on === "principal" ? principalFields[filter.field](principal) : [];

const kindWords: WordsOf<Parameters<typeof kindFields.endpoint>[0]> = (filter, kind) =>
  filter.on === "kind" ? kindFields[filter.field](kind) : [];

function columnCondition(filter: LogFilter): readonly Condition[] {
  switch (filter.on) {
    case "principal":
    case "kind":
      return [];
    case "word":
      return [{ sql: wordColumns[filter.field].sql, values: [JSON.stringify(filter.anyOf)] }];
    case "number": {
      const { column } = numberColumns[filter.field];
      const min = filter.min === undefined ? [] : [{ sql: `${column} >= ?`, values: [filter.min] }];
      const max = filter.max === undefined ? [] : [{ sql: `${column} <= ?`, values: [filter.max] }];
      return [...min, ...max];
    }
    case "text": {
      const { column } = textColumns[filter.field];
      return [{ sql: `instr(lower(${column}), ?) > 0`, values: [lowerAscii(filter.contains)] }];
    }
  }
}
