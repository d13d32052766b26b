import { noFigure } from "./format-number";

const one = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const two = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** 0.4 → `0.4 ms`, 840 → `840 ms`, 1234 → `1.23 s`, 75000 → `1 min 15 s`, 7200000 → `2 h`. */
export function formatMs(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return noFigure;
  if (ms < 10) return `${one.format(ms)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${two.format(ms / 1000)} s`;
  const parts = partsOf(Math.round(ms / 1000));
  return parts.slice(0, 2).join(" ");
}

/** For axes, whose figures are round: `15 s`, not `15.00 s`. */
export function formatMsShort(ms: number): string {
  if (ms === 0) return "0";
  return ms >= 1000 && ms < 60_000 ? `${one.format(ms / 1000)} s` : formatMs(ms);
}

const unitSeconds = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
] as const;

function partsOf(seconds: number): readonly string[] {
  let rest = seconds;
  return unitSeconds.flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [`${count} ${unit}`];
  });
}
