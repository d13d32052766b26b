import type { Figures, Series } from "./figures";
import type { DimensionFilter } from "./log-filter";

export const dimensions = [
  "key",
  "team",
  "customer",
  "asked_model",
  "model",
  "provider",
  "provider_key",
  "endpoint",
  "dialect",
  "outcome",
  "error_code",
  "status",
  "stream",
] as const;
/** What can be grouped by; a tag by its name. */
export type Dimension = (typeof dimensions)[number] | `tag:${string}`;

export const intervals = ["none", "minute", "hour", "day"] as const;
export type Interval = (typeof intervals)[number];

export const orders = ["requests", "refused", "errors", "tokens", "cost"] as const;

export type StatsQuery = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  readonly interval: Interval;
  /** Where days begin. */
  readonly timeZone: string;
  readonly filters: readonly DimensionFilter[];
  /** At most two. */
  readonly groupBy: readonly Dimension[];
  /** How many groups are told apart; the others become one. */
  readonly top: number;
  /** By what the top groups are chosen. */
  readonly order: (typeof orders)[number];
  readonly comparePrevious: boolean;
  /** Percentiles need histograms, which are most of what has to be read. */
  readonly percentiles: boolean;
};

export type StatsAnswer = {
  /** As rounded to what the roll-ups tell apart. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly total: Figures;
  readonly previousTotal?: Figures;
  readonly series: Series;
  /** In descending order; empty without `groupBy`. */
  readonly groups: readonly StatsGroup[];
  /** Names of the virtual keys among the groups, by id: the latest that records have. */
  readonly keyNames: ReadonlyMap<string, string>;
  /**
   * Groups may lack what they had in hours or days in which thousands of others had more: that is among `other`. The total
   * is exact.
   */
  readonly isApproximate?: true;
  /** What was read for it. */
  readonly read: StatsRead;
  /** All groups beyond the top ones. */
  readonly other?: Omit<StatsGroup, "values"> & { readonly groups: number };
};

/** The virtual keys among the groups. */
export function keysInGroups(
  { groupBy }: Pick<StatsQuery, "groupBy">,
  groups: readonly Pick<StatsGroup, "values">[],
): ReadonlySet<string> {
  const place = groupBy.indexOf("key");
  return new Set(groups.flatMap(({ values }) => values[place] ?? []));
}

/** Packs of facts, and rows of cubes; of the roll-ups of days nothing is counted. */
export type StatsRead = { readonly packs: number; readonly rows: number };

export type StatsGroup = {
  /** In the order of `groupBy`; null where records have none. */
  readonly values: readonly (string | null)[];
  readonly figures: Figures;
  readonly previous?: Figures;
  readonly series: Series;
};
