import { expect, test } from "bun:test";
import { errorTable } from "#core/errors";
import { seat } from "./layout";
import { metrics } from "./metric-layout";

type Metric = (typeof metrics)[keyof typeof metrics];

function columnsOf(metric: Metric): readonly number[] {
  switch (metric.kind) {
    case "counter":
    case "gauge":
      return [metric.column];
    case "labelled":
      return metric.values.map((_, index) => metric.firstColumn + index);
    case "histogram":
      return Array.from({ length: metric.buckets.length + 2 }, (_, index) => metric.column + index);
  }
}

test("metrics have columns of their own, and room for them in a seat", () => {
  const columns = Object.values(metrics).flatMap((metric) => columnsOf(metric));
  expect(new Set(columns).size).toBe(columns.length);
  expect(Math.max(...columns)).toBeLessThan(seat.metricColumns);
});

test("metrics.errors has a column for every error code", () => {
  expect(metrics.errors.values.map(String)).toEqual(Object.keys(errorTable));
});
