import { workerArea } from "./layout";
import type { LedgerFile } from "./ledger-file";
import type { Histogram, Metric } from "./metric-kinds";
import { metrics } from "./metric-layout";
import { recoveringFlag, workerOf } from "./owner";
import { areaOwner, areaWords } from "./worker-area";

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

/** Adds every column up over all workers, past and present; what is told of each process, for those that run. */
export function readMetrics(file: LedgerFile): readonly MetricFamily[] {
  const areas = areaWords(file);
  const read = (word: number, column: number) => file.read(word + workerArea.metrics + column);
  const workers = runningWorkers(file, areas);
  const columns: Columns = {
    total: (column) => areas.reduce((sum, word) => sum + read(word, column), 0),
    each: (column) => workers.map(({ worker, word }) => ({ process: `worker-${worker}`, value: read(word, column) })),
  };
  return Object.values(metrics).map((metric) => family(metric, columns));
}

type Columns = {
  readonly total: (column: number) => number;
  readonly each: (column: number) => readonly { readonly process: string; readonly value: number }[];
};

function family(metric: Metric, { total, each }: Columns): MetricFamily {
  const { name, help } = metric;
  switch (metric.kind) {
    case "counter":
    case "gauge":
      return {
        name,
        help,
        type: metric.kind,
        samples: [{ name, labels: {}, value: total(metric.column) / metric.scale }],
      };
    case "process": {
      const samples = each(metric.column).map(({ process, value }) => ({ name, labels: { process }, value }));
      return { name, help, type: "gauge", samples };
    }
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
    case "crossed": {
      const [rows, places] = metric.values;
      const [first, second] = metric.labels;
      const samples = rows.flatMap((row, at) =>
        places.map((place, index) => ({
          name,
          labels: { [first]: row, [second]: place },
          value: total(metric.firstColumn + at * places.length + index),
        })),
      );
      return { name, help, type: "counter", samples };
    }
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

/** While one generation takes over from another a worker's number stands in two areas: the newer counts. */
function runningWorkers(file: LedgerFile, areas: readonly number[]): readonly { worker: number; word: number }[] {
  const newest = new Map<number, { readonly generation: number; readonly word: number }>();
  for (const word of areas) {
    const owner = areaOwner(file, word);
    if (owner === 0 || (owner & recoveringFlag) !== 0) continue;
    const { worker, generation } = workerOf(owner);
    if ((newest.get(worker)?.generation ?? -1) < generation) newest.set(worker, { generation, word });
  }
  return [...newest].map(([worker, { word }]) => ({ worker, word })).sort((a, b) => a.worker - b.worker);
}
