import { expect, test } from "bun:test";
import { formatMs } from "./format-duration";
import { formatMoney, formatMoneyShort } from "./format-money";
import { formatBytes, formatCompact, formatPoints, formatShare } from "./format-number";
import { formatRelative, formatTime } from "./format-time";

// The tests run in whatever language the machine has: only what is the same in all of them is held, as digits.
const digits = (text: string) => text.replaceAll(/[^\d]/g, "");

test("formatMoney() shows cents, and of less as much as says something", () => {
  expect(digits(formatMoney(1284.5))).toBe("128450");
  expect(digits(formatMoney("0.0123"))).toBe("00123");
  expect(digits(formatMoney(0.00000214))).toBe("000000214");
  expect(digits(formatMoney(0))).toBe("000");
  expect([formatMoney(null), formatMoney(""), formatMoney("x")]).toEqual(["–", "–", "–"]);
  expect(digits(formatMoneyShort(60))).toBe("60");
});

test("formatMs() goes from tenths of a millisecond to days", () => {
  expect(digits(formatMs(0.42))).toBe("04");
  expect(formatMs(840)).toBe("840 ms");
  expect(digits(formatMs(1234))).toBe("123");
  expect(formatMs(75_000)).toBe("1 min 15 s");
  expect(formatMs(7_200_000)).toBe("2 h");
  expect(formatMs(undefined)).toBe("–");
});

test("formatBytes(), formatCompact() and formatShare() say nothing where there is nothing", () => {
  expect([formatBytes(undefined), formatCompact(null), formatShare(Number.NaN)]).toEqual(["–", "–", "–"]);
  expect(digits(formatBytes(1536))).toBe("15");
  expect(digits(formatPoints(0.0123))).toBe("123");
  expect(digits(formatShare(0.0123))).toBe("12");
});

test("formatTime() shows the zone that was chosen", () => {
  expect(digits(formatTime("2026-11-30T23:05:00Z", "hour", "utc"))).toBe("2305");
  expect(formatTime("soon", "time", "utc")).toBe("–");
});

test("formatRelative() counts from now, in both directions", () => {
  const now = Date.UTC(2026, 0, 1);
  expect(formatRelative(now - 180_000, now)).toMatch(/3/);
  expect(formatRelative(now + 9 * 86_400_000, now)).toMatch(/9/);
});
