import { describe, expect, test } from "bun:test";
import { createFirstTokenWaits } from "./first-token-waits";
import { createTargets } from "./fixtures/targets";

const { target } = createTargets();
const one = target("a/x#1");

/** So many answers, one in a hundred of which is slow. */
function learn(waits: ReturnType<typeof createFirstTokenWaits>, count: number, usualMs: number, slowMs: number) {
  for (let answer = 0; answer < count; answer++) waits.came(one, false, answer % 50 === 0 ? slowMs : usualMs);
}

describe("createFirstTokenWaits()", () => {
  test("says nothing before it has seen 200 answers, and then three times what 99 of 100 take", () => {
    const waits = createFirstTokenWaits();
    learn(waits, 199, 500, 8000);
    expect(waits.learnt(one, false)).toBeUndefined();
    learn(waits, 1, 500, 500);
    const learntMs = waits.learnt(one, false) ?? 0;
    // A bucket ends a fifth above its beginning.
    expect(learntMs).toBeGreaterThanOrEqual(24_000);
    expect(learntMs).toBeLessThan(24_000 * 1.2);
  });

  test("counts a wait that was cut as twice as long", () => {
    const waits = createFirstTokenWaits();
    for (let answer = 0; answer < 200; answer++) waits.cut(one, true, 12_000);
    expect(waits.learnt(one, true)).toBeGreaterThanOrEqual(72_000);
  });

  test("keeps requests that reason apart, and targets", () => {
    const waits = createFirstTokenWaits();
    learn(waits, 400, 500, 500);
    expect(waits.learnt(one, true)).toBeUndefined();
    expect(waits.learnt(target("b/x#1"), false)).toBeUndefined();
  });

  test("knows a target again after a change of the configuration", () => {
    const waits = createFirstTokenWaits();
    learn(waits, 200, 500, 500);
    const same = createTargets().target("a/x#1");
    expect(waits.learnt(same, false)).toBe(waits.learnt(one, false));
  });

  test("forgets what was long ago", () => {
    const waits = createFirstTokenWaits();
    learn(waits, 2000, 30_000, 30_000);
    learn(waits, 20_000, 500, 500);
    expect(waits.learnt(one, false)).toBeLessThan(2000);
  });
});
