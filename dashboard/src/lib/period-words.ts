const units: { readonly [unit: string]: string } = {
  s: "second",
  m: "minute",
  h: "hour",
  d: "day",
  w: "week",
  mo: "month",
  q: "quarter",
  y: "year",
};

/** `1mo` → `a month`, `1h` → `an hour`, `10s` → `per 10 seconds`, `none` → `prepaid`. */
export function periodWords(period: string): string {
  if (period === "none") return "prepaid";
  const [, count = "", letters = ""] = /^(\d+)(\w+)$/.exec(period) ?? [];
  const unit = units[letters];
  if (unit === undefined) return `per ${period}`;
  if (count !== "1") return `per ${count} ${unit}s`;
  return unit === "hour" ? "an hour" : `a ${unit}`;
}
