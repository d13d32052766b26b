/** A stretch of time as it is written in the address: `24h`, `7d`, `today`, `yesterday`, or `FROM..TO` in ISO 8601. */
export type TimeRange = {
  readonly text: string;
  readonly label: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether it ends now and moves on. */
  readonly live: boolean;
};

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const unitNames = { m: "minute", h: "hour", d: "day", w: "week" } as const;

/** The ranges that are offered without typing. */
export const commonRanges = ["15m", "1h", "24h", "7d", "30d", "today", "yesterday"] as const;

/** Undefined where the text is no range. Days begin at midnight of the time zone that is shown. */
export function parseRange(text: string, nowMs: number, utc: boolean): TimeRange | undefined {
  const trimmed = text.trim();
  const word = trimmed.toLowerCase();
  if (word === "today") {
    return { text: word, label: "Today", fromMs: startOfDay(nowMs, 0, utc), toMs: nowMs, live: true };
  }
  if (word === "yesterday") {
    const toMs = startOfDay(nowMs, 0, utc);
    return { text: word, label: "Yesterday", fromMs: startOfDay(nowMs, -1, utc), toMs, live: false };
  }
  return parseSpan(word, nowMs) ?? parseFixed(trimmed, utc);
}

function parseSpan(word: string, nowMs: number): TimeRange | undefined {
  const [, count = "", unit = ""] = /^(?:last\s*)?(\d{1,4})\s*([mhdw])[a-z]*$/.exec(word) ?? [];
  const amount = Number(count);
  if (amount === 0 || !(unit === "m" || unit === "h" || unit === "d" || unit === "w")) return undefined;
  const name = `${unitNames[unit]}${amount === 1 ? "" : "s"}`;
  const label = amount === 1 ? `Last ${name}` : `Last ${amount} ${name}`;
  return { text: `${amount}${unit}`, label, fromMs: nowMs - amount * unitMs[unit], toMs: nowMs, live: true };
}

function parseFixed(text: string, utc: boolean): TimeRange | undefined {
  const [from = "", to = "", rest] = text.split("..");
  const fromMs = parseMoment(from.trim(), utc);
  const toMs = parseMoment(to.trim(), utc);
  if (rest !== undefined || fromMs === undefined || toMs === undefined || fromMs >= toMs) return undefined;
  return { text: fixedRange(fromMs, toMs), label: "", fromMs, toMs, live: false };
}

/** A date alone, or one with a time, is of the zone that is shown unless it says its own. */
function parseMoment(text: string, utc: boolean): number | undefined {
  if (!/^\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-]\d\d:?\d\d)?)?$/i.test(text)) return undefined;
  const whole = text.length === 10 ? `${text}T00:00` : text.replace(" ", "T");
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(whole) || !utc ? whole : `${whole}Z`;
  const ms = Date.parse(zoned);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The text of a range that does not move, as a zoomed chart or a link to a moment has it. */
export function fixedRange(fromMs: number, toMs: number): string {
  return `${isoOf(fromMs)}..${isoOf(toMs)}`;
}

/** The stretch of the same length that ended where this one begins. */
export function rangeBefore({ fromMs, toMs }: TimeRange): { readonly fromMs: number; readonly toMs: number } {
  return { fromMs: fromMs - (toMs - fromMs), toMs: fromMs };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString().replace(/(:00)?\.000Z$/, "Z");
}

function startOfDay(nowMs: number, days: number, utc: boolean): number {
  const date = new Date(nowMs);
  if (utc) return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + days);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
}
