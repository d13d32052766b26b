import { expect, test } from "bun:test";
import { createRefusalSampler } from "./refusal-sampler";

const known = { code: "rate_limited", isIdentified: true } as const;
const unknown = { code: "invalid_key", isIdentified: false } as const;

test("weigh() records the first of each code one by one, and then two a second with what they stand for", () => {
  const { weigh } = createRefusalSampler();
  const weights = (count: number, nowMs: number) => Array.from({ length: count }, () => weigh(known, nowMs));
  expect(weights(100, 0)).toEqual(Array.from({ length: 100 }, () => 1));
  expect(weights(50, 0)).toEqual(Array.from({ length: 50 }, () => 0));
  expect(weights(3, 1000)).toEqual([51, 1, 0]);
  expect(weigh({ ...known, code: "budget_exceeded" }, 1000)).toBe(1);
});

test("weigh() leaves a bounded trickle of a flood of 100,000 unknown callers, and its weights add up to all of them", () => {
  const { weigh } = createRefusalSampler();
  let [records, weight] = [0, 0];
  for (let index = 0; index < 100_000; index += 1) {
    const of = weigh(unknown, index / 10);
    if (of > 0) records += 1;
    weight += of;
  }
  // Ten seconds: the burst, and one in five seconds.
  expect(records).toBe(21);
  expect(weight).toBeWithin(1, 100_000);
  expect(weight + weigh(unknown, 3_600_000)).toBe(100_001);
});

test("leaveOut() hands what could not be written to the next that can", () => {
  const { weigh, leaveOut } = createRefusalSampler();
  leaveOut(known, weigh(known, 0));
  expect(weigh(known, 0)).toBe(2);
});

test("weigh() takes a clock that went back for one that stands still", () => {
  const { weigh } = createRefusalSampler();
  for (let index = 0; index < 100; index += 1) weigh(known, 10_000);
  expect([weigh(known, 0), weigh(known, 500)]).toEqual([0, 2]);
});
