import type { RequestRecord } from "#core/record";
import type { ContentStore, ContentWriter } from "../../content/content-store";
import { createMemoryContent } from "../../content/memory-content";
import type { IngestPosition, IngestPositions } from "../../ingest-position";
import type { LogPage, LogQuery, LogStore, LogWriter } from "../log-store";
import { createTextMatcher } from "../text-matcher";
import { createMemoryCharges } from "./memory-charges";
import { countRecords } from "./memory-counts";
import { createMemoryFeed } from "./memory-feed";
import { listRecords } from "./memory-list";
import type { MemoryLogData } from "./memory-log-data";
import { purge } from "./memory-purge";
import { statsOf } from "./memory-stats";

export type MemoryLog = { readonly store: LogStore; readonly writer: LogWriter };

/** A log that lasts as long as it is held: for tests, and as what the other back ends are compared with. */
export function createMemoryLog(): MemoryLog {
  const data: MemoryLogData = {
    facts: new Map(),
    stored: [],
    readable: new Set(),
    corrections: new Map(),
    charges: createMemoryCharges(),
  };
  const known = new Map<string, IngestPosition>();
  const setPositions = (positions: IngestPositions) => {
    for (const [segment, position] of positions) known.set(segment, position);
  };
  const content = createMemoryContent(setPositions);
  return { store: storeOf(data, content), writer: writerOf(data, content, known) };
}

function storeOf(data: MemoryLogData, content: ContentStore): LogStore {
  const { facts, readable, corrections } = data;
  return {
    list: async (query) =>
      query.text === undefined ? listRecords(data, query) : listByText(data, content, query, query.text),
    count: async (query) => countRecords(data, query),
    get: async (id) => {
      const record = facts.get(id);
      if (record === undefined || !readable.has(id)) return undefined;
      const correction = corrections.get(id);
      return { record, ...(correction !== undefined && { correction }) };
    },
    stats: async (query) => statsOf(data, query),
    slotCharges: async () => data.charges.list(),
    correct: async (all) => {
      for (const correction of all) if (readable.has(correction.id)) corrections.set(correction.id, correction);
    },
    sumUp: async () => 0,
    purge: async (what, batch) => purge(data, what, batch),
    content,
    feed: createMemoryFeed(data),
    close: () => {},
  };
}

/** Of all that are found those whose bodies contain the text. */
async function listByText(data: MemoryLogData, content: ContentStore, query: LogQuery, text: string): Promise<LogPage> {
  const isMatch = createTextMatcher(text);
  const all = listRecords(data, { ...query, limit: Number.MAX_SAFE_INTEGER });
  const found: RequestRecord[] = [];
  for (const record of all.data) {
    const bodies = await content.read(record.id);
    if (bodies !== undefined && isMatch(bodies)) found.push(record);
  }
  const page = found.slice(0, query.limit);
  const last = page.at(-1);
  const corrections = all.corrections.filter(({ id }) => page.some((record) => record.id === id));
  return { data: page, corrections, ...(found.length > query.limit && last !== undefined && { next: last.id }) };
}

function writerOf(
  { facts, stored, readable, charges }: MemoryLogData,
  content: ContentWriter,
  known: Map<string, IngestPosition>,
): LogWriter {
  const add = (record: RequestRecord): boolean => {
    if (facts.has(record.id)) return false;
    facts.set(record.id, record);
    stored.push(record.id);
    readable.add(record.id);
    for (const charge of record.charges) charges.add(charge);
    return true;
  };
  return {
    commit: async ({ records, positions }) => {
      const added = records.map(({ record }) => record).filter(add);
      for (const [segment, position] of positions) known.set(segment, position);
      return added;
    },
    positions: async () => new Map(known),
    forget: async (segments) => {
      for (const segment of segments) known.delete(segment);
    },
    content,
    close: () => {},
  };
}
