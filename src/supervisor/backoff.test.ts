import { expect, test } from "bun:test";
import { createBackoff } from "./backoff";

test("createBackoff() doubles from 100 ms to 10 s when children die early", () => {
  const backoff = createBackoff();
  const delays = Array.from({ length: 9 }, () => backoff.next(50));
  expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
});

test("createBackoff() starts over when a child lived for 30 s", () => {
  const backoff = createBackoff();
  backoff.next(0);
  backoff.next(0);
  expect(backoff.next(29_999)).toBe(400);
  expect(backoff.next(30_000)).toBe(100);
});
