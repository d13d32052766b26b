import { describe, expect, test } from "bun:test";
import { fixedRange, parseRange, rangeBefore } from "./range";

const now = Date.UTC(2026, 10, 30, 13, 30);
const spans = (text: string) => {
  const range = parseRange(text, now, true);
  return range && [new Date(range.fromMs).toISOString(), new Date(range.toMs).toISOString(), range.live];
};

describe("parseRange()", () => {
  test("reads spans that end now, however they are written", () => {
    expect(spans("15m")).toEqual(["2026-11-30T13:15:00.000Z", "2026-11-30T13:30:00.000Z", true]);
    expect(spans(" last 7 days ")).toEqual(["2026-11-23T13:30:00.000Z", "2026-11-30T13:30:00.000Z", true]);
    expect(parseRange("1h", now, true)?.label).toBe("Last hour");
    expect(parseRange("2w", now, true)?.label).toBe("Last 2 weeks");
  });

  test("reads days of the zone", () => {
    expect(spans("yesterday")).toEqual(["2026-11-29T00:00:00.000Z", "2026-11-30T00:00:00.000Z", false]);
    expect(spans("Today")).toEqual(["2026-11-30T00:00:00.000Z", "2026-11-30T13:30:00.000Z", true]);
  });

  test("reads from when to when", () => {
    expect(spans("2026-11-01..2026-11-02T06:30")).toEqual([
      "2026-11-01T00:00:00.000Z",
      "2026-11-02T06:30:00.000Z",
      false,
    ]);
  });

  test("gives nothing for what is none", () => {
    for (const text of ["", "0m", "7", "soon", "2026-11-02..2026-11-01", "..", "2026-11-01..x", "1d..2d..3d"]) {
      expect(spans(text)).toBeUndefined();
    }
  });

  test("reads what fixedRange() writes", () => {
    const text = fixedRange(now - 60_000, now + 1234);
    expect(spans(text)).toEqual(["2026-11-30T13:29:00.000Z", "2026-11-30T13:30:01.234Z", false]);
  });
});

test("rangeBefore() is as long and ends where the range begins", () => {
  const range = { text: "", label: "", fromMs: 1000, toMs: 1500, live: false };
  expect(rangeBefore(range)).toEqual({ fromMs: 500, toMs: 1000 });
});
