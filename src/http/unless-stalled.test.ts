import { expect, test } from "bun:test";
import { createManualTime } from "#lib/fixtures/manual-time";
import { unlessStalled } from "./unless-stalled";

const never = new Promise<never>(() => undefined);

test("unlessStalled() passes on what comes in time", async () => {
  const { advance, ticker, timers } = createManualTime();
  expect(await unlessStalled(ticker, 1000, Promise.resolve(1))).toBe(1);
  await expect(unlessStalled(ticker, 1000, Promise.reject(new RangeError("cut")))).rejects.toThrow("cut");
  await advance(25);
  expect(timers()).toBe(0);
});

test("unlessStalled() gives up on what is late, each by its own time", async () => {
  const { advance, clock, ticker } = createManualTime(25);
  const outcomes: string[] = [];
  const note = (name: string) => (error: unknown) =>
    outcomes.push(`${name} at ${clock.nowMs()}: ${error instanceof Error && error.message}`);
  void unlessStalled(ticker, 150, never).catch(note("second"));
  void unlessStalled(ticker, 1, never).catch(note("first"));
  await advance(200);
  expect(outcomes).toEqual([
    "first at 25: The request body came too slowly",
    "second at 150: The request body came too slowly",
  ]);
});
