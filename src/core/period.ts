/** How a budget's time is cut into periods. */
export type PeriodRule =
  /** Prepaid: one period that never ends. */
  | { readonly kind: "none" }
  | {
      readonly kind: "repeating";
      readonly unit: "m" | "h" | "d" | "w" | "mo" | "q" | "y";
      readonly count: number;
      readonly align: PeriodAlignment;
    };

export type PeriodAlignment =
  /** Days, weeks (from Monday), months, quarters and years as the zone's calendar has them. */
  | { readonly to: "calendar"; readonly timeZone: string }
  /** Counted from a moment, milliseconds since the epoch. */
  | { readonly to: "anchor"; readonly anchorMs: number };

export type Period = {
  /** Grows with time and never repeats for one rule: the period word of the ledger. */
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  /** First moment of the next one; Infinity for `none`. */
  readonly endMs: number;
};
