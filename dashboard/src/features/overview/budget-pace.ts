import type { Budget } from "#api/schema.gen";
import type { LimitUse } from "#components/limit-use";

const dayMs = 86_400_000;

/** Younger periods say nothing of a pace. */
const leastElapsedMs = 60_000;

/**
 * When a budget will be used up at the pace of the last day, or of its period where that is younger; undefined where it
 * lasts, or nothing is used.
 * @param lastDay What it took in the last day, in its own unit.
 */
export function runsOutMs(
  { used, remaining }: LimitUse,
  { period_started_at: startedAt, resets_at: resetsAt }: Budget,
  nowMs: number,
  lastDay: number | undefined,
): number | undefined {
  const startedMs = startedAt === undefined ? 0 : Date.parse(startedAt);
  const elapsedMs = Math.max(leastElapsedMs, nowMs - startedMs);
  const isYoung = lastDay === undefined || elapsedMs <= dayMs;
  const pace = !isYoung ? lastDay / dayMs : startedMs === 0 ? 0 : used / elapsedMs;
  if (remaining <= 0 || pace <= 0) return undefined;
  const atMs = nowMs + remaining / pace;
  return resetsAt === undefined || atMs < Date.parse(resetsAt) ? atMs : undefined;
}
