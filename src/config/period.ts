/** A length of time as configuration writes it: `5m`, `1h`, `1d`, `1w`, `1mo`, `1q`, `1y`. */
export const periodPattern = /^[1-9]\d{0,3}(m|h|d|w|mo|q|y|M|Q|Y)$/;

/** The same, and seconds: the window of a rate limit. */
export const windowPattern = /^[1-9]\d{0,3}(s|m|h|d|w|mo|q|y|M|Q|Y)$/;

export const budgetPeriodPattern = /^(none|[1-9]\d{0,3}(m|h|d|w|mo|q|y|M|Q|Y))$/;

/** Rewrites the upper-case units that other gateways use: `1M`, `1Q`, `1Y` become `1mo`, `1q`, `1y`. */
export function normalisePeriod(period: string): string {
  return period.replace(/M$/, "mo").replace(/[QY]$/, (unit) => unit.toLowerCase());
}

/** Whether a period counts minutes: allowed, but often a month was meant. */
export function isInMinutes(period: string): boolean {
  return /^\d+m$/.test(period);
}
