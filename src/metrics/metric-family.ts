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
