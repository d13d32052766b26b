/** Name and help of a metric, and its columns in a worker area. */
export type Metric = Counter | LabelledCounter | CrossedCounter | Histogram;

type MetricBase = {
  /** With its unit, as Prometheus wants it. */
  readonly name: string;
  readonly help: string;
};

/** `process`: a gauge that is shown for each worker instead of being added up. */
export type Counter = MetricBase & {
  readonly kind: "counter" | "gauge" | "process";
  readonly column: number;
  /** What one of the metric's unit is in the column, where sums must stay exact: nano-dollars in a dollar. */
  readonly scale: number;
};

export type LabelledCounter<V extends string = string> = MetricBase & {
  readonly kind: "labelled";
  readonly label: string;
  readonly values: readonly V[];
  readonly firstColumn: number;
  column(value: V): number;
};

/** A column for each pair of values; the values of the second label are adjacent. */
export type CrossedCounter<A extends string = string, B extends string = string> = MetricBase & {
  readonly kind: "crossed";
  readonly labels: readonly [string, string];
  readonly values: readonly [readonly A[], readonly B[]];
  readonly firstColumn: number;
  column(a: A, b: B): number;
};

/** Columns: one for each bucket (upper bounds, ascending), one for what is above them all, one for the sum. */
export type Histogram = MetricBase & {
  /** `process-histogram`: shown for each worker instead of being added up. */
  readonly kind: "histogram" | "process-histogram";
  readonly buckets: readonly number[];
  readonly column: number;
};

/** Gives every metric the next free columns, in the order of the calls. */
export function createMetricLayout() {
  let next = 0;
  const take = (columns: number) => {
    const first = next;
    next += columns;
    return first;
  };
  const plain =
    (kind: Counter["kind"]) =>
    (name: string, help: string, scale = 1): Counter => ({ kind, name, help, column: take(1), scale });
  const histogram =
    (kind: Histogram["kind"]) =>
    (name: string, help: string, buckets: readonly number[]): Histogram => ({
      kind,
      name,
      help,
      buckets,
      column: take(buckets.length + 2),
    });
  return {
    counter: plain("counter"),
    gauge: plain("gauge"),
    perProcess: plain("process"),
    histogram: histogram("histogram"),
    perProcessHistogram: histogram("process-histogram"),
    labelled: <V extends string>(
      name: string,
      help: string,
      label: string,
      values: readonly V[],
    ): LabelledCounter<V> => {
      const firstColumn = take(values.length);
      const placeOf = places(name, label, values);
      return {
        kind: "labelled",
        name,
        help,
        label,
        values,
        firstColumn,
        column: (value) => firstColumn + placeOf(value),
      };
    },
    crossed: <A extends string, B extends string>(
      name: string,
      help: string,
      labels: readonly [string, string],
      values: readonly [readonly A[], readonly B[]],
    ): CrossedCounter<A, B> => {
      const width = values[1].length;
      const firstColumn = take(values[0].length * width);
      const rowOf = places(name, labels[0], values[0]);
      const placeOf = places(name, labels[1], values[1]);
      const column = (a: A, b: B) => firstColumn + rowOf(a) * width + placeOf(b);
      return { kind: "crossed", name, help, labels, values, firstColumn, column };
    },
  };
}

function places<V extends string>(name: string, label: string, values: readonly V[]): (value: V) => number {
  const byValue = new Map(values.map((value, index) => [value, index]));
  return (value) => {
    const found = byValue.get(value);
    if (found === undefined) throw new RangeError(`Cannot count ${name}: no column for ${label} "${value}"`);
    return found;
  };
}
