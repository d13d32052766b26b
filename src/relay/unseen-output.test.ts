import { expect, test } from "bun:test";
import { noUsage } from "#core/usage";
import { target } from "#governance/fixtures/scratch-governance";
import type { Reservation } from "#governance/reservation";
import { nothingSpent } from "#governance/spending";
import { createOutputSpeeds } from "#routing/output-speeds";
import { UnseenOutput } from "./unseen-output";

function unseenOf(hiddenMs: number, outputLimit = Number.POSITIVE_INFINITY) {
  const speeds = createOutputSpeeds();
  speeds.wrote(target(), 50, 1000);
  const reservation: Reservation = {
    hold: { row: 0, ticket: 1, entries: [], remaining: [] },
    held: [],
    target: target(),
    healthRow: -1,
    price: undefined,
    estimatedInput: 1,
    mostInput: 1000,
    mostOutput: 8000,
    outputLimit,
    cap: undefined,
    costLimit: 0,
    mostSearches: Number.POSITIVE_INFINITY,
    hostedFee: 0,
    spent: nothingSpent,
  };
  const clock = { nowMs: () => 0, monotonicMs: () => 0, machineMs: () => 0 };
  return new UnseenOutput({ clock, speeds }, { hiddenMs, reservation, target: target() });
}

const left = { ...noUsage, input: 5, output: 10, estimated: true };

test("UnseenOutput estimates reasoning that a client left behind by time and the target's own speed", () => {
  const unseen = unseenOf(20_000);
  expect(unseen.tokens(undefined)).toBe(1000);
  expect(unseen.added(left, 1000)).toEqual({ ...left, reasoning: 1000 });
});

test("UnseenOutput adds nothing to what a provider reported, nor beyond what was held", () => {
  expect(unseenOf(20_000).added({ ...left, estimated: false }, 1000)).toEqual({ ...left, estimated: false });
  expect(unseenOf(20_000).added({ ...left, reasoning: 2000 }, 1000)).toMatchObject({ reasoning: 2000 });
  expect(unseenOf(20_000, 300).added(left, 1000)).toMatchObject({ output: 10, reasoning: 290 });
  expect(unseenOf(0).tokens(undefined)).toBe(0);
});
