import { usageClasses } from "#core/usage";
import type { NumberFactName } from "../../fact-columns";
import type { Pack } from "../../pack";
import { type CellSum, cellSums, nanosPerDollar } from "../../rollup-cell";

/** What cells sum up, of all records of some packs. */
export type CubeFacts = {
  readonly size: number;
  readonly keys: Float64Array;
  readonly principals: Float64Array;
  readonly classes: Float64Array;
  /** The places in a cell of the sums that are not zero throughout; of each record so many values stand together. */
  readonly places: readonly number[];
  readonly values: Float64Array;
  /** Bins of durations and of times to the first token; NaN where there is none. */
  readonly bins: readonly [duration: Float64Array, firstToken: Float64Array];
};

/** @param isError One at the number of each request class that is an error. */
export function readCubeFacts(packs: readonly Summable[], isError: Uint8Array): CubeFacts {
  const column = (name: NumberFactName) => joined(packs, (pack) => pack.numbers(name));
  const classes = column("class");
  const [refused, costs, tokens] = [column("refused"), column("cost"), column("tokens")];
  const plain = ["estimated", ...usageClasses, "searches"] as const;
  const all: readonly (readonly [CellSum, Float64Array])[] = [
    ["requests", refused.map((weight) => (weight > 0 ? 0 : 1))],
    ["refused", refused],
    ["errors", classes.map((requestClass) => isError[requestClass] ?? 0)],
    ["costNanos", costs.map((cost) => (cost >= 0 ? cost % nanosPerDollar : 0))],
    ["costDollars", costs.map((cost) => (cost >= nanosPerDollar ? Math.floor(cost / nanosPerDollar) : 0))],
    // Usage without a known cost.
    ["unpriced", costs.map((cost, index) => (Number.isNaN(cost) && !Number.isNaN(tokens[index] ?? 0) ? 1 : 0))],
    ...plain.map((name) => [name, column(name)] as const),
  ];
  const columns = all.filter(([, values]) => values.some((value) => value !== 0));
  return {
    size: classes.length,
    keys: joined(packs, (pack) => pack.keys()),
    principals: column("principal"),
    classes,
    places: columns.map(([name]) => cellSums.indexOf(name)),
    values: together(columns.map(([, values]) => values)),
    bins: [column("duration_bin"), column("first_token_bin")],
  };
}

type Summable = Pick<Pack, "size" | "keys" | "numbers">;

function joined(packs: readonly Summable[], columnOf: (pack: Summable) => Float64Array): Float64Array {
  const [only, ...others] = packs;
  if (only !== undefined && others.length === 0) return columnOf(only);
  const all = new Float64Array(packs.reduce((size, pack) => size + pack.size, 0));
  let at = 0;
  for (const pack of packs) {
    all.set(columnOf(pack), at);
    at += pack.size;
  }
  return all;
}

/** Record by record: most cells are of few records. */
function together(columns: readonly Float64Array[]): Float64Array {
  const [width, size] = [columns.length, columns[0]?.length ?? 0];
  const values = new Float64Array(width * size);
  for (const [place, column] of columns.entries()) {
    for (let record = 0; record < size; record++) values[record * width + place] = column[record] ?? 0;
  }
  return values;
}
