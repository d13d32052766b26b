import { describe, expect, test } from "bun:test";
import type { Timeouts } from "#core/snapshot";
import { target } from "#governance/fixtures/scratch-governance";
import { createFirstTokenWaits } from "#routing/first-token-waits";
import { Patience, thinkingOf } from "./patience";

const defaults: Timeouts = {
  connectMs: 5000,
  headersMs: 300_000,
  firstTokenMs: 12_000,
  patientFirstTokenMs: 120_000,
  idleMs: 30_000,
  totalMs: 900_000,
};
const usual = { thinking: "none", isLast: false, isStream: true, remainingMs: undefined } as const;

function targetWith(timeouts: Partial<Timeouts> = {}) {
  const made = target();
  return { ...made, provider: { ...made.provider, timeouts: { ...defaults, ...timeouts } } };
}

/** How long a target may take to its first token, at first and once it shows life. */
function waits(asked: Partial<Parameters<Patience["timeoutsOf"]>[0]>, timeouts: Partial<Timeouts> = {}) {
  const patience = new Patience(createFirstTokenWaits());
  const { firstTokenMs, patientFirstTokenMs = 0 } = patience.timeoutsOf({
    ...usual,
    target: targetWith(timeouts),
    ...asked,
  });
  return [firstTokenMs, Math.max(firstTokenMs, patientFirstTokenMs)];
}

describe("timeoutsOf()", () => {
  test("is short where another target can be asked, and patient with one that shows life", () => {
    expect(waits({})).toEqual([12_000, 120_000]);
    expect(waits({ isLast: true })).toEqual([120_000, 120_000]);
  });

  test("is patient from the start with requests that reason: with those told to, for the whole attempt", () => {
    expect(waits({ thinking: "likely" })).toEqual([120_000, 120_000]);
    expect(waits({ thinking: "asked" })).toEqual([900_000, 900_000]);
    expect(waits({ thinking: "asked" }, { reasoningFirstTokenMs: 60_000 })).toEqual([60_000, 60_000]);
  });

  test("keeps to what an operator has set, but where the request reasons or the target shows life", () => {
    const set = { firstTokenMs: 4000, firstTokenIsSet: true };
    expect(waits({}, set)).toEqual([4000, 120_000]);
    expect(waits({ isLast: true }, set)).toEqual([4000, 120_000]);
    expect(waits({ thinking: "likely" }, set)).toEqual([4000, 120_000]);
    expect(waits({ thinking: "asked" }, set)).toEqual([900_000, 900_000]);
  });

  test("gives a whole answer the patient timer to its first byte", () => {
    expect(waits({ isStream: false })[0]).toBe(120_000);
    expect(waits({ isStream: false, thinking: "asked" })[0]).toBe(900_000);
    const patience = new Patience(createFirstTokenWaits());
    const asked = { ...usual, target: targetWith(), isStream: false, thinking: "asked" } as const;
    expect(patience.timeoutsOf(asked).headersMs).toBe(900_000);
  });

  test("ends a further attempt's wait with the deadline, unless it shows life or reasons", () => {
    expect(waits({ remainingMs: 5000 })).toEqual([5000, 120_000]);
    expect(waits({ remainingMs: 5000, isLast: true })).toEqual([5000, 120_000]);
    expect(waits({ remainingMs: 5000, thinking: "asked" })).toEqual([900_000, 900_000]);
  });

  test("learns how long a target takes: no less than is configured, no more than is patient", () => {
    for (const [tookMs, expected] of [
      [100, 12_000],
      [10_000, 30_000],
      [100_000, 120_000],
    ] as const) {
      const known = createFirstTokenWaits();
      const slow = targetWith();
      for (let answer = 0; answer < 200; answer++) known.came(slow, false, tookMs);
      const { firstTokenMs } = new Patience(known).timeoutsOf({ ...usual, target: slow });
      expect(firstTokenMs).toBeGreaterThanOrEqual(expected);
      expect(firstTokenMs).toBeLessThanOrEqual(Math.min(expected * 1.2, 120_000));
    }
  });

  test("learns nothing where an operator has set the timer", () => {
    const known = createFirstTokenWaits();
    const slow = targetWith({ firstTokenIsSet: true });
    for (let answer = 0; answer < 200; answer++) known.came(slow, false, 20_000);
    expect(new Patience(known).timeoutsOf({ ...usual, target: slow }).firstTokenMs).toBe(12_000);
  });
});

test("thinkingOf() goes by what the request says, then by traits, then by the catalog", () => {
  const plain = target();
  const able = { facts: { id: "m", capabilities: ["reasoning"] as const } };
  const [unasked, told] = [{ reasonsUnasked: true }, {}];
  expect(thinkingOf({ reasoning: true }, {}, plain, told)).toBe("asked");
  expect(thinkingOf({ reasoning: true }, { reasoning: [] }, plain, told)).toBe("none");
  expect(thinkingOf({ reasoning: false }, { reasons_by_default: true }, able, unasked)).toBe("none");
  expect(thinkingOf({}, { reasons_by_default: true }, plain, told)).toBe("likely");
  expect(thinkingOf({}, { reasons_by_default: false }, able, unasked)).toBe("none");
  expect(thinkingOf({}, {}, plain, unasked)).toBe("none");
  expect(thinkingOf({}, {}, able, unasked)).toBe("likely");
  expect(thinkingOf({}, {}, able, told)).toBe("none");
});
