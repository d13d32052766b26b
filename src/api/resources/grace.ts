import * as z from "zod";
import { normalisePeriod, periodPattern } from "#config/period";
import { periodAt } from "#core/period-at";

/** How long an old secret goes on working, in the words of periods. */
export const graceField = z
  .string()
  .regex(periodPattern, { message: "must be a length of time like 5m, 1h, 1d, 1w or 1mo" })
  .transform(normalisePeriod)
  .meta({ description: "How long the old secret goes on working: `5m 1h 1d 1w 1mo`… Left out: it ends at once." });

/** Milliseconds since the epoch; months end on the same day of another one. */
export function graceEnd(grace: string | undefined, nowMs: number): number {
  const [, count, letters] = /^(\d+)(\w+)$/.exec(grace ?? "") ?? [];
  const unit = units.find((candidate) => candidate === letters);
  if (unit === undefined) return nowMs;
  return periodAt({ kind: "repeating", unit, count: Number(count), align: { to: "anchor", anchorMs: nowMs } }, nowMs)
    .endMs;
}

const units = ["m", "h", "d", "w", "mo", "q", "y"] as const;
