import { randomFillSync } from "node:crypto";

const idBytes = 16;
const timeBytes = 6;

/** Makes ids of 128 bits: 48 bits of milliseconds since the epoch, then 80 random bits, as 32 hex digits (sorts by time). */
export function createIdSource(nowMs: () => number): () => string {
  // Ids that are random all over; each gets its time, and is written as text in one go.
  const pool = Buffer.alloc(256 * idBytes);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    pool.writeUIntBE(nowMs(), used, timeBytes);
    used += idBytes;
    return pool.toString("hex", used - idBytes, used);
  };
}

/** When the request with this id started: milliseconds since the epoch. */
export function startOfId(id: string): number {
  return Number.parseInt(id.slice(0, 12), 16);
}

/** Where the ids of requests begin that started at this time or later. */
export function lowestId(startMs: number): string {
  return Math.max(0, Math.ceil(startMs)).toString(16).padStart(12, "0");
}
