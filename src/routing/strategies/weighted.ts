import type { Strategy } from "./strategy";

export const weighted: Strategy = {
  summary: "at random, each first as often as its weight says",
  order: (targets, { random }) => weightedOrder(targets, random),
};

/** A random order in which each element comes first with a probability proportional to its weight. */
export function weightedOrder<T extends { readonly weight: number }>(
  items: readonly T[],
  random: () => number,
): readonly T[] {
  // Efraimidis and Spirakis: keys u^(1/w), largest first. What it says of some of the items holds without the others.
  return items
    .filter((item) => item.weight > 0)
    .map((item) => ({ item, key: random() ** (1 / item.weight) }))
    .sort((a, b) => b.key - a.key)
    .map(({ item }) => item);
}
