import { noFigure } from "./format-number";

export type TimeZone = "local" | "utc";
export type TimeStyle = "time" | "minute" | "hour" | "date" | "day" | "full";

const styles: { readonly [style in TimeStyle]: Intl.DateTimeFormatOptions } = {
  /** In tables: the day only where it is not obvious. */
  time: { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
  minute: { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  hour: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  date: { year: "numeric", month: "short", day: "numeric" },
  day: { month: "short", day: "numeric" },
  full: { dateStyle: "medium", timeStyle: "long", hourCycle: "h23" },
};

/** A moment (ISO 8601 or milliseconds) in the user's language. */
export function formatTime(value: string | number | null | undefined, style: TimeStyle, zone: TimeZone): string {
  if (value === null || value === undefined || value === "") return noFigure;
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return noFigure;
  return formatter(style, zone).format(date);
}

function formatter(style: TimeStyle, zone: TimeZone): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(undefined, { ...styles[style], ...(zone === "utc" && { timeZone: "UTC" }) });
}

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });
const steps = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** `3 min. ago`, `in 2 days`; within ten seconds `now`. */
export function formatRelative(value: string | number | null | undefined, nowMs: number): string {
  if (value === null || value === undefined || value === "") return noFigure;
  const seconds = (new Date(value).getTime() - nowMs) / 1000;
  if (Number.isNaN(seconds)) return noFigure;
  if (Math.abs(seconds) < 10) return relative.format(0, "second");
  const step = steps.find(([, size]) => Math.abs(seconds) >= size);
  return step === undefined
    ? relative.format(Math.round(seconds), "second")
    : relative.format(Math.round(seconds / step[1]), step[0]);
}
