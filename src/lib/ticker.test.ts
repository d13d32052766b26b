import { expect, test } from "bun:test";
import { createManualTime } from "./fixtures/manual-time";
import { createTicker, type Watched } from "./ticker";

test("add() has something looked at with every tick until it is removed, on one timer", async () => {
  const { advance, ticker, timers } = createManualTime(25, 1000);
  const seen: string[] = [];
  const watch = (name: string): Watched => ({ tick: (nowMs) => seen.push(`${name} ${nowMs}`) });
  const [first, second] = [watch("first"), watch("second")];
  expect(ticker.add(first)).toBe(1000);
  await advance(10);
  expect([ticker.recentMs(), ticker.add(second), ticker.recentMs()]).toEqual([1000, 1010, 1010]);
  expect(timers()).toBe(1);
  await advance(15);
  ticker.remove(first);
  await advance(25);
  expect(seen).toEqual(["first 1025", "second 1025", "second 1050"]);
});

test("the timer ends with the tick that finds nothing, and starts again", async () => {
  const { advance, ticker, timers } = createManualTime(25);
  const seen: number[] = [];
  const watched: Watched = {
    tick: (nowMs) => {
      seen.push(nowMs);
      ticker.remove(watched);
    },
  };
  ticker.add(watched);
  await advance(100);
  expect([seen, timers()]).toEqual([[25], 0]);
  ticker.add(watched);
  await advance(25);
  expect([seen, timers()]).toEqual([[25, 125], 0]);
});

test("a tick reaches everything that is left, whoever is removed meanwhile, and each once", async () => {
  const { advance, ticker } = createManualTime(25);
  const seen: string[] = [];
  const all: Watched[] = ["a", "b", "c", "d"].map((name) => ({ tick: () => seen.push(name) }));
  const leaving: Watched = {
    tick: () => {
      seen.push("leaving");
      ticker.remove(leaving);
    },
  };
  const [first, ...others] = all;
  for (const each of [first, leaving, ...others, first, leaving]) if (each !== undefined) ticker.add(each);
  await advance(25);
  expect(seen.splice(0).sort()).toEqual(["a", "b", "c", "d", "leaving"]);
  if (first !== undefined) ticker.remove(first);
  ticker.remove(leaving);
  await advance(25);
  expect(seen.sort()).toEqual(["b", "c", "d"]);
});

test("a tick says how late it comes", async () => {
  const { advance, stall, ticker } = createManualTime(25);
  const late: number[] = [];
  ticker.add({ tick: (_, lateMs) => late.push(lateMs) });
  await advance(25);
  await stall(40);
  await advance(25);
  expect(late).toEqual([0, 15, 0]);
});

test("tickBy() has the next tick come sooner, for everything, and never later", async () => {
  const { advance, ticker, timers } = createManualTime(25);
  const seen: number[] = [];
  ticker.add({
    tick: (nowMs) => {
      seen.push(nowMs);
      if (nowMs === 10) ticker.tickBy(12);
    },
  });
  ticker.tickBy(40);
  ticker.tickBy(10);
  expect(timers()).toBe(1);
  await advance(40);
  expect(seen).toEqual([10, 12, 37]);
});

test("createTicker() runs on the system's timers", async () => {
  const ticker = createTicker(1, () => performance.now());
  const { promise, resolve } = Promise.withResolvers<number>();
  const watched: Watched = { tick: resolve };
  const addedMs = ticker.add(watched);
  expect(await promise).toBeGreaterThanOrEqual(addedMs);
  ticker.remove(watched);
});
