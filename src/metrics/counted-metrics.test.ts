import { expect, test } from "bun:test";
import { metrics } from "#ledger/metric-layout";
import { countedFamilies } from "./counted-metrics";

function samples(values: ReadonlyMap<number, number>): ReadonlyMap<string, number> {
  const total = (column: number) => values.get(column) ?? 0;
  const families = countedFamilies({ total, each: (column) => [{ worker: 3, value: total(column) }] });
  const all = families.flatMap((family) => family.samples);
  return new Map(all.map(({ name, labels, value }) => [`${name}${JSON.stringify(labels)}`, value]));
}

test("countedFamilies() sums the buckets of a histogram up, as Prometheus wants them", () => {
  const { buckets, column } = metrics.duration;
  const shown = samples(
    new Map([
      [column + buckets.indexOf(0.005), 1],
      [column + buckets.indexOf(0.5), 1],
      [column + buckets.length, 1],
      [column + buckets.length + 1, 1000.305],
    ]),
  );
  expect(shown.get('headgate_request_duration_seconds_bucket{"le":"0.005"}')).toBe(1);
  expect(shown.get('headgate_request_duration_seconds_bucket{"le":"0.5"}')).toBe(2);
  expect(shown.get('headgate_request_duration_seconds_bucket{"le":"+Inf"}')).toBe(3);
  expect(shown.get("headgate_request_duration_seconds_sum{}")).toBe(1000.305);
  expect(shown.get("headgate_request_duration_seconds_count{}")).toBe(3);
});

test("countedFamilies() names labels, processes and dollars", () => {
  const shown = samples(
    new Map([
      [metrics.errors.column("rate_limited"), 3],
      [metrics.requests.column("ok", "messages"), 5],
      [metrics.processMemory.column, 70],
      [metrics.cost.column, 1_500_000_000],
    ]),
  );
  expect(shown.get('headgate_errors_total{"code":"rate_limited"}')).toBe(3);
  expect(shown.get('headgate_requests_total{"outcome":"ok","endpoint":"messages"}')).toBe(5);
  expect(shown.get('headgate_process_resident_memory_bytes{"process":"worker-3"}')).toBe(70);
  expect(shown.get("headgate_cost_dollars_total{}")).toBe(1.5);
});

test("countedFamilies() shows a histogram of each process apart", () => {
  const { buckets, column } = metrics.loopDelay;
  const shown = samples(
    new Map([
      [column + buckets.indexOf(0.002), 3],
      [column + buckets.length, 1],
      [column + buckets.length + 1, 2.5],
    ]),
  );
  const name = "headgate_event_loop_delay_seconds";
  expect(shown.get(`${name}_bucket{"process":"worker-3","le":"0.005"}`)).toBe(3);
  expect(shown.get(`${name}_sum{"process":"worker-3"}`)).toBe(2.5);
  expect(shown.get(`${name}_count{"process":"worker-3"}`)).toBe(4);
});
