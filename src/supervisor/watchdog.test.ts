import { expect, test } from "bun:test";
import { createManualTime } from "#lib/fixtures/manual-time";
import { startWatchdog } from "./watchdog";

function setUp(names: readonly string[], hangTimeoutMs = 10_000) {
  const time = createManualTime();
  const nowMs = time.clock.monotonicMs;
  const hung = new Set<string>();
  /** Those whose successors hang too. */
  const stillborn = new Set<string>();
  const killed: string[] = [];
  /** Those whose event loop turns, but which are not ready. */
  const unready = new Set<string>();
  /** The processor time of all of them. */
  const busy: { at: number | undefined; share: number } = { at: undefined, share: 0 };
  const killedAtMs: number[] = [];
  const beats = new Map<string, number | undefined>(names.map((name) => [name, 0]));
  const ready = new Map<string, number | undefined>(names.map((name) => [name, 0]));
  const started = new Map(names.map((name) => [name, 0]));
  const beat = () => {
    for (const name of names) {
      if (!hung.has(name)) beats.set(name, nowMs());
      if (!hung.has(name) && !unready.has(name)) ready.set(name, ready.get(name) ?? nowMs());
    }
  };
  const quiet = () => undefined;
  const watchdog = startWatchdog({
    hangTimeoutMs,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    nowMs,
    startTimer: time.startTimer,
    processorMs: () => busy.at,
    children: () =>
      names.map((name) => ({
        name,
        current: () => ({
          name,
          pid: 1,
          startedAtMs: started.get(name) ?? 0,
          readyAtMs: ready.get(name),
          beatAtMs: beats.get(name),
          ready: Promise.resolve(),
          exited: new Promise<never>(quiet),
          next: () => new Promise<never>(quiet),
          on: quiet,
          send: quiet,
          kill: () => {
            killed.push(name);
            killedAtMs.push(nowMs());
            if (!stillborn.has(name)) hung.delete(name);
            beats.set(name, undefined);
            ready.set(name, undefined);
            started.set(name, nowMs());
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
      if (busy.at !== undefined) busy.at += 1000 * busy.share;
      await time.advance(1000);
    }
  };
  return { time, hung, stillborn, unready, killed, killedAtMs, busy, pass, watchdog };
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

test("startWatchdog() has more patience with a control process that works, and none with a worker that does", async () => {
  const { hung, killed, busy, pass } = setUp(["control", "worker-0"]);
  busy.at = 0;
  busy.share = 0.5;
  hung.add("control");
  hung.add("worker-0");
  await pass(200);
  expect(killed).toEqual(["worker-0"]);
  await pass(110);
  expect(killed).toEqual(["worker-0", "control"]);
  busy.share = 0;
  hung.add("control");
  await pass(40);
  expect(killed).toEqual(["worker-0", "control", "control"]);
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

test("startWatchdog() kills a successor that hangs before it is ready, and has ever more patience with those after it", async () => {
  const { hung, stillborn, killed, killedAtMs, pass } = setUp(["control", "worker-0"]);
  hung.add("worker-0");
  stillborn.add("worker-0");
  await pass(3600);
  const gaps = killedAtMs.map((at, index) => Math.round((at - (killedAtMs[index - 1] ?? 0)) / 1000));
  expect(gaps.slice(0, 5)).toEqual([10, 60, 120, 240, 480]);
  expect(killed).not.toContain("control");
  stillborn.clear();
  await pass(1000);
  const before = killed.length;
  await pass(600);
  expect(killed).toHaveLength(before);
  // It was ready meanwhile: the next start that hangs is found as soon as the first was.
  hung.add("worker-0");
  await pass(12);
  expect(killed).toHaveLength(before + 1);
});

test("startWatchdog() kills one that says that it lives and does not become ready, a worker only while control is", async () => {
  const { hung, unready, killed, pass } = setUp(["control", "worker-0"]);
  unready.add("worker-0");
  hung.add("worker-0");
  await pass(12);
  expect(killed).toEqual(["worker-0"]);
  await pass(175);
  expect(killed).toEqual(["worker-0"]);
  await pass(10);
  expect(killed).toEqual(["worker-0", "worker-0"]);
  // From now on control does not become ready either, and the worker waits for it.
  unready.add("control");
  hung.add("control");
  await pass(32);
  expect(killed).toEqual(["worker-0", "worker-0", "control"]);
  await pass(175);
  expect(killed).toHaveLength(3);
  await pass(10);
  expect(killed.slice(3)).toEqual(["control"]);
});
