import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LedgerAdmin, openLedgerAdmin } from "./admin";
import { bootIdInts, readBootId } from "./boot-id";
import { recoverWorker } from "./fixtures/recover-worker";
import { counted, entry, requestId, windowSlotNumber } from "./fixtures/scratch-ledger";
import { firstExtentWord, headerInt, workerArea } from "./layout";
import { metrics } from "./metric-layout";
import { openLedger } from "./open-ledger";
import { prepareLedger } from "./prepare-ledger";
import { areaWords } from "./worker-area";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "headgate-ledger-"));
  path = join(folder, "ledger");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bootA = [1, 2, 3, 4];
const bootB = [1, 2, 3, 5];
const control = { role: "control", generation: 1 } as const;

function prepare(bootId: readonly number[], generation = 1) {
  return prepareLedger(path, { workers: 1, generation, bootId });
}

/** A ledger in which slot 0 was charged 7. */
function used() {
  prepare(bootA);
  const admin = openLedgerAdmin(path, control);
  admin.rebuildLedger([]);
  admin.initSlot(0, 1, counted(100));
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  const reservation = ledger.reserve(requestId(1), [entry(0, 7, 3)]);
  if (!reservation.ok) throw new Error("refused");
  ledger.settle(reservation.hold, reservation.hold.entries);
  return { admin, ledger };
}

test("prepareLedger() writes a new file out in full and asks for a rebuild", () => {
  expect(prepare(bootA)).toEqual({ rebuildNeeded: true, reason: "there was none", occupants: [] });
  const { size, blocks, mode } = statSync(path);
  expect(blocks * 512).toBeGreaterThanOrEqual(size);
  expect(mode & 0o777).toBe(0o600);
  expect(() => openLedgerAdmin(path, control).initSlot(0, 1, counted(1))).toThrow("must be rebuilt first");
});

test("prepareLedger() keeps everything after a kill in the same boot and names who was there", () => {
  used();
  expect(prepare(bootA, 2)).toEqual({
    rebuildNeeded: false,
    occupants: [{ worker: 0, generation: 1, recovering: false }],
  });
  expect(openLedgerAdmin(path, control).readSlot(0)).toMatchObject({ charged: 7, period: 3 });
});

test("prepareLedger() keeps a cleanly closed file over a restart of the machine, once", () => {
  const { admin, ledger } = used();
  expect(() => admin.markClean()).toThrow("1 worker areas are taken");
  ledger.close();
  admin.markClean();
  expect(prepare(bootB)).toEqual({ rebuildNeeded: false, occupants: [] });
  expect(openLedgerAdmin(path, control).readSlot(0)).toMatchObject({ charged: 7 });
  expect(prepare(bootA)).toMatchObject({ rebuildNeeded: true, reason: "the machine restarted without a clean stop" });
});

test("prepareLedger() makes the file anew when a page was lost behind the clean mark", () => {
  const { admin, ledger } = used();
  ledger.close();
  admin.markClean();
  admin.file.write(firstExtentWord + 100, 42);
  expect(prepare(bootB)).toMatchObject({ rebuildNeeded: true, reason: "its checksum is wrong" });
});

test("prepareLedger() makes the file anew when something changed since it was closed cleanly, in the same boot too", () => {
  const { admin, ledger } = used();
  ledger.close();
  admin.markClean();
  admin.file.write(admin.file.slotWord(0) + 9, 6);
  expect(prepare(bootA, 2)).toMatchObject({ rebuildNeeded: true, reason: "its checksum is wrong" });
});

test("prepareLedger() makes the file anew when an extent does not begin where the one before ends", () => {
  const { admin } = used();
  const int = headerInt.extents + 4;
  admin.file.write(int / 2 + 1, admin.file.read(int / 2 + 1) - 512);
  expect(prepare(bootA, 2)).toMatchObject({ rebuildNeeded: true, reason: expect.stringContaining("extent 1 begins") });
});

test("prepareLedger() makes the file anew when it is cut, foreign or of another layout", () => {
  used();
  const file = openLedgerAdmin(path, control).file;
  file.writeInt(headerInt.version, 99);
  expect(prepare(bootA)).toMatchObject({ rebuildNeeded: true, reason: expect.stringContaining("found layout 99") });
  openLedgerAdmin(path, control).file.writeInt(headerInt.bootId, 77);
  expect(prepare(bootA)).toMatchObject({
    rebuildNeeded: true,
    reason: expect.stringContaining("header's checksum is wrong"),
  });
  truncateSync(path, 100);
  expect(prepare(bootA)).toMatchObject({ rebuildNeeded: true, reason: expect.stringContaining("100 bytes") });
});

test("prepareLedger() makes the file anew when it is shorter than its extents", () => {
  used();
  truncateSync(path, 16_384);
  expect(prepare(bootA)).toMatchObject({ rebuildNeeded: true, reason: expect.stringContaining("16384 bytes") });
});

test("prepareLedger() breaks a lock that the last run left", () => {
  const { admin } = used();
  admin.file.writeInt(headerInt.lock, 4711);
  admin.file.writeInt(headerInt.growthLock, 4711);
  prepare(bootA, 2);
  expect(openLedgerAdmin(path, control).readSlot(0).charged).toBe(7);
});

test("rebuildLedger() brings back the newest two periods, admits nothing before initSlot, and leaves a file in use alone", () => {
  const { admin } = used();
  const checkpoint = [
    ...admin.checkpoint(),
    { slot: 0, tag: 1, period: 4, charged: 9 },
    { slot: 5000, tag: 8, period: 0, charged: 3 },
  ];
  expect(checkpoint[0]).toEqual({ slot: 0, tag: 1, period: 3, charged: 7 });
  expect(() => admin.rebuildLedger(checkpoint)).toThrow("it is in use");
  prepare(bootB);
  const again = openLedgerAdmin(path, control);
  again.rebuildLedger([{ slot: 0, tag: 1, period: 2, charged: 5 }, ...checkpoint]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  expect(ledger.reserve(requestId(1), [entry(0, 1, 4)]).ok).toBe(false);
  again.initSlot(0, 1, counted(10));
  expect(ledger.reserve(requestId(2), [entry(0, 1, 4)]).ok).toBe(true);
  expect(again.readSlot(0)).toMatchObject({
    period: 4,
    charged: 9,
    held: 1,
    previous: { period: 3, charged: 7 },
    past: 5,
  });
  expect(again.readSlot(5000)).toMatchObject({ tag: 8, charged: 3, limit: 0 });
});

test("rebuildLedger() fills windows with what was charged in all and leaves their rings empty", () => {
  const { admin } = used();
  const window = windowSlotNumber(5);
  admin.initSlot(window, 9, { allowance: 50, unit: "requests", mode: "hard" });
  const ledger = openLedger(path, { worker: 1, generation: 1 });
  const asked = { slot: window, tag: 9, period: 100, amount: 30 };
  const reservation = ledger.reserve(requestId(1), [asked]);
  if (!reservation.ok) throw new Error("refused");
  ledger.settle(reservation.hold, [asked]);
  const checkpoint = admin.checkpoint();
  expect(checkpoint).toContainEqual({ slot: window, tag: 9, period: 0, charged: 30 });
  prepare(bootB);
  const again = openLedgerAdmin(path, control);
  again.rebuildLedger([...checkpoint, { slot: window, tag: 9, period: 4711, charged: 5 }]);
  again.initSlot(window, 9, { allowance: 50, unit: "requests", mode: "hard" });
  expect(again.readWindow(window, 100)).toMatchObject({ tag: 9, used: 0, charged: 35, held: 0, allowance: 50 });
});

test("prepareLedger() empties windows and forgets times of health when the machine's clock started anew", () => {
  const { admin, ledger } = used();
  const window = windowSlotNumber(0);
  admin.initSlot(window, 9, counted(50));
  const charge = (period: number) => {
    const asked = { slot: window, tag: 9, period, amount: 30 };
    const reservation = openLedgers.at(-1)?.reserve(requestId(1), [asked]);
    if (reservation?.ok !== true) return false;
    openLedgers.at(-1)?.settle(reservation.hold, reservation.hold.entries);
    return true;
  };
  const openLedgers = [ledger];
  const sick = ledger.health.row("a/b#c");
  ledger.health.update(sick, (state) => ({ ...state, ejectedUntilMs: 9e9, errors: 7 }));
  expect([charge(4000), charge(3)]).toEqual([true, false]);
  // The same boot, a clock that goes on: nothing is forgotten.
  prepareLedger(path, { workers: 1, generation: 2, bootId: bootA, uptimeMs: 9e9 });
  prepareLedger(path, { workers: 1, generation: 3, bootId: bootA, uptimeMs: 9e9 + 1 });
  expect(charge(3)).toBe(false);
  // The same boot id, but the clock of a container that was started again.
  prepareLedger(path, { workers: 1, generation: 4, bootId: bootA, uptimeMs: 50 });
  expect(admin.health.read(sick)).toMatchObject({ ejectedUntilMs: 0, errors: 7 });
  expect([charge(3), charge(2)]).toEqual([true, false]);
  // Another boot, after a clean stop.
  ledger.close();
  admin.markClean();
  expect(prepareLedger(path, { workers: 1, generation: 5, bootId: bootB, uptimeMs: 60 })).toEqual({
    rebuildNeeded: false,
    occupants: [],
  });
  openLedgers.push(openLedger(path, { worker: 0, generation: 5 }));
  expect([charge(1), charge(1)]).toEqual([true, false]);
  expect(openLedgerAdmin(path, control).readWindow(window, 1)).toMatchObject({ used: 30, charged: 90 });
});

test("readSlot() of a slot that the file does not have is unused", () => {
  const { admin } = used();
  expect(admin.readSlot(1_000_000)).toMatchObject({ tag: 0, charged: 0, held: 0, holders: 0 });
});

test("setCheckpointPosition() is read back by another process's view", () => {
  const { admin } = used();
  admin.setCheckpointPosition(12_345_678_901);
  expect(openLedgerAdmin(path, control).checkpointPosition()).toBe(12_345_678_901);
});

test("readBootId() is four ints and the same twice; bootIdInts() refuses what is no UUID", () => {
  expect(readBootId()).toHaveLength(4);
  expect(readBootId()).toEqual(readBootId());
  expect(bootIdInts("00000001-0002-0003-ffff-ffff00000004\n")).toEqual([1, 131_075, -1, 4]);
  expect(() => bootIdInts("")).toThrow("a UUID is needed");
});

/** As if the program that took the area had another table of metrics; with zero, one from before areas named theirs. */
function countedByAnotherVersion({ file }: LedgerAdmin, fingerprint: number): void {
  for (const word of areaWords(file)) {
    file.writeInt(word * 2 + workerArea.metricTableInt, fingerprint);
    for (let column = 0; column < workerArea.metricColumns; column++)
      file.write(word + workerArea.metrics + column, 77);
  }
}

for (const fingerprint of [0, 12_345]) {
  test(`prepareLedger() keeps what a killed worker of another metric table (${fingerprint}) held and charged`, () => {
    const { admin, ledger } = used();
    const window = windowSlotNumber(0);
    admin.initSlot(window, window + 1, counted(100));
    const row = admin.health.row("a/b#c");
    admin.health.update(row, (state) => ({ ...state, errors: 7 }));
    const recorded = ledger.reserve(requestId(2), [entry(0, 20, 3), entry(window, 10, 1)]);
    const unsent = ledger.reserve(requestId(3), [entry(0, 5, 3), entry(window, 30, 1)]);
    if (!recorded.ok || !unsent.ok) throw new Error("refused");
    ledger.count(metrics.searches.column, 3);
    countedByAnotherVersion(admin, fingerprint);

    expect(prepare(bootA, 2)).toEqual({
      rebuildNeeded: false,
      occupants: [{ worker: 0, generation: 1, recovering: false }],
    });
    const later = openLedgerAdmin(path, { role: "supervisor", generation: 2 });
    expect(later.readSlot(0)).toMatchObject({ charged: 7, held: 25, holders: 2 });
    recoverWorker(later.file, 0, 1, (id) => (id === requestId(2) ? recorded.hold.entries : undefined));
    expect(later.readSlot(0)).toMatchObject({ charged: 27, held: 0, holders: 0 });
    expect(later.readWindow(window, 1)).toMatchObject({ used: 10, charged: 10 });
    expect(later.health.read(row)).toMatchObject({ errors: 7 });
    expect(later.columns().total(metrics.searches.column)).toBe(0);

    const next = openLedger(path, { worker: 0, generation: 2 });
    expect([
      next.reserve(requestId(4), [entry(0, 74, 3)]).ok,
      next.reserve(requestId(5), [entry(0, 73, 3)]).ok,
    ]).toEqual([false, true]);
    next.count(metrics.searches.column, 2);
    expect(later.columns().total(metrics.searches.column)).toBe(2);
    expect(later.columns().each(metrics.searches.column)).toEqual([{ worker: 0, value: 2 }]);
  });
}
