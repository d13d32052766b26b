import { startOfId } from "#core/ids";
import type { RequestRecord } from "#core/record";
import { numberColumns } from "../log-fields";
import { matchesFilters } from "../log-filter";
import { type LogPage, type LogQuery, type RankedBy, rankedColumns } from "../log-store";
import type { MemoryLogData } from "./memory-log-data";

/** The cursor is the id of the last record of a page: ids begin with the time, so their order is that of starts. */
export function listRecords({ facts, readable, corrections }: MemoryLogData, query: LogQuery): LogPage {
  const { filters = [], order = "newest", after, limit, rankedBy } = query;
  if (rankedBy !== undefined) return listRanked({ facts, readable, corrections }, query, rankedBy);
  const isWanted = (record: RequestRecord) =>
    readable.has(record.id) &&
    isWithin(query, startOfId(record.id)) &&
    (after === undefined || (order === "newest" ? record.id < after : record.id > after)) &&
    matchesFilters(record, filters);
  const sign = order === "newest" ? -1 : 1;
  const found = [...facts.values()].filter(isWanted).toSorted((a, b) => (a.id < b.id ? -sign : sign));
  const data = found.slice(0, limit);
  const last = data.at(-1);
  return {
    data,
    corrections: data.flatMap(({ id }) => corrections.get(id) ?? []),
    ...(found.length > limit && last !== undefined && { next: last.id }),
  };
}

/** The cursor is the id of the last record here, too. */
function listRanked({ facts, readable, corrections }: ListData, query: LogQuery, by: RankedBy): LogPage {
  const amountOf = (record: RequestRecord) => numberColumns[rankedColumns[by]](record) ?? Number.NaN;
  const inOrder = [...facts.values()]
    .filter((record) => readable.has(record.id) && isWithin(query, startOfId(record.id)))
    .filter((record) => !Number.isNaN(amountOf(record)) && matchesFilters(record, query.filters ?? []))
    .toSorted((a, b) => amountOf(b) - amountOf(a) || (a.id < b.id ? 1 : -1));
  const start = query.after === undefined ? 0 : inOrder.findIndex(({ id }) => id === query.after) + 1;
  const data = inOrder.slice(start, start + query.limit);
  const last = data.at(-1);
  return {
    data,
    corrections: data.flatMap(({ id }) => corrections.get(id) ?? []),
    ...(inOrder.length > start + query.limit && last !== undefined && { next: last.id }),
  };
}

type ListData = Pick<MemoryLogData, "facts" | "readable" | "corrections">;

function isWithin({ fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY }: LogQuery, ms: number) {
  return ms >= fromMs && ms < toMs;
}
