import { expect, test } from "bun:test";
import { createManualTime } from "#lib/fixtures/manual-time";
import { createAdmissionGate } from "./admission-gate";

const never = new AbortController();

function gateOf(maxRunning: number, maxQueued: number, queueMs = 1000, time = createManualTime()) {
  return createAdmissionGate(() => ({ maxRunning, maxQueued, queueMs }), time.ticker);
}

test("tryEnter() gives places until none is left, and again once one is given back, once", () => {
  const gate = gateOf(2, 1);
  const leave = gate.tryEnter();
  expect(gate.tryEnter()).toBeDefined();
  expect(gate.tryEnter()).toBeUndefined();
  leave?.();
  leave?.();
  expect(gate.running()).toBe(1);
  expect(gate.tryEnter()).toBeDefined();
  expect(gate.tryEnter()).toBeUndefined();
});

test("enter() lets waiters in by turn, and nobody past them", async () => {
  const gate = gateOf(1, 2);
  const leave = gate.tryEnter();
  const order: string[] = [];
  const wait = async (name: string) => {
    const done = await gate.enter(never);
    order.push(name);
    expect(gate.running()).toBe(1);
    done();
  };
  const both = Promise.all([wait("first"), wait("second")]);
  expect(gate.queued()).toBe(2);
  leave?.();
  await both;
  expect([order, gate.running(), gate.queued()]).toEqual([["first", "second"], 0, 0]);
});

test("enter() refuses at once when the line is full, and after queueMs when no place came free", async () => {
  const time = createManualTime(25);
  const gate = gateOf(1, 1, 40, time);
  gate.tryEnter();
  const waiting = gate.enter(never).catch((error: unknown) => ({ error, atMs: time.clock.nowMs() }));
  const refused = { code: "overloaded", status: 503, options: { retryAfterS: 1 } };
  await expect(gate.enter(never)).rejects.toMatchObject(refused);
  await time.advance(39);
  expect(gate.queued()).toBe(1);
  await time.advance(1);
  expect(await waiting).toMatchObject({ error: refused, atMs: 40 });
  expect(gate.queued()).toBe(0);
});

test("enter() forgets a client that leaves the line", async () => {
  const time = createManualTime();
  const gate = gateOf(1, 2, 1000, time);
  const leave = gate.tryEnter();
  const client = new AbortController();
  const gone = gate.enter(client);
  const next = gate.enter(never);
  client.abort();
  const forgotten = time.advance(25);
  await expect(gone).rejects.toMatchObject({ code: "client_closed" });
  await forgotten;
  leave?.();
  expect(await next).toBeFunction();
  expect(gate.running()).toBe(1);
});

test("a gate whose setting is raised lets the line in with the next that leaves", async () => {
  const settings = { maxRunning: 1, maxQueued: 3, queueMs: 1000 };
  const gate = createAdmissionGate(() => settings, createManualTime().ticker);
  const leave = gate.tryEnter();
  const waiting = [gate.enter(never), gate.enter(never)];
  settings.maxRunning = 2;
  leave?.();
  await Promise.all(waiting);
  expect(gate.running()).toBe(2);
});

test("enter() lets no request wait for a while after a tick came late, for the event loop has no time to spare", async () => {
  const time = createManualTime(25);
  const gate = gateOf(1, 3, 5, time);
  gate.tryEnter();
  const refused = { code: "overloaded", status: 503 };
  const late = gate.enter(never).catch((error: unknown) => error);
  await time.stall(5 + 6);
  expect(await late).toMatchObject(refused);
  await expect(gate.enter(never)).rejects.toMatchObject(refused);
  expect(gate.queued()).toBe(0);
  await time.advance(250);
  const waiting = gate.enter(never).catch((error: unknown) => error);
  expect(gate.queued()).toBe(1);
  await time.advance(5);
  expect(await waiting).toMatchObject(refused);
});

test("enter() tells of each request that it sheds for how long it waited", async () => {
  const time = createManualTime(25);
  const shed: number[] = [];
  const settings = { maxRunning: 1, maxQueued: 2, queueMs: 40 };
  const gate = createAdmissionGate(
    () => settings,
    time.ticker,
    (ms) => shed.push(ms),
  );
  const leave = gate.tryEnter();
  const [first, second, third] = [0, 1, 2].map(() => gate.enter(never).catch((error: unknown) => error));
  expect(await third).toMatchObject({ code: "overloaded" });
  leave?.();
  await first;
  await time.advance(40);
  expect(await second).toMatchObject({ code: "overloaded" });
  expect(shed).toEqual([0, 40]);
});

test("enter() refuses those who have waited enough when somebody else asks before the timer fires", async () => {
  const time = createManualTime(25);
  const gate = gateOf(1, 2, 10, time);
  gate.tryEnter();
  const ask = () => gate.enter(never).catch((error: unknown) => error);
  const first = ask();
  const stalled = time.stall(12);
  const second = ask();
  expect(gate.queued()).toBe(1);
  expect(await first).toMatchObject({ code: "overloaded" });
  await stalled;
  await time.advance(10);
  expect(await second).toMatchObject({ code: "overloaded" });
});
