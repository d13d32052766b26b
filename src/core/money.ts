/** Money is an integer count of nano-dollars (10⁻⁹ US dollars), exact below 2⁵³ (about nine million dollars). */
export type NanoDollars = number;

/** Prices in micro-dollars (10⁻⁶ US dollars) per million tokens of each class; an absent class costs as `input` or `output`. */
export type Price = {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly cacheWrite1h?: number;
  readonly reasoning?: number;
  readonly inputAudio?: number;
  readonly outputAudio?: number;
};

/** Shows nano-dollars as dollars: a plain decimal without exponent or trailing zeros, e.g. `0.000125`. */
export function formatDollars(amount: NanoDollars): string {
  const sign = amount < 0 ? "-" : "";
  const digits = Math.abs(amount).toString().padStart(10, "0");
  const whole = digits.slice(0, -9);
  const fraction = digits.slice(-9).replace(/0+$/, "");
  return fraction === "" ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}
