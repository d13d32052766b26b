import type { Histogram, Metric } from "#ledger/metric-kinds";
import { metrics } from "#ledger/metric-layout";
import type { MetricColumns } from "#ledger/read-columns";
import type { MetricFamily, MetricSample } from "./metric-family";

/** What workers counted, as families. */
export function countedFamilies(columns: MetricColumns): readonly MetricFamily[] {
  return Object.values(metrics).map((metric) => family(metric, columns));
}

function family(metric: Metric, columns: MetricColumns): MetricFamily {
  const { name, help } = metric;
  const { total, each } = columns;
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
      const samples = each(metric.column).map(({ worker, value }) => ({
        name,
        labels: { process: `worker-${worker}` },
        value,
      }));
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
      return { name, help, type: "histogram", samples: histogramSamples(metric, {}, total) };
    case "process-histogram":
      return { name, help, type: "histogram", samples: processSamples(metric, columns) };
  }
}

function processSamples(metric: Histogram, { each }: MetricColumns): readonly MetricSample[] {
  return each(metric.column).flatMap(({ worker }) => {
    const own = (column: number) => each(column).find((one) => one.worker === worker)?.value ?? 0;
    return histogramSamples(metric, { process: `worker-${worker}` }, own);
  });
}

function histogramSamples(
  metric: Histogram,
  labels: MetricSample["labels"],
  total: (column: number) => number,
): readonly MetricSample[] {
  const { name, buckets, column } = metric;
  let count = 0;
  const cumulative = [...buckets.map(String), "+Inf"].map((le, index) => {
    count += total(column + index);
    return { name: `${name}_bucket`, labels: { ...labels, le }, value: count };
  });
  return [
    ...cumulative,
    { name: `${name}_sum`, labels, value: total(column + buckets.length + 1) },
    { name: `${name}_count`, labels, value: count },
  ];
}
