import { expect, test } from "bun:test";
import { createManualTime } from "#lib/fixtures/manual-time";
import { RestingConnections } from "./resting-connections";

function rest() {
  const time = createManualTime();
  const resting = new RestingConnections(time.clock.monotonicMs, time.startTimer);
  const rested: string[] = [];
  /** Of a client that was refused a moment ago. */
  const take = (name: string) => resting.take({ mayAskAtMs: Infinity, rested: () => rested.push(name) });
  const flood = (length = 10) => Array.from({ length }, () => take("of the flood"));
  const answer = (times: number) => {
    for (let index = 0; index < times; index++) resting.served();
  };
  return { time, resting, rested, take, flood, answer };
}

test("take() lets connections be read at once while few requests are refused", async () => {
  const { time, flood, take } = rest();
  expect(flood()).toEqual(Array(10).fill(false));
  await time.advance(100);
  expect(take("later")).toBe(false);
});

test("take() lets more be read at once the more is answered, by the rate and not by the count", async () => {
  const { time, answer, flood, take } = rest();
  flood();
  answer(400);
  await time.advance(100);
  expect(flood(60)).toEqual(Array(60).fill(false));
  expect(take("beyond")).toBe(true);
  answer(400);
  await time.advance(1000);
  expect(flood(15)).toEqual(Array(15).fill(false));
  expect(take("beyond")).toBe(true);
});

test("take() lets no more come back at a time than are allowed, and none later than after a second", async () => {
  const { time, flood, rested } = rest();
  const counts: number[] = [];
  const wait = async () => {
    await time.advance(100);
    counts.push(rested.length);
  };
  flood(10 + 60);
  for (let tenth = 0; tenth < 6; tenth++) await wait();
  expect(counts.map((count, index) => count - (counts[index - 1] ?? 0)).every((count) => count <= 21)).toBe(true);
  expect(counts.at(-1)).toBe(60);
  rested.length = 0;
  flood(10 + 500);
  await time.advance(1025);
  expect(rested.length).toBe(500);
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

test("take() lets a connection be read at once whose client waited as it was told, whatever others do", async () => {
  const { time, flood, resting } = rest();
  const patient = { mayAskAtMs: 0, rested: () => undefined };
  flood(50);
  expect(resting.take(patient)).toBe(false);
  await time.advance(1000);
  flood(50);
  expect(resting.take(patient)).toBe(false);
  await time.advance(999);
  flood(50);
  expect(resting.take(patient)).toBe(true);
});

test("take() knows a client for one that does not wait, also after the longest rest", async () => {
  const { time, flood, resting } = rest();
  let restsOver = 0;
  const hasty = { mayAskAtMs: 0, rested: () => void restsOver++ };
  expect(resting.take(hasty)).toBe(false);
  flood(2000);
  expect(resting.take(hasty)).toBe(true);
  while (restsOver === 0) await time.advance(25);
  flood(50);
  expect(resting.take(hasty)).toBe(true);
});
