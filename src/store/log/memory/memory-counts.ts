import { startOfId } from "#core/ids";
import type { RequestRecord } from "#core/record";
import {
  type CountAnswer,
  type CountQuery,
  facetOf,
  facets,
  isErrorOutcome,
  keysIn,
  splitFilters,
} from "../count-query";
import { keyNamesIn } from "../key-names";
import { matchesFilters } from "../log-filter";
import type { MemoryLogData } from "./memory-log-data";

export function countRecords({ facts, readable }: MemoryLogData, query: CountQuery): CountAnswer {
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, filters, fields, top, barMs } = query;
  const inRange = [...facts.values()].filter(({ id }) => {
    return readable.has(id) && startOfId(id) >= fromMs && startOfId(id) < toMs;
  });
  const found = inRange.filter((record) => matchesFilters(record, filters));
  const bars = barMs === 0 ? [] : [...Map.groupBy(found, ({ id }) => Math.floor(startOfId(id) / barMs) * barMs)];
  const { own } = splitFilters(filters, fields);
  const counted = fields.map((field) => {
    const itsOwn = own.find((each) => each.field === field)?.filters ?? [];
    const others = filters.filter((filter) => !itsOwn.includes(filter));
    const counts = new Map<string | undefined, number>();
    for (const record of inRange.filter((each) => matchesFilters(each, others))) {
      const words = facets[field](record);
      for (const word of words.length === 0 ? [undefined] : words) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    return facetOf(field, counts, top);
  });
  return {
    records: found.length,
    errors: errorsIn(found),
    bars: bars.sort(([a], [b]) => a - b).map(([atMs, its]) => ({ atMs, records: its.length, errors: errorsIn(its) })),
    facets: counted,
    keyNames: keyNamesIn(facts.values(), keysIn(counted)),
  };
}

function errorsIn(records: readonly RequestRecord[]): number {
  return records.filter(({ outcome }) => isErrorOutcome(outcome)).length;
}
