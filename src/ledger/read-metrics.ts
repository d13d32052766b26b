import { seat } from "./layout";
import type { LedgerFile } from "./ledger-file";
import { type Histogram, metrics } from "./metric-layout";
import { seatWords } from "./seat";

/** One family in the shape of Prometheus' text format: a line is `name{labels} value`. */
export type MetricFamily = {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly samples: readonly MetricSample[];
};
export type MetricSample = {
  readonly name: string;
  readonly labels: { readonly [name: string]: string };
  readonly value: number;
};

/** Adds every column up over all workers, past and present. */
export function readMetrics(file: LedgerFile): readonly MetricFamily[] {
  const seats = seatWords(file);
  const total = (column: number) => seats.reduce((sum, word) => sum + file.read(word + seat.metrics + column), 0);
  return Object.values(metrics).map((metric) => family(metric, total));
}

function family(metric: (typeof metrics)[keyof typeof metrics], total: (column: number) => number): MetricFamily {
  const { name, help } = metric;
  switch (metric.kind) {
    case "counter":
    case "gauge":
      return { name, help, type: metric.kind, samples: [{ name, labels: {}, value: total(metric.column) }] };
    case "labelled":
      return {
        name,
        help,
        type: "counter",
        samples: metric.values.map((value, index) => ({
          name,
          labels: { [metric.label]: value },
          value: total(metric.firstColumn + index),
        })),
      };
    case "histogram":
      return { name, help, type: "histogram", samples: histogramSamples(metric, total) };
  }
}

function histogramSamples(metric: Histogram, total: (column: number) => number): readonly MetricSample[] {
  const { name, buckets, column } = metric;
  let count = 0;
  const cumulative = [...buckets.map(String), "+Inf"].map((le, index) => {
    count += total(column + index);
    return { name: `${name}_bucket`, labels: { le }, value: count };
  });
  return [
    ...cumulative,
    { name: `${name}_sum`, labels: {}, value: total(column + buckets.length + 1) },
    { name: `${name}_count`, labels: {}, value: count },
  ];
}
