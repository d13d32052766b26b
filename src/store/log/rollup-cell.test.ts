import { expect, test } from "bun:test";
import { binOf, binStartMs } from "./rollup-cell";

test("binOf() puts a time into a bin that is at most a tenth wide", () => {
  for (let bin = 9; bin < 177; bin++) expect(binStartMs(bin + 1) / binStartMs(bin)).toBeLessThan(1.1);
  for (const ms of [0.4, 1, 1.5, 17, 1234.5, 59_999, 3_000_000]) {
    expect(binStartMs(binOf(ms))).toBeLessThanOrEqual(ms);
    expect(binStartMs(binOf(ms) + 1)).toBeGreaterThan(ms);
  }
});
