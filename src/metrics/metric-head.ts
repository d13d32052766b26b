import type { MetricFamily } from "./metric-family";

/** A family without its samples, which are read from their source for every scrape. */
export type MetricHead = {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  readonly labels: readonly string[];
};

/** Gives a family its samples; the values of its labels come in the order of the head's. */
export function fillFamily(
  { name, help, type, labels }: MetricHead,
  samples: readonly (readonly [values: readonly string[], value: number])[],
): MetricFamily {
  return {
    name,
    help,
    type,
    samples: samples.map(([values, value]) => ({
      name,
      labels: Object.fromEntries(labels.map((label, index) => [label, values[index] ?? ""])),
      value,
    })),
  };
}
