import { startOfId } from "#core/ids";
import type { RequestRecord } from "#core/record";
import { addCell, emptySink, type Sink } from "../cell-codec";
import { dimensionValue } from "../dimension-value";
import { emptySeries, figuresOf, type Series, seriesOf } from "../figures";
import { groupSize } from "../group-size";
import { keyNamesIn } from "../key-names";
import { matchesFilters } from "../log-filter";
import { addCorrection, addRecord, emptyCell } from "../rollup-cell";
import { keysInGroups, type StatsAnswer, type StatsGroup, type StatsQuery } from "../stats-query";
import { coverRange, pointOf } from "../time-buckets";
import type { MemoryLogData } from "./memory-log-data";

type Range = { readonly fromMs: number; readonly toMs: number };

/** Sums up every record of the range anew. */
export function statsOf(data: MemoryLogData, query: StatsQuery): StatsAnswer {
  const range = coverRange(query, false, query.nowMs);
  const previousRange = { fromMs: range.fromMs - (range.toMs - range.fromMs), toMs: range.fromMs };
  const records = within(data, query, range);
  const previous = query.comparePrevious
    ? within(data, query, coverRange(previousRange, false, query.nowMs))
    : undefined;
  const sum = (some: readonly RequestRecord[]) => figuresOf(sumUp(data, some, query.percentiles));
  const part = (some: readonly RequestRecord[], before: readonly RequestRecord[]) => ({
    figures: sum(some),
    ...(previous !== undefined && { previous: sum(before) }),
    series: inPoints(data, some, query),
  });
  const groups = groupsOf(records, query)
    .map((group) => ({ ...group, size: groupSize(sumUp(data, group.records, false), query.order) }))
    .toSorted((a, b) => b.size - a.size);
  const isIn = (values: string) => (record: RequestRecord) => valuesOf(record, query) === values;
  const top = groups.slice(0, query.top);
  const isOther = (record: RequestRecord) => top.every(({ values }) => !isIn(values)(record));
  const told = top.map(({ values, records: own }): StatsGroup => {
    const names = query.groupBy.map((name) => dimensionValue(own[0] ?? {}, name));
    return { values: names, ...part(own, previous?.filter(isIn(values)) ?? []) };
  });
  return {
    fromMs: range.fromMs,
    toMs: range.toMs,
    total: sum(records),
    ...(previous !== undefined && { previousTotal: sum(previous) }),
    series: inPoints(data, records, query),
    groups: told,
    read: { packs: 0, rows: 0 },
    keyNames: keyNamesIn(data.facts.values(), keysInGroups(query, told)),
    ...(groups.length > query.top && {
      other: {
        groups: groups.length - query.top,
        ...part(records.filter(isOther), previous?.filter(isOther) ?? []),
      },
    }),
  };
}

function within({ facts }: MemoryLogData, { filters }: StatsQuery, { fromMs, toMs }: Range): readonly RequestRecord[] {
  return [...facts.values()].filter((record) => {
    const startMs = startOfId(record.id);
    return startMs >= fromMs && startMs < toMs && matchesFilters(record, filters);
  });
}

function sumUp({ corrections }: MemoryLogData, records: readonly RequestRecord[], percentiles: boolean): Sink {
  const cell = emptyCell();
  for (const record of records) {
    addRecord(cell, record);
    const correction = corrections.get(record.id);
    if (correction !== undefined) addCorrection(cell, correction.newCost - (correction.oldCost ?? 0));
  }
  const sink = emptySink(percentiles);
  addCell(sink, cell);
  return sink;
}

function inPoints(data: MemoryLogData, records: readonly RequestRecord[], query: StatsQuery): Series {
  const { interval, timeZone, percentiles } = query;
  if (interval === "none") return emptySeries;
  const startOfPoint = pointOf(interval, timeZone);
  const points = Map.groupBy(records, ({ id }) => startOfPoint(startOfId(id)));
  return seriesOf([...points].map(([atMs, some]) => [atMs, figuresOf(sumUp(data, some, percentiles))]));
}

function groupsOf(records: readonly RequestRecord[], query: StatsQuery) {
  if (query.groupBy.length === 0) return [];
  return [...Map.groupBy(records, (record) => valuesOf(record, query))].map(([values, own]) => ({
    values,
    records: own,
  }));
}

function valuesOf(record: RequestRecord, { groupBy }: StatsQuery): string {
  return JSON.stringify(groupBy.map((name) => dimensionValue(record, name)));
}
