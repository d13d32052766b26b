import type { RequestRecord } from "../record";

export type Span = { readonly from: number; readonly to: number };

/** A pause that is drawn shorter than it was. */
export type Pause = { readonly at: number; readonly ms: number };

/** `pauses` are the longest, from the first to the last. */
export type TimeAxis = { readonly place: (ms: number) => number; readonly pauses: readonly Pause[] };

/** Of hundreds of pauses each row would show a comb, and the page would stand still. */
const mostPauses = 20;

/** Pauses longer than this share of the busy time are folded to it. */
const longestPause = 0.04;

/** Places moments from 0 to 1, with the long pauses of a conversation folded, so that what ran can be seen. */
export function timeAxis(spans: readonly Span[]): TimeAxis {
  const busy = merged(spans);
  const busyMs = busy.reduce((sum, { from, to }) => sum + to - from, 0);
  const shortMs = Math.max(1, busyMs * longestPause);
  const knots: { readonly ms: number; readonly drawn: number }[] = [];
  const pauses: { readonly drawn: number; readonly ms: number }[] = [];
  let drawn = 0;
  for (const [index, { from, to }] of busy.entries()) {
    const before = busy[index - 1];
    if (before !== undefined) {
      const pauseMs = from - before.to;
      const shown = Math.min(pauseMs, shortMs);
      if (pauseMs > shown * 1.5) pauses.push({ drawn: drawn + shown / 2, ms: pauseMs });
      drawn += shown;
    }
    knots.push({ ms: from, drawn });
    drawn += to - from;
    knots.push({ ms: to, drawn });
  }
  const total = Math.max(1, drawn);
  return {
    place: (ms) => between(knots, ms) / total,
    pauses: longest(pauses).map(({ drawn: at, ms }) => ({ at: at / total, ms })),
  };
}

function longest<P extends { readonly drawn: number; readonly ms: number }>(pauses: readonly P[]): readonly P[] {
  const kept = pauses.toSorted((a, b) => b.ms - a.ms).slice(0, mostPauses);
  return kept.toSorted((a, b) => a.drawn - b.drawn);
}

export function spanOf({ started_at, duration_ms }: RequestRecord): Span {
  const from = Date.parse(started_at);
  return { from, to: from + Math.max(1, duration_ms) };
}

function merged(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last === undefined || span.from > last.to) result.push(span);
    else result[result.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return result;
}

function between(knots: readonly { readonly ms: number; readonly drawn: number }[], ms: number): number {
  const index = knots.findIndex((knot) => knot.ms >= ms);
  const [after, before] = [knots[index], knots[index - 1]];
  if (after === undefined) return knots.at(-1)?.drawn ?? 0;
  if (before === undefined || after.ms === before.ms) return after.drawn;
  return before.drawn + ((ms - before.ms) / (after.ms - before.ms)) * (after.drawn - before.drawn);
}
