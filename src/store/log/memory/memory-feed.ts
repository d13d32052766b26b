import type { RecordFeed } from "../record-feed";
import type { MemoryLogData } from "./memory-log-data";

/** A place is how many of the stored records come before it. */
export function createMemoryFeed({ stored, facts, readable }: MemoryLogData): RecordFeed {
  const places = new Map<string, number>();
  const placeOf = (reader: string): number => {
    const place = places.get(reader);
    if (place === undefined) throw new Error(`Cannot read the records for ${reader}: it was not opened`);
    return place;
  };
  return {
    open: async (reader, from) => {
      if (!places.has(reader)) places.set(reader, from === "now" ? stored.length : 0);
    },
    next: async (reader, limit) => {
      const start = placeOf(reader);
      const ids = stored.slice(start, start + limit);
      const records = ids.flatMap((id) => (readable.has(id) ? (facts.get(id) ?? []) : []));
      const end = start + ids.length;
      return { records, place: String(end), missed: ids.length - records.length, left: stored.length - end };
    },
    advance: async (reader, place) => {
      placeOf(reader);
      places.set(reader, Number(place));
    },
    retain: async (readers) => {
      for (const reader of places.keys()) if (!readers.includes(reader)) places.delete(reader);
    },
  };
}
