import { expect, test } from "bun:test";
import { createAdmissionGate } from "./admission-gate";

const never = new AbortController().signal;

function gateOf(maxRunning: number, maxQueued: number, queueMs = 1000) {
  return createAdmissionGate(() => ({ maxRunning, maxQueued, queueMs }));
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
  const gate = gateOf(1, 1, 10);
  gate.tryEnter();
  const startedMs = performance.now();
  const waiting = gate.enter(never);
  const refused = { code: "overloaded", status: 503, options: { retryAfterS: 1 } };
  await expect(gate.enter(never)).rejects.toMatchObject(refused);
  expect(performance.now() - startedMs).toBeLessThan(10);
  await expect(waiting).rejects.toMatchObject(refused);
  expect(gate.queued()).toBe(0);
});

test("enter() forgets a client that leaves the line", async () => {
  const gate = gateOf(1, 2);
  const leave = gate.tryEnter();
  const client = new AbortController();
  const gone = gate.enter(client.signal);
  const next = gate.enter(never);
  client.abort();
  await expect(gone).rejects.toMatchObject({ code: "client_closed" });
  leave?.();
  expect(await next).toBeFunction();
  expect(gate.running()).toBe(1);
});

test("a gate whose setting is raised lets the line in with the next that leaves", async () => {
  const settings = { maxRunning: 1, maxQueued: 3, queueMs: 1000 };
  const gate = createAdmissionGate(() => settings);
  const leave = gate.tryEnter();
  const waiting = [gate.enter(never), gate.enter(never)];
  settings.maxRunning = 2;
  leave?.();
  await Promise.all(waiting);
  expect(gate.running()).toBe(2);
});

test("enter() lets nobody wait for a while once the line was told late, for the event loop has no time to spare", async () => {
  let nowMs = 0;
  const gate = createAdmissionGate(
    () => ({ maxRunning: 1, maxQueued: 3, queueMs: 5 }),
    () => nowMs,
  );
  gate.tryEnter();
  const late = gate.enter(never);
  nowMs = 50;
  const refused = { code: "overloaded", status: 503 };
  await expect(late).rejects.toMatchObject(refused);
  const atOnce = gate.enter(never);
  expect(gate.queued()).toBe(0);
  await expect(atOnce).rejects.toMatchObject(refused);
  nowMs = 151;
  const waiting = gate.enter(never);
  expect(gate.queued()).toBe(1);
  nowMs = 156;
  await expect(waiting).rejects.toMatchObject(refused);
});
