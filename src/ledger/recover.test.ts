import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import type { Charge } from "#core/record";
import { openLedgerAdmin } from "./admin";
import { recoverWorker } from "./fixtures/recover-worker";
import { entry, requestId, type ScratchLedger, scratchLedger, windowSlotNumber } from "./fixtures/scratch-ledger";
import { headerInt, redo, slot } from "./layout";
import { crashPointNames } from "./ledger";
import { metrics } from "./metric-layout";
import { openLedger } from "./open-ledger";
import { prepareLedger } from "./prepare-ledger";
import { breakLocks, heldIds, type InterruptedHold, settleInterrupted } from "./recover";

const opened: ScratchLedger[] = [];
afterEach(() => {
  for (const scratch of opened.splice(0)) scratch.remove();
});

const allowances = [Number.POSITIVE_INFINITY, 1000, 500] as const;
const secondCharges: readonly Charge[] = [entry(0, 1), entry(1, 30, 8), entry(2, 10)];

function scratch(): ScratchLedger {
  const made = scratchLedger(allowances);
  opened.push(made);
  return made;
}

/** Runs a child that must end by SIGKILL. */
async function runUntilKilled(script: string, ...args: readonly string[]): Promise<void> {
  const command = [process.execPath, join(import.meta.dir, "fixtures", script), ...args];
  const child = Bun.spawn(command, { stdout: "ignore", stderr: "pipe" });
  await child.exited;
  if (child.signalCode !== "SIGKILL") throw new Error(`${script} was not killed: ${await child.stderr.text()}`);
}

function slots({ admin }: ScratchLedger) {
  return allowances.map((_, slot) => {
    const { charged, held, previous, past, holders } = admin.readSlot(slot);
    return { charged: charged + previous.charged + past, held: held + previous.held, holders };
  });
}

/** Recovers worker 0 as a supervisor would, with the journal that the pipeline would have left. */
function recover(scratch: ScratchLedger, recorded: boolean): readonly InterruptedHold[] {
  const journal = (id: string) => (recorded && id === requestId(2) ? secondCharges : undefined);
  return recoverWorker(scratch.admin.file, 0, 1, journal);
}

function expectOnlyFirstInterrupted(scratch: ScratchLedger, interrupted: readonly InterruptedHold[]): void {
  expect(interrupted).toMatchObject([
    { id: requestId(1), phase: "relaying", output: 40, entries: [entry(0, 1), entry(1, 100, 7)] },
  ]);
  for (const hold of [...interrupted, ...interrupted])
    settleInterrupted(scratch.admin.file, hold, [entry(0, 1), entry(1, 60, 7)]);
}

test.each(crashPointNames)("recoverWorker() leaves nothing of a reservation killed at %s", async (point) => {
  const ledger = scratch();
  await runUntilKilled("crash-child.ts", ledger.path, "reserve", point);
  expectOnlyFirstInterrupted(ledger, recover(ledger, false));
  expect(slots(ledger)).toEqual([
    { charged: 1, held: 0, holders: 0 },
    { charged: 60, held: 0, holders: 0 },
    { charged: 0, held: 0, holders: 0 },
  ]);
  expect(ledger.admin.occupants()).toEqual([]);
  expect(openLedger(ledger.path, { worker: 0, generation: 1 }).reserve(requestId(3), [entry(2, 500)]).ok).toBe(true);
});

const settlePoints = crashPointNames.filter((point) => point !== "row-written");

test.each(settlePoints)("recoverWorker() settles exactly once when killed at %s of a settlement", async (point) => {
  const ledger = scratch();
  await runUntilKilled("crash-child.ts", ledger.path, "settle", point);
  expectOnlyFirstInterrupted(ledger, recover(ledger, true));
  expect(slots(ledger)).toEqual([
    { charged: 2, held: 0, holders: 0 },
    { charged: 90, held: 0, holders: 0 },
    { charged: 10, held: 0, holders: 0 },
  ]);
  expect(ledger.admin.occupants()).toEqual([]);
});

test.each(settlePoints)("recoverWorker() finds an adjustment killed at %s whole or not at all", async (point) => {
  const ledger = scratch();
  const { admin } = ledger;
  const window = windowSlotNumber(0);
  admin.initSlot(window, window + 1, { allowance: 10, unit: "requests", mode: "hard" });
  await runUntilKilled("crash-child.ts", ledger.path, "adjust", point);
  const [first, second] = recover(ledger, false);
  const isDone = settlePoints.indexOf(point) >= settlePoints.indexOf("committed");
  expect(second?.entries).toEqual(
    isDone
      ? [entry(window, 4, 30), entry(0, 1), entry(1, 70, 8)]
      : [entry(1, 60, 8), entry(window, 3, 20), entry(2, 10)],
  );
  expect(slots(ledger)).toMatchObject(
    isDone ? [{ held: 2 }, { held: 170 }, { held: 0, holders: 0 }] : [{ held: 1 }, { held: 160 }, { held: 10 }],
  );
  const part = isDone ? { number: 30, amount: 4 } : { number: 20, amount: 3 };
  expect(admin.readWindow(window, 30)).toMatchObject({ held: part.amount, used: part.amount, parts: [part] });
  for (const hold of [first, second]) {
    if (hold === undefined) throw new Error("Two requests were running");
    settleInterrupted(admin.file, hold, hold.charges);
  }
  expect(slots(ledger).map(({ held, holders }) => [held, holders])).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
  expect(admin.readWindow(window, 30)).toMatchObject({ held: 0, charged: part.amount, used: part.amount });
  expect(admin.occupants()).toEqual([]);
});

test("recoverWorker() knows who asked, for what target, and what each unit is charged", () => {
  const { admin, path } = scratch();
  const units = ["count", "running", "tokens", "nanodollars", "tokens"] as const;
  for (const [index, unit] of units.entries()) {
    admin.initSlot(10 + index, 11 + index, { allowance: 1e9, unit, mode: "hard" });
  }
  const window = windowSlotNumber(3);
  admin.initSlot(window, window + 1, { allowance: 10, unit: "requests", mode: "hard" });
  const dead = openLedger(path, { worker: 0, generation: 1 });
  const entries = [
    entry(10, 1),
    entry(11, 1),
    entry(12, 50_000, 3),
    entry(13, 9_000_000, 4),
    entry(14, 100),
    entry(window, 2, 8),
  ];
  const label = '{"keyId":"k","keyName":"ä"}';
  const reservation = dead.reserve(requestId(1), entries, new TextEncoder().encode(label));
  if (!reservation.ok) throw new Error("refused");
  const target = dead.health.row("openai/gpt-5#main");
  const exposure = { inputTokens: 1000, inputRate: 2501, outputRate: 10_000, spentTokens: 7, spent: 333, target };
  dead.expose(reservation.hold, exposure);
  dead.progress(reservation.hold, "relaying", 21);
  const [hold] = recoverWorker(admin.file, 0, 1);
  expect(hold).toMatchObject({ label, target: "openai/gpt-5#main", exposure, output: 21, phase: "relaying" });
  // 333 + ceil((1000 x 2501 + 21 x 10000) / 1000)
  expect(hold?.charges).toEqual([
    entry(10, 1),
    entry(12, 1028, 3),
    entry(13, 3044, 4),
    entry(14, 100),
    entry(window, 2, 8),
  ]);
});

test("recoverWorker() charges each limit the attempts that it counts, and a fee with the one that ran", () => {
  const { admin, path } = scratch();
  for (const slot of [20, 21, 22, 23]) {
    admin.initSlot(slot, slot + 1, { allowance: 1e9, unit: slot === 23 ? "tokens" : "nanodollars", mode: "hard" });
  }
  const dead = openLedger(path, { worker: 0, generation: 1 });
  const entries = [20, 21, 22, 23].map((slot) => entry(slot, 100_000, 3));
  const reservation = dead.reserve(requestId(1), entries);
  if (!reservation.ok) throw new Error("refused");
  const rates = { inputRate: 2000, outputRate: 10_000 };
  const spending = { inputTokens: 10, spentTokens: 7, spent: 333, fee: 50, target: -1 };
  // The first counts all, the second the running attempt, the third the earlier ones, the fourth the running one.
  dead.expose(reservation.hold, { ...rates, ...spending, counting: { running: 0b1011, earlier: 0b0101 } });
  dead.progress(reservation.hold, "relaying", 2);
  const [hold] = recoverWorker(admin.file, 0, 1);
  expect(hold?.charges.map(({ amount }) => amount)).toEqual([333 + 40 + 50, 40 + 50, 333, 12]);
});

test("recoverWorker() knows where the client pays, and forgets it with the request", () => {
  const { admin, path } = scratch();
  const dead = openLedger(path, { worker: 0, generation: 1 });
  const free = { inputTokens: 9, inputRate: 0, outputRate: 0, spentTokens: 0, spent: 0, target: -1 };
  const first = dead.reserve(requestId(1), [entry(1, 50, 3)]);
  if (!first.ok) throw new Error("refused");
  dead.expose(first.hold, { ...free, clientPays: true });
  expect(recoverWorker(admin.file, 0, 1)[0]?.exposure.clientPays).toBe(true);
  dead.settle(first.hold, []);
  const next = openLedger(path, { worker: 1, generation: 1 });
  const second = next.reserve(requestId(2), [entry(1, 50, 3)]);
  if (!second.ok) throw new Error("refused");
  next.expose(second.hold, free);
  expect(recoverWorker(admin.file, 1, 1)[0]?.exposure.clientPays).toBeUndefined();
});

test("recoverWorker() does not release what was exposed", () => {
  const { admin, path } = scratch();
  const dead = openLedger(path, { worker: 0, generation: 1 });
  const [reserved, exposed] = [1, 2].map((id) => dead.reserve(requestId(id), [entry(1, 50, 3)]));
  if (reserved?.ok !== true || exposed?.ok !== true) throw new Error("refused");
  dead.expose(exposed.hold, { inputTokens: 9, inputRate: 1, outputRate: 1, spentTokens: 0, spent: 0, target: -1 });
  expect(recoverWorker(admin.file, 0, 1)).toMatchObject([
    { id: requestId(2), phase: "sent", charges: [entry(1, 9, 3)] },
  ]);
});

test("recoverWorker() charges no input of a request that sent nothing before its row was another's", () => {
  const { admin, path } = scratch();
  const dead = openLedger(path, { worker: 0, generation: 1 });
  const first = dead.reserve(requestId(1), [entry(1, 500, 3)], new TextEncoder().encode("{}"));
  if (!first.ok) throw new Error("refused");
  dead.expose(first.hold, { inputTokens: 9, inputRate: 1, outputRate: 1, spentTokens: 9, spent: 9, target: 4 });
  dead.settle(first.hold, []);
  dead.expose(first.hold, { inputTokens: 9, inputRate: 1, outputRate: 1, spentTokens: 9, spent: 9, target: 4 });
  const second = dead.reserve(requestId(2), [entry(1, 500, 3)]);
  if (!second.ok) throw new Error("refused");
  dead.progress(second.hold, "sent", 0);
  expect(recoverWorker(admin.file, 0, 1)).toMatchObject([
    { id: requestId(2), label: "", target: "", exposure: { inputTokens: 0, target: -1 }, charges: [entry(1, 0, 3)] },
  ]);
});

test("recoverWorker() resets the dead worker's gauges and no other's", async () => {
  const ledger = scratch();
  const living = openLedger(ledger.path, { worker: 1, generation: 1 });
  living.count(metrics.inFlight.column, 2);
  const dead = openLedger(ledger.path, { worker: 0, generation: 1 });
  dead.count(metrics.inFlight.column, 3);
  recoverWorker(ledger.admin.file, 0, 1);
  expect(ledger.admin.columns().total(metrics.inFlight.column)).toBe(2);
});

test("recoverWorker() returns what was not settled again, also after a successor of the same name started", () => {
  const ledger = scratch();
  const dead = openLedger(ledger.path, { worker: 0, generation: 1 });
  const reservation = dead.reserve(requestId(1), [entry(2, 5)]);
  if (!reservation.ok) throw new Error("refused");
  dead.progress(reservation.hold, "sent", 0);
  const first = recoverWorker(ledger.admin.file, 0, 1);
  const successor = openLedger(ledger.path, { worker: 0, generation: 1 });
  expect(first).toHaveLength(1);
  expect(ledger.admin.occupants()).toHaveLength(2);
  for (const hold of first) settleInterrupted(ledger.admin.file, hold, [entry(2, 4)]);
  expect(ledger.admin.occupants()).toEqual([{ worker: 0, generation: 1, recovering: false }]);
  expect(ledger.admin.readSlot(2)).toMatchObject({ charged: 4, held: 0 });
  successor.close();
});

test.each(["locked", "committed", "partly-applied", "applied", "redo-cleared"])(
  "prepareLedger() and recoverWorker() finish what a supervisor killed at %s began",
  async (point) => {
    const ledger = scratch();
    await runUntilKilled("crash-child.ts", ledger.path, "reserve", "unlocked");
    await runUntilKilled("recovery-crash-child.ts", ledger.path, point);
    const bootId = [1, 2, 3, 4];
    const prepared = prepareLedger(ledger.path, { workers: 1, generation: 2, bootId });
    expect(prepared).toEqual({
      rebuildNeeded: false,
      occupants: [{ worker: 0, generation: 1, recovering: true }],
    });
    expectOnlyFirstInterrupted(ledger, recover(ledger, false));
    expect(slots(ledger)).toEqual([
      { charged: 1, held: 0, holders: 0 },
      { charged: 60, held: 0, holders: 0 },
      { charged: 0, held: 0, holders: 0 },
    ]);
  },
);

test("breakLocks() finishes what a dead control plane had committed", () => {
  const ledger = scratch();
  const control = openLedgerAdmin(ledger.path, { role: "control", generation: 3 });
  const { file } = control;
  file.writeInt(headerInt.lock, file.owner);
  file.write(redo.firstWord, file.slotWord(1) + slot.allowance);
  file.write(redo.firstWord + 1, 77);
  file.writeInt(redo.commitInt, 1);
  breakLocks(ledger.admin.file, { role: "control", generation: 2 });
  expect(file.readInt(headerInt.lock)).toBe(file.owner);
  breakLocks(ledger.admin.file, { role: "control", generation: 3 });
  expect(control.readSlot(1).allowance).toBe(77);
  expect(file.readInt(redo.commitInt)).toBe(0);
});

test("heldIds() names every request that a worker runs", () => {
  const ledger = scratch();
  const worker = openLedger(ledger.path, { worker: 0, generation: 1 });
  const other = openLedger(ledger.path, { worker: 1, generation: 1 });
  const holds = [1, 2].map((id) => worker.reserve(requestId(id), []));
  other.reserve(requestId(3), []);
  if (holds[0]?.ok) worker.settle(holds[0].hold, []);
  expect([...heldIds(ledger.admin.file, 0, 1)]).toEqual([requestId(2)]);
});

test("recoverWorker() replays a transaction of which a supervisor was killed in the replay", async () => {
  const ledger = scratch();
  await runUntilKilled("crash-child.ts", ledger.path, "settle", "partly-applied");
  await runUntilKilled("recovery-crash-child.ts", ledger.path, "partly-applied");
  prepareLedger(ledger.path, { workers: 1, generation: 2, bootId: [1, 2, 3, 4] });
  expectOnlyFirstInterrupted(ledger, recover(ledger, true));
  expect(slots(ledger)[2]).toEqual({ charged: 10, held: 0, holders: 0 });
});
