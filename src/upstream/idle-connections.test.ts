import { expect, test } from "bun:test";
import { createManualTime } from "#lib/fixtures/manual-time";
import { type Idle, IdleConnections } from "./idle-connections";

/** Connections that note when they were closed, which takes them out. */
function scratch() {
  const time = createManualTime();
  const idle = new IdleConnections(time.ticker.nowMs, time.ticker.nowMs, time.startTimer);
  const closed: number[] = [];
  const make = (name: number, serverKeepsMs?: number): Idle => {
    const connection: Idle = {
      isWaiting: false,
      idleUntilMs: 0,
      serverKeepsMs,
      older: undefined,
      newer: undefined,
      close: () => {
        closed.push(name);
        idle.takeOut(connection);
      },
    };
    return connection;
  };
  return { closed, idle, make, time };
}

test("IdleConnections give one out once, wherever it stands", () => {
  const { closed, idle, make } = scratch();
  const connections = [0, 1, 2, 3].map((name) => make(name));
  for (const connection of connections) idle.add(connection);
  for (const which of [1, 0, 3, 2]) {
    const connection = connections[which] ?? make(which);
    expect(idle.takeOut(connection)).toBe(true);
    expect(idle.takeOut(connection)).toBe(false);
  }
  expect(closed).toEqual([]);
});

test("IdleConnections close the oldest of too many", () => {
  const { closed, idle, make } = scratch();
  const connections = Array.from({ length: 1024 }, (_, name) => make(name));
  for (const connection of connections) idle.add(connection);
  // Used again, and the newest from now on.
  const [first] = connections;
  if (first !== undefined && idle.takeOut(first)) idle.add(first);
  idle.add(make(1024));
  idle.add(make(1025));
  expect(closed).toEqual([1, 2]);
});

test("IdleConnections close those whose time is up, and look for them no more once none waits", async () => {
  const { closed, idle, make, time } = scratch();
  const short = make(1, 8000);
  for (const connection of [make(0), short, make(2)]) idle.add(connection);
  await time.advance(10_000);
  expect(closed).toEqual([1]);
  expect(idle.takeOut(short)).toBe(false);
  await time.advance(60_000);
  expect(closed).toEqual([1, 0, 2]);
  expect(time.timers()).toBe(0);
});
