import { expect, test } from "bun:test";
import { formatDecimal, scaleDecimal } from "./decimal";

test("scaleDecimal() scales exactly", () => {
  expect(scaleDecimal("10", 9)).toBe(10_000_000_000);
  expect(scaleDecimal("0.1", 9)).toBe(100_000_000);
  expect(scaleDecimal("1e-7", 9)).toBe(100);
  expect(scaleDecimal("2.50", 1)).toBe(25);
  expect(scaleDecimal("-0.5", 1)).toBe(-5);
  expect(scaleDecimal("-0", 1)).toBe(0);
});

test("scaleDecimal() refuses what is no decimal, too fine or too large", () => {
  for (const text of ["", "x", "1,5", "0x10", ".5", "1e9999", "Infinity"])
    expect(scaleDecimal(text, 9)).toBeUndefined();
  expect(scaleDecimal("0.0000000001", 9)).toBeUndefined();
  expect(scaleDecimal("9007200", 9)).toBeUndefined();
});

test("formatDecimal() undoes it", () => {
  for (const text of ["0", "1", "0.1", "-0.5", "1000", "0.000000001", "9007199.254740991"])
    expect(formatDecimal(scaleDecimal(text, 9) ?? Number.NaN, 9)).toBe(text);
});
