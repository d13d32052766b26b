import { expect, test } from "bun:test";
import { faults } from "./faults.ts";
import { planLives } from "./schedule.ts";

const extent = { lives: 3, rounds: 4, roundMs: 30_000 };

test("planLives() plans the same for the same seed, and something else for another", () => {
  expect(planLives(7, extent, faults)).toEqual(planLives(7, extent, faults));
  expect(planLives(8, extent, faults)).not.toEqual(planLives(7, extent, faults));
});

test("planLives() undoes what it does within the round, and plans every fault there is", () => {
  const played = new Set<string>();
  for (let seed = 0; seed < 40; seed++) {
    for (const { events, durationMs } of planLives(seed, extent, faults).flatMap(({ rounds }) => rounds)) {
      for (const { atMs, fault, draw } of events) {
        expect(atMs + draw.forMs).toBeLessThanOrEqual(durationMs + 1);
        played.add(fault);
      }
    }
  }
  expect([...played].toSorted()).toEqual(faults.map(({ name }) => name).toSorted());
});
