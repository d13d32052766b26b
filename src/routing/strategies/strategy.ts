import type { HealthState } from "#core/health";
import type { ModelRef } from "#core/target";

/** A target of a route, before one of its provider's keys is chosen. */
export type RouteTarget = { readonly ref: ModelRef; readonly weight: number };

/** What a strategy may look at beside the targets themselves, whose prices and limits are in `ref.facts`. */
export type StrategyContext = {
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** How a target has behaved, one state for each provider key that it may be asked with. */
  readonly health: (target: RouteTarget) => readonly HealthState[];
};

/** A way to choose among the targets of a route. Pure. */
export type Strategy = {
  /** What the reference page says of it, after its name. */
  readonly summary: string;
  /**
   * Puts the targets of a route, at least two, in the order in which they are tried; what is left out is not tried. Health
   * is seen to afterwards: targets that are taken out go to the end, whatever their place, and weight 0 is never tried.
   */
  readonly order: (targets: readonly RouteTarget[], context: StrategyContext) => readonly RouteTarget[];
};

/** The strategies there are, by the names that configuration uses. */
export type Strategies = { readonly [name: string]: Strategy };
