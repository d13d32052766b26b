import type { Sink } from "./cell-codec";
import { cellSums, sumOf } from "./rollup-cell";
import type { StatsQuery } from "./stats-query";

const tokenSums = cellSums.slice(cellSums.indexOf("input"), cellSums.indexOf("searches"));

/** What groups are ordered by: the first ones are told apart. */
export function groupSize({ sums }: Sink, order: StatsQuery["order"]): number {
  switch (order) {
    case "requests":
    case "refused":
    case "errors":
      return sumOf(sums, order);
    case "tokens":
      return tokenSums.reduce((total: number, name) => total + sumOf(sums, name), 0);
    case "cost":
      return sumOf(sums, "costDollars") + sumOf(sums, "costNanos") / 1e9;
  }
}
