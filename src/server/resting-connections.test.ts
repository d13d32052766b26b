import { expect, test } from "bun:test";
import { createManualTime } from "#lib/fixtures/manual-time";
import { RestingConnections } from "./resting-connections";

function rest() {
  const time = createManualTime();
  const resting = new RestingConnections(time.clock.monotonicMs, time.startTimer);
  const rested: string[] = [];
  const take = (name: string) => resting.take({ rested: () => rested.push(name) });
  const flood = () => Array.from({ length: 100 }, () => take("of the flood"));
  return { time, rested, take, flood };
}

test("take() lets connections be read at once while few requests are refused", async () => {
  const { time, flood, take } = rest();
  expect(flood()).toEqual(Array(100).fill(false));
  await time.advance(100);
  expect(take("later")).toBe(false);
});

test("take() lets each of a flood be read again after a tenth of a second, and not before", async () => {
  const { time, flood, rested, take } = rest();
  flood();
  expect(take("first")).toBe(true);
  await time.advance(60);
  expect(take("second")).toBe(true);
  await time.advance(39);
  expect(rested).toEqual([]);
  await time.advance(1);
  expect(rested).toEqual(["first"]);
  await time.advance(100);
  expect(rested).toEqual(["first", "second"]);
});
