import { expect, test } from "bun:test";
import { createManualTime } from "#lib/fixtures/manual-time";
import { startWatchdog } from "./watchdog";

function setUp(names: readonly string[], hangTimeoutMs = 10_000) {
  const time = createManualTime();
  const nowMs = time.clock.monotonicMs;
  const hung = new Set<string>();
  const killed: string[] = [];
  const beats = new Map(names.map((name) => [name, 0]));
  const beat = () => {
    for (const name of names) if (!hung.has(name)) beats.set(name, nowMs());
  };
  const quiet = () => undefined;
  const watchdog = startWatchdog({
    hangTimeoutMs,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    nowMs,
    startTimer: time.startTimer,
    children: () =>
      names.map((name) => ({
        name,
        current: () => ({
          name,
          pid: 1,
          beatAtMs: beats.get(name),
          ready: Promise.resolve(),
          exited: new Promise<never>(quiet),
          next: () => new Promise<never>(quiet),
          on: quiet,
          send: quiet,
          kill: () => {
            killed.push(name);
            hung.delete(name);
            beats.set(name, nowMs());
          },
        }),
        firstReady: Promise.resolve(),
        stop: async () => undefined,
        kill: async () => undefined,
      })),
  });
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      beat();
      await time.advance(1000);
    }
  };
  return { time, hung, killed, pass, watchdog };
}

test("startWatchdog() kills a process that has said nothing for its time, and no other", async () => {
  const { hung, killed, pass, watchdog, time } = setUp(["control", "worker-0", "worker-1"]);
  await pass(60);
  expect(killed).toEqual([]);
  hung.add("worker-1");
  await pass(8);
  expect(killed).toEqual([]);
  await pass(4);
  expect(killed).toEqual(["worker-1"]);
  watchdog.close();
  expect(time.timers()).toBe(0);
});

test("startWatchdog() has three times the patience with the control process", async () => {
  const { hung, killed, pass } = setUp(["control", "worker-0"]);
  hung.add("control");
  await pass(28);
  expect(killed).toEqual([]);
  await pass(5);
  expect(killed).toEqual(["control"]);
});

test("startWatchdog() never kills all workers at once", async () => {
  const { hung, killed, pass } = setUp(["worker-0", "worker-1"]);
  for (const name of ["worker-0", "worker-1"]) hung.add(name);
  await pass(15);
  expect(killed).toEqual(["worker-0"]);
  await pass(10);
  expect(killed).toEqual(["worker-0", "worker-1"]);
});

test("startWatchdog() kills nothing after the machine was suspended", async () => {
  const { time, killed, pass } = setUp(["control", "worker-0"]);
  await pass(5);
  await time.stall(3_600_000);
  await pass(60);
  expect(killed).toEqual([]);
});

test("startWatchdog() leaves alone who never speaks, and all where its time is 0", async () => {
  const { hung, killed, pass } = setUp(["worker-0"], 0);
  hung.add("worker-0");
  await pass(60);
  expect(killed).toEqual([]);
});
