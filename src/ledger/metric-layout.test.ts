import { expect, test } from "bun:test";
import { errorTable } from "#core/errors";
import { workerArea } from "./layout";
import type { Metric } from "./metric-kinds";
import { endpointLabel, failureLabel, metrics } from "./metric-layout";

function columnsOf(metric: Metric): readonly number[] {
  const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);
  switch (metric.kind) {
    case "counter":
    case "gauge":
    case "process":
      return [metric.column];
    case "labelled":
      return from(metric.firstColumn, metric.values.length);
    case "crossed":
      return from(metric.firstColumn, metric.values[0].length * metric.values[1].length);
    case "histogram":
    case "process-histogram":
      return from(metric.column, metric.buckets.length + 2);
  }
}

test("metrics have columns of their own, and room for them in a worker area", () => {
  const columns = Object.values(metrics).flatMap((metric) => columnsOf(metric));
  expect(new Set(columns).size).toBe(columns.length);
  expect(Math.max(...columns)).toBeLessThan(workerArea.metricColumns);
});

test("metrics.errors has a column for every error code", () => {
  expect(metrics.errors.values.map(String)).toEqual(Object.keys(errorTable));
});

test("metrics.requests.column() gives every pair of labels its own column", () => {
  const [outcomes, endpoints] = metrics.requests.values;
  const columns = outcomes.flatMap((outcome) =>
    endpoints.map((endpoint) => metrics.requests.column(outcome, endpoint)),
  );
  expect(columns).toEqual([...columnsOf(metrics.requests)]);
});

test("labels that no column is for are counted as other", () => {
  expect([endpointLabel("messages"), endpointLabel("rerank")]).toEqual(["messages", "other"]);
  expect([failureLabel("timeout"), failureLabel("solar-flare"), failureLabel(undefined)]).toEqual([
    "timeout",
    "other",
    "other",
  ]);
});
