import { expect, test } from "bun:test";
import { graceEnd, graceField } from "./grace";

test("graceEnd() counts from now, months by the calendar", () => {
  const nowMs = Date.UTC(2027, 0, 31, 12, 30);
  expect(graceEnd(undefined, nowMs)).toBe(nowMs);
  expect(graceEnd("5m", nowMs)).toBe(nowMs + 300_000);
  expect(graceEnd("1h", nowMs)).toBe(nowMs + 3_600_000);
  expect(graceEnd("2d", nowMs)).toBe(nowMs + 2 * 86_400_000);
  expect(graceEnd(graceField.parse("1M"), nowMs)).toBe(Date.UTC(2027, 1, 28, 12, 30));
  expect(graceField.safeParse("soon").success).toBe(false);
  expect(graceField.safeParse("none").success).toBe(false);
});
