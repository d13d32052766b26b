import type { Demand } from "#core/demand";

/** A demand that is read once something depends on it, for it may have to look into the body. */
export type LazyDemand = {
  readonly read: () => Demand;
  /** Undefined while nothing has read it. */
  readonly known: () => Demand | undefined;
};

export function lazyDemand(find: () => Demand): LazyDemand {
  let known: Demand | undefined;
  return {
    read: () => {
      known ??= find();
      return known;
    },
    known: () => known,
  };
}
