import { expect, test } from "bun:test";
import { timeAxis } from "./time-axis";

test("timeAxis() folds pauses, and keeps the longest of hundreds", () => {
  const spans = Array.from({ length: 500 }, (_, index) => ({ from: index * 100_000, to: index * 100_000 + 1000 }));
  const { place, pauses } = timeAxis([...spans, { from: 900_000_000, to: 900_001_000 }]);
  expect(pauses.length).toBe(20);
  expect(pauses.at(-1)?.ms).toBe(900_000_000 - 49_901_000);
  expect([place(0), place(900_001_000)]).toEqual([0, 1]);
  expect(pauses.every(({ at }, index) => at > (pauses[index - 1]?.at ?? 0))).toBe(true);
});
