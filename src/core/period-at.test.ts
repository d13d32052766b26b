import { describe, expect, test } from "bun:test";
import type { PeriodRule } from "./period";
import { createPeriodClock, isTimeZone, periodAt } from "./period-at";

type Unit = Extract<PeriodRule, { kind: "repeating" }>["unit"];

function calendar(count: number, unit: Unit, timeZone = "UTC"): PeriodRule {
  return { kind: "repeating", unit, count, align: { to: "calendar", timeZone } };
}

function anchored(count: number, unit: Unit, anchor: string): PeriodRule {
  return { kind: "repeating", unit, count, align: { to: "anchor", anchorMs: Date.parse(anchor) } };
}

/** Where the period of a moment starts and ends, as UTC. */
function bounds(rule: PeriodRule, at: string): readonly string[] {
  const { startMs, endMs } = periodAt(rule, Date.parse(at));
  return [startMs, endMs].map((ms) => new Date(ms).toISOString().replace(":00.000Z", "Z"));
}

describe("periodAt()", () => {
  test("knows one endless period for none", () => {
    const whole = { number: 1, startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY };
    expect(periodAt({ kind: "none" }, 0)).toEqual(whole);
  });

  // Expected bounds are written out from the zones' published rules.
  const cases: readonly (readonly [string, PeriodRule, string, string, string])[] = [
    ["5 minutes", calendar(5, "m"), "2026-03-01T10:07Z", "2026-03-01T10:05Z", "2026-03-01T10:10Z"],
    ["an hour", calendar(1, "h", "Asia/Kolkata"), "2026-03-01T10:59Z", "2026-03-01T10:00Z", "2026-03-01T11:00Z"],
    ["6 hours", calendar(6, "h"), "2026-03-01T17:59Z", "2026-03-01T12:00Z", "2026-03-01T18:00Z"],
    ["a day", calendar(1, "d"), "2026-03-01T23:59Z", "2026-03-01T00:00Z", "2026-03-02T00:00Z"],
    // Spring forward: the day has 23 hours.
    [
      "a day, Berlin +",
      calendar(1, "d", "Europe/Berlin"),
      "2026-03-29T12:00Z",
      "2026-03-28T23:00Z",
      "2026-03-29T22:00Z",
    ],
    // Fall back: 25 hours.
    [
      "a day, Berlin −",
      calendar(1, "d", "Europe/Berlin"),
      "2026-10-25T12:00Z",
      "2026-10-24T22:00Z",
      "2026-10-25T23:00Z",
    ],
    [
      "a day, New York +",
      calendar(1, "d", "America/New_York"),
      "2026-03-08T12:00Z",
      "2026-03-08T05:00Z",
      "2026-03-09T04:00Z",
    ],
    [
      "a day, New York −",
      calendar(1, "d", "America/New_York"),
      "2026-11-01T12:00Z",
      "2026-11-01T04:00Z",
      "2026-11-02T05:00Z",
    ],
    [
      "a day, Auckland",
      calendar(1, "d", "Pacific/Auckland"),
      "2026-01-15T12:00Z",
      "2026-01-15T11:00Z",
      "2026-01-16T11:00Z",
    ],
    ["a day, Kolkata", calendar(1, "d", "Asia/Kolkata"), "2026-01-15T18:29Z", "2026-01-14T18:30Z", "2026-01-15T18:30Z"],
    // Midnight did not exist there: the day began at one o'clock.
    [
      "a day, São Paulo",
      calendar(1, "d", "America/Sao_Paulo"),
      "2018-11-04T12:00Z",
      "2018-11-04T03:00Z",
      "2018-11-05T02:00Z",
    ],
    ["a leap day", calendar(1, "d"), "2028-02-29T12:00Z", "2028-02-29T00:00Z", "2028-03-01T00:00Z"],
    // 2026-03-02 was a Monday.
    ["a week", calendar(1, "w"), "2026-03-08T23:59Z", "2026-03-02T00:00Z", "2026-03-09T00:00Z"],
    [
      "a week, Berlin",
      calendar(1, "w", "Europe/Berlin"),
      "2026-03-29T12:00Z",
      "2026-03-22T23:00Z",
      "2026-03-29T22:00Z",
    ],
    // Weeks since 1969-12-29: that of 2026-03-02 is the 2931st.
    ["2 weeks", calendar(2, "w"), "2026-03-08T23:59Z", "2026-02-23T00:00Z", "2026-03-09T00:00Z"],
    ["a month", calendar(1, "mo"), "2026-02-28T23:59Z", "2026-02-01T00:00Z", "2026-03-01T00:00Z"],
    [
      "a leap month",
      calendar(1, "mo", "America/New_York"),
      "2028-03-01T04:59Z",
      "2028-02-01T05:00Z",
      "2028-03-01T05:00Z",
    ],
    [
      "a month, Berlin",
      calendar(1, "mo", "Europe/Berlin"),
      "2026-03-31T21:59Z",
      "2026-02-28T23:00Z",
      "2026-03-31T22:00Z",
    ],
    [
      "a month, Kolkata",
      calendar(1, "mo", "Asia/Kolkata"),
      "2026-06-30T18:30Z",
      "2026-06-30T18:30Z",
      "2026-07-31T18:30Z",
    ],
    ["3 months", calendar(3, "mo"), "2026-12-31T23:59Z", "2026-10-01T00:00Z", "2027-01-01T00:00Z"],
    ["a quarter", calendar(1, "q"), "2026-06-30T23:59Z", "2026-04-01T00:00Z", "2026-07-01T00:00Z"],
    [
      "a quarter, Auckland",
      calendar(1, "q", "Pacific/Auckland"),
      "2026-03-31T11:00Z",
      "2026-03-31T11:00Z",
      "2026-06-30T12:00Z",
    ],
    ["a year", calendar(1, "y"), "2026-12-31T23:59Z", "2026-01-01T00:00Z", "2027-01-01T00:00Z"],
    [
      "a year, New York",
      calendar(1, "y", "America/New_York"),
      "2027-01-01T04:59Z",
      "2026-01-01T05:00Z",
      "2027-01-01T05:00Z",
    ],
    ["2 years", calendar(2, "y"), "2027-06-01T00:00Z", "2026-01-01T00:00Z", "2028-01-01T00:00Z"],
    [
      "hours from an anchor",
      anchored(5, "h", "2026-03-01T10:17Z"),
      "2026-03-01T15:18Z",
      "2026-03-01T15:17Z",
      "2026-03-01T20:17Z",
    ],
    [
      "days from an anchor",
      anchored(1, "d", "2026-03-28T10:17Z"),
      "2026-03-30T10:16Z",
      "2026-03-29T10:17Z",
      "2026-03-30T10:17Z",
    ],
    [
      "weeks from an anchor",
      anchored(1, "w", "2026-03-04T10:00Z"),
      "2026-03-11T10:00Z",
      "2026-03-11T10:00Z",
      "2026-03-18T10:00Z",
    ],
    [
      "months from the 31st, short",
      anchored(1, "mo", "2026-01-31T10:00Z"),
      "2026-02-28T10:00Z",
      "2026-02-28T10:00Z",
      "2026-03-31T10:00Z",
    ],
    [
      "months from the 31st, long",
      anchored(1, "mo", "2026-01-31T10:00Z"),
      "2026-04-15T00:00Z",
      "2026-03-31T10:00Z",
      "2026-04-30T10:00Z",
    ],
    [
      "months from the 31st, leap",
      anchored(1, "mo", "2028-01-31T10:00Z"),
      "2028-03-01T00:00Z",
      "2028-02-29T10:00Z",
      "2028-03-31T10:00Z",
    ],
    [
      "quarters from an anchor",
      anchored(1, "q", "2025-11-30T00:00Z"),
      "2026-02-28T00:00Z",
      "2026-02-28T00:00Z",
      "2026-05-30T00:00Z",
    ],
    [
      "years from a leap day",
      anchored(1, "y", "2028-02-29T00:00Z"),
      "2029-02-28T00:00Z",
      "2029-02-28T00:00Z",
      "2030-02-28T00:00Z",
    ],
    ["the first day there is", calendar(1, "d"), "1970-01-01T00:00Z", "1970-01-01T00:00Z", "1970-01-02T00:00Z"],
    ["the first week there is", calendar(1, "w"), "1970-01-01T00:00Z", "1969-12-29T00:00Z", "1970-01-05T00:00Z"],
    [
      "west of the first day",
      calendar(1, "d", "America/New_York"),
      "1970-01-01T04:59Z",
      "1970-01-01T05:00Z",
      "1970-01-02T05:00Z",
    ],
  ];
  test.each(cases)("cuts %s", (_name, rule, at, start, end) => expect(bounds(rule, at)).toEqual([start, end]));

  test("numbers what lies before the first period as the first", () => {
    const rule = anchored(1, "mo", "2026-01-31T10:00Z");
    expect(periodAt(rule, Date.parse("2025-06-01T00:00Z"))).toEqual(periodAt(rule, Date.parse("2026-01-31T10:00Z")));
    expect(periodAt(calendar(1, "d"), -1).number).toBe(1);
    expect(periodAt(calendar(1, "d"), 0).number).toBe(1);
  });

  test("stays within what a date can hold", () => {
    const { startMs, endMs } = periodAt(calendar(300_000, "y"), Date.parse("2026-01-01T00:00Z"));
    expect([startMs, endMs]).toEqual([0, 8.64e15]);
  });

  test("throws for a zone that does not exist", () => {
    expect(() => periodAt(calendar(1, "d", "Mars/Olympus"), 0)).toThrow(RangeError);
  });

  const zones = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Auckland",
    "America/Sao_Paulo",
    "Pacific/Apia",
  ];
  const rules = [
    ...zones.flatMap((zone) => (["d", "w", "mo", "q", "y"] as const).map((unit) => calendar(1, unit, zone))),
    ...zones.map((zone) => calendar(2, "w", zone)),
    ...zones.map((zone) => calendar(10, "d", zone)),
    ...zones.map((zone) => calendar(5, "mo", zone)),
    ...(["h", "d", "w", "mo", "q", "y"] as const).map((unit) => anchored(1, unit, "2010-01-31T10:17:31Z")),
    anchored(3, "mo", "2010-08-31T23:59:59Z"),
    calendar(7, "m"),
    calendar(5, "h"),
  ];
  // Eight years with two leap days, and with a day that Samoa left out.
  test("holds every moment in one period, and numbers only grow", () => {
    const minute = 60_000;
    for (const rule of rules) {
      const clock = createPeriodClock(rule);
      let last = clock(Date.parse("2010-11-01T00:00Z"));
      for (let at = last.endMs; at < Date.parse("2018-12-31T00:00Z"); at += 171 * minute) {
        const next = clock(at);
        if (next === last) continue;
        expect(next.startMs <= at && at < next.endMs).toBe(true);
        expect(next.number).toBeGreaterThan(last.number);
        expect(next.startMs).toBeGreaterThanOrEqual(last.endMs);
        last = next;
      }
    }
  });

  test("has no gap and no overlap at any border", () => {
    for (const rule of rules) {
      let period = periodAt(rule, Date.parse("2011-12-01T00:00Z"));
      for (let i = 0; i < 60; i++) {
        expect(periodAt(rule, period.endMs - 1)).toEqual(period);
        const next = periodAt(rule, period.endMs);
        expect(next.startMs).toBe(period.endMs);
        expect(next.number).toBeGreaterThan(period.number);
        period = next;
      }
    }
  });
});

describe("createPeriodClock()", () => {
  test("gives what periodAt() gives, also when time goes back", () => {
    const rule = calendar(1, "mo", "Europe/Berlin");
    const clock = createPeriodClock(rule);
    const times = ["2026-03-31T21:59Z", "2026-03-31T22:00Z", "2026-03-01T00:00Z", "2026-04-15T00:00Z"].map(Date.parse);
    for (const at of times) expect(clock(at)).toEqual(periodAt(rule, at));
  });

  test("works a period out once", () => {
    const clock = createPeriodClock(calendar(1, "d"));
    const first = clock(Date.parse("2026-03-01T00:00Z"));
    expect(clock(Date.parse("2026-03-01T23:59:59.999Z"))).toBe(first);
    expect(clock(Date.parse("2026-03-02T00:00Z"))).not.toBe(first);
  });
});

test.each([
  ["UTC", true],
  ["Europe/Berlin", true],
  ["asia/kolkata", true],
  ["Mars/Olympus", false],
  ["", false],
  ["+02:00", false],
])("isTimeZone(%p) is %p", (name, known) => expect(isTimeZone(name)).toBe(known));
