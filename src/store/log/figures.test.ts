import { serialize } from "bun:jsc";
import { expect, test } from "bun:test";
import { emptySink } from "./cell-codec";
import { figuresOf, hasLatencies, latencyOf, pointsOf, seriesOf } from "./figures";
import { binCount, binOf, binStartMs, cellSums, moneyOf, sumOf } from "./rollup-cell";

const middleMs = (ms: number) => (binStartMs(binOf(ms)) + binStartMs(binOf(ms) + 1)) / 2;

function sinkOf(durations: readonly number[], firstTokens: readonly number[]) {
  const sink = emptySink(true);
  for (const [which, times] of [durations, firstTokens].entries()) {
    for (const ms of times) {
      const bins = sink.histograms?.[which === 0 ? 0 : 1];
      if (bins !== undefined) bins[binOf(ms)] = (bins[binOf(ms)] ?? 0) + 1;
    }
  }
  return sink;
}

test("figuresOf() tells nearest ranks by the middles of their bins, and the time of generation", () => {
  const durations = [...Array.from({ length: 89 }, () => 0.2), ...Array.from({ length: 10 }, () => 500), 4e6];
  const figures = figuresOf(sinkOf(durations, [70, 70]));
  expect(([50, 90, 95, 99] as const).map((share) => latencyOf(figures, `duration_p${share}`))).toEqual([
    0.5,
    middleMs(500),
    middleMs(500),
    middleMs(500),
  ]);
  expect(latencyOf(figures, "first_token_p99")).toBe(middleMs(70));
  const all = 89 * 0.5 + 10 * middleMs(500) + middleMs(4e6);
  expect(latencyOf(figures, "generation")).toBeCloseTo(all - 2 * middleMs(70));
  expect(latencyOf(figuresOf(sinkOf([1e9], [])), "duration_p50")).toBe(
    (binStartMs(binCount - 1) + binStartMs(binCount)) / 2,
  );
});

test("figuresOf() has no percentile of nothing, and none at all where none were asked for", () => {
  expect(latencyOf(figuresOf(sinkOf([], [])), "first_token_p50")).toBeNaN();
  expect(hasLatencies(figuresOf(sinkOf([], [])))).toBe(true);
  expect(hasLatencies(figuresOf(emptySink(false)))).toBe(false);
});

test("figuresOf() carries money, also what was taken away from a total", () => {
  const sink = emptySink(false);
  const [dollars, nanos] = [cellSums.indexOf("costDollars"), cellSums.indexOf("costNanos")];
  sink.sums[dollars] = 3;
  sink.sums[nanos] = -1;
  const figures = figuresOf(sink);
  expect([figures[dollars], figures[nanos], moneyOf(figures, "cost")]).toEqual([2, 999_999_999, 2_999_999_999n]);
});

test("pointsOf() gives the rows of seriesOf() with their times", () => {
  const [first, second] = [emptySink(true), emptySink(true)];
  first.sums[0] = 4;
  second.sums[0] = 5;
  const points = pointsOf(
    seriesOf([
      [60_000, figuresOf(first)],
      [120_000, figuresOf(second)],
    ]),
  );
  expect(points.map(({ atMs, figures }) => [atMs, sumOf(figures, "requests"), hasLatencies(figures)])).toEqual([
    [60_000, 4, true],
    [120_000, 5, true],
  ]);
  expect(pointsOf(seriesOf([]))).toEqual([]);
});

test("seriesOf() is little to send to another thread, however many points it has", () => {
  const series = seriesOf(Array.from({ length: 1000 }, (_, index) => [index, figuresOf(emptySink(true))] as const));
  expect(serialize(series).byteLength / 1000).toBeLessThan(300);
});
