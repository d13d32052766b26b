const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const points = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
const small = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** What stands where there is no figure. */
export const noFigure = "–";

/** 1234567 → `1,234,567`. */
export function formatCount(value: number | null | undefined): string {
  return value === null || value === undefined ? noFigure : whole.format(value);
}

/** 1234567 → `1.2M`: tokens and counts in headings and on axes. */
export function formatCompact(value: number | null | undefined): string {
  if (value === null || value === undefined) return noFigure;
  return Math.abs(value) < 10_000 ? small.format(value) : compact.format(value);
}

/** 0.0123 → `1.2%`. */
export function formatShare(value: number | null | undefined): string {
  return value === null || value === undefined || !Number.isFinite(value) ? noFigure : percent.format(value);
}

/** 0.0123 → `1.23 pts`: how far one share is from another. */
export function formatPoints(value: number): string {
  return `${points.format(value * 100)} pts`;
}

const units = ["B", "KiB", "MiB", "GiB", "TiB"];

/** 1536 → `1.5 KiB`. */
export function formatBytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return noFigure;
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  return `${small.format(value / 1024 ** power)} ${units[power]}`;
}
