import { describe, expect, test } from "bun:test";
import { bandAt, bandsOf, highest, ticksTo, timeTicks } from "./chart-scale";

describe("bandsOf()", () => {
  const series = [
    { name: "a", values: [1, null, 3] },
    { name: "b", values: [2, 2, 2] },
  ];

  test("puts series on each other when stacked, nothing known as nothing", () => {
    expect(bandsOf(series, true)).toEqual([
      [
        [0, 1],
        [0, 0],
        [0, 3],
      ],
      [
        [1, 3],
        [0, 2],
        [3, 5],
      ],
    ]);
    expect(highest(bandsOf(series, true))).toBe(5);
  });

  test("draws each from zero otherwise", () => {
    expect(highest(bandsOf(series, false))).toBe(3);
  });
});

test("ticksTo() covers the most with round figures", () => {
  expect(ticksTo(47)).toEqual([0, 20, 40, 60]);
  expect(ticksTo(0.0003).at(-1)).toBeCloseTo(0.0003, 9);
  expect(ticksTo(0)).toEqual([0, 1]);
  expect(ticksTo(Number.POSITIVE_INFINITY)).toEqual([0, 1]);
});

test("timeTicks() stands on whole steps of the zone", () => {
  const from = Date.UTC(2026, 0, 1, 0, 30);
  const hour = 3_600_000;
  expect(timeTicks(from, from + 24 * hour, 5, 0).map((ms) => new Date(ms).getUTCHours())).toEqual([6, 12, 18, 0]);
  expect(timeTicks(from, from + 24 * hour, 5, hour).map((ms) => new Date(ms).getUTCHours())).toEqual([5, 11, 17, 23]);
});

describe("bandAt()", () => {
  test("finds the series that is drawn at a value, none above them", () => {
    const bands = bandsOf(
      [
        { name: "a", values: [1] },
        { name: "b", values: [0] },
        { name: "c", values: [2] },
      ],
      true,
    );
    expect([0, 0.5, 1, 2.9, 3, -1].map((value) => bandAt(bands, 0, value))).toEqual([0, 0, 2, 2, -1, -1]);
    expect(bandAt(bands, 7, 0.5)).toBe(-1);
  });
});
