import { startOfId } from "#core/ids";
import type { RequestRecord } from "#core/record";
import { matchesFilters } from "../log-filter";
import type { LogPage, LogQuery } from "../log-store";
import type { MemoryLogData } from "./memory-log-data";

/** The cursor is the id of the last record of a page: ids begin with the time, so their order is that of starts. */
export function listRecords({ facts, readable, corrections }: MemoryLogData, query: LogQuery): LogPage {
  const { filters = [], order = "newest", after, limit } = query;
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

function isWithin({ fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY }: LogQuery, ms: number) {
  return ms >= fromMs && ms < toMs;
}
