import type { Period, PeriodRule } from "./period";

type Repeating = Extract<PeriodRule, { kind: "repeating" }>;

/** Where the nth period of a rule begins, milliseconds since the epoch. Never less than the one before. */
type Boundary = (n: number) => number;

/**
 * The period that a moment is in. Numbers begin at 1 and grow with time; what lies before the first period (a clock set
 * back to before the anchor or before 1970) counts as the first. A period starts where its local day starts, so one
 * that holds a change of the clocks is an hour shorter or longer. Throws RangeError for a zone that does not exist.
 */
export function periodAt(rule: PeriodRule, nowMs: number): Period {
  if (rule.kind === "none") return { number: 1, startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY };
  const boundary = boundaryOf(rule);
  let n = Math.max(0, guess(rule, nowMs));
  // Off by one where a zone sets its clocks back over midnight, so that a day is left and entered again.
  while (nowMs >= boundary(n + 1)) n++;
  while (n > 0 && nowMs < boundary(n)) n--;
  return { number: n + 1, startMs: boundary(n), endMs: boundary(n + 1) };
}

/** `periodAt` that remembers the period it gave last: a request costs a comparison. The clock may go back. */
export function createPeriodClock(rule: PeriodRule): (nowMs: number) => Period {
  let current: Period | undefined;
  return (nowMs) => {
    if (current === undefined || nowMs < current.startMs || nowMs >= current.endMs) current = periodAt(rule, nowMs);
    return current;
  };
}

/** Whether a name is one of the time zone database, e.g. `Europe/Berlin`, `UTC`. */
export function isTimeZone(name: string): boolean {
  try {
    // An offset (`+02:00`) is accepted there too, but it has no calendar of its own.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** Units of constant length: all but months, and days and weeks where a zone's calendar has a say. */
const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const unitMonths = { mo: 1, q: 3, y: 12 } as const;

/** The last moment that a date can hold. */
const endOfTimeMs = 8.64e15;
/** 1970-01-01 was a Thursday: weeks are counted from the Monday before. */
const mondayBeforeEpoch = -3;

function boundaryOf(rule: Repeating): Boundary {
  const { unit, count, align } = rule;
  const anchorMs = align.to === "anchor" ? align.anchorMs : 0;
  if (unit === "m" || unit === "h") return steps(anchorMs, count * unitMs[unit]);
  if (unit === "d" || unit === "w") {
    if (align.to === "anchor") return steps(anchorMs, count * unitMs[unit]);
    const days = unit === "d" ? count : 7 * count;
    const first = unit === "d" ? 0 : mondayBeforeEpoch;
    return within(unitMs.d * days, (n) => startOfDay(epochDay.add({ days: first + n * days }), align.timeZone));
  }
  const months = count * unitMonths[unit];
  if (align.to === "calendar") {
    return within(longestMonthMs * months, (n) => startOfDay(epochDay.add({ months: n * months }), align.timeZone));
  }
  // Always counted from the anchor itself, so that the 31st comes back after a shorter month.
  const anchor = Temporal.Instant.fromEpochMilliseconds(anchorMs).toZonedDateTimeISO("UTC");
  return within(longestMonthMs * months, (n) => anchor.add({ months: n * months }).epochMilliseconds);
}

const epochDay = new Temporal.PlainDate(1970, 1, 1);
const longestMonthMs = 31 * unitMs.d;

function startOfDay(day: Temporal.PlainDate, timeZone: string): number {
  return day.toZonedDateTime(timeZone).epochMilliseconds;
}

function steps(anchorMs: number, stepMs: number): Boundary {
  return (n) => anchorMs + n * stepMs;
}

/** Keeps absurdly long periods inside of what a date can hold. */
function within(longestMs: number, boundary: Boundary): Boundary {
  return (n) => (n * longestMs >= endOfTimeMs / 2 ? endOfTimeMs : boundary(n));
}

/** The number of the period counted from 0, or one of its neighbours. */
function guess({ unit, count, align }: Repeating, nowMs: number): number {
  const sinceMs = align.to === "anchor" ? nowMs - align.anchorMs : nowMs;
  if (unit === "m" || unit === "h") return Math.floor(sinceMs / (count * unitMs[unit]));
  if (align.to === "anchor" && (unit === "d" || unit === "w")) return Math.floor(sinceMs / (count * unitMs[unit]));
  const zone = align.to === "calendar" ? align.timeZone : "UTC";
  const day = localDay(nowMs, zone);
  if (unit === "d") return Math.floor(epochDay.until(day).days / count);
  if (unit === "w") return Math.floor((epochDay.until(day).days - mondayBeforeEpoch) / (7 * count));
  const from = align.to === "calendar" ? epochDay : localDay(align.anchorMs, "UTC");
  return Math.floor((12 * (day.year - from.year) + day.month - from.month) / (count * unitMonths[unit]));
}

function localDay(nowMs: number, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timeZone).toPlainDate();
}
