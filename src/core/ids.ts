import { randomFillSync } from "node:crypto";

/** Makes ids of 128 bits: 48 bits of milliseconds since the epoch, then 80 random bits, as 32 hex digits (sorts by time). */
export function createIdSource(nowMs: () => number): () => string {
  const pool = Buffer.alloc(4096);
  let used = pool.length;
  return () => {
    if (used + 10 > pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const random = pool.toString("hex", used, used + 10);
    used += 10;
    return nowMs().toString(16).padStart(12, "0") + random;
  };
}

/** When the request with this id started: milliseconds since the epoch. */
export function startOfId(id: string): number {
  return Number.parseInt(id.slice(0, 12), 16);
}
