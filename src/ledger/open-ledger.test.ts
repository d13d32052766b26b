import { afterEach, expect, test } from "bun:test";
import { waitUntil } from "../../test/harness/wait-until";
import { counted, entry, requestId, type ScratchLedger, scratchLedger } from "./fixtures/scratch-ledger";
import { headerInt } from "./layout";
import { type Hold, type HoldEntry, type Ledger, refusalKinds } from "./ledger";
import { metrics } from "./metric-layout";
import { openLedger } from "./open-ledger";

const opened: ScratchLedger[] = [];
afterEach(() => {
  for (const scratch of opened.splice(0)) scratch.remove();
});

function scratch(allowances: readonly number[], areas?: number): ScratchLedger {
  const made = scratchLedger(allowances, areas);
  opened.push(made);
  return made;
}

function reserved(ledger: Ledger, id: number, entries: readonly HoldEntry[]): Hold {
  const reservation = ledger.reserve(requestId(id), entries);
  if (!reservation.ok) throw new Error(`refused by ${JSON.stringify(reservation.refusal)}`);
  return reservation.hold;
}

test("reserve() takes all entries or none", () => {
  const { path, admin } = scratch([10, 5]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  reserved(ledger, 1, [entry(0, 4), entry(1, 4)]);
  expect(ledger.reserve(requestId(2), [entry(0, 4), entry(1, 2)])).toEqual({
    ok: false,
    refusal: { reason: "no-room", entry: entry(1, 2), charged: 0, held: 4, allowance: 5 },
  });
  expect(admin.readSlot(0)).toMatchObject({ held: 4, charged: 0, holders: 1 });
  expect(admin.readSlot(1)).toMatchObject({ held: 4, charged: 0, holders: 1 });
});

test("reserve() admits exactly the allowance when charges and holds add up", () => {
  const { path, admin } = scratch([10]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  ledger.settle(reserved(ledger, 1, [entry(0, 6)]), [entry(0, 6)]);
  expect(ledger.reserve(requestId(2), [entry(0, 5)]).ok).toBe(false);
  reserved(ledger, 3, [entry(0, 4)]);
  expect(ledger.reserve(requestId(4), [entry(0, 1)]).ok).toBe(false);
  expect(admin.readSlot(0)).toMatchObject({ charged: 6, held: 4 });
});

test("reserve() adds up a slot that is named twice", () => {
  const { path, admin } = scratch([10]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  expect(ledger.reserve(requestId(1), [entry(0, 6), entry(0, 5)]).ok).toBe(false);
  const hold = reserved(ledger, 2, [entry(0, 6), entry(0, 4)]);
  expect(admin.readSlot(0)).toMatchObject({ held: 10, holders: 1 });
  ledger.settle(hold, [entry(0, 2), entry(0, 1)]);
  expect(admin.readSlot(0)).toMatchObject({ charged: 3, held: 0, holders: 0 });
});

test("reserve() refuses with stale-slot when the slot is another's or does not exist", () => {
  const { path } = scratch([10]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  const refused = { ok: false, refusal: { reason: "stale-slot" } } as const;
  expect(ledger.reserve(requestId(1), [{ slot: 0, tag: 9, period: 0, amount: 1 }])).toEqual(refused);
  expect(ledger.reserve(requestId(2), [entry(50_000_000, 1)])).toEqual(refused);
});

test("reserve() refuses amounts, periods and tags that are not exact", () => {
  const { path } = scratch([10]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  for (const wrong of [
    { amount: 0.5 },
    { amount: -1 },
    { amount: 2 ** 53 },
    { period: -1 },
    { tag: 0 },
    { slot: 1.5 },
  ]) {
    expect(() => ledger.reserve(requestId(1), [{ ...entry(0, 1), ...wrong }])).toThrow(RangeError);
  }
  expect(() =>
    ledger.reserve(
      requestId(1),
      Array.from({ length: 25 }, (_, slot) => entry(slot, 1)),
    ),
  ).toThrow("at most 24");
});

test("reserve() answers no-row when all rows of the area are taken, and works again after one is freed", () => {
  const { path, admin } = scratch([Number.POSITIVE_INFINITY]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  const holds = Array.from({ length: 8192 }, (_, id) => reserved(ledger, id, [entry(0, 1)]));
  expect(ledger.reserve(requestId(9000), [entry(0, 1)])).toEqual({ ok: false, refusal: { reason: "no-row" } });
  expect(admin.readSlot(0)).toMatchObject({ held: 8192, allowance: Number.POSITIVE_INFINITY });
  for (const hold of holds) ledger.settle(hold, [entry(0, 1)]);
  reserved(ledger, 9001, [entry(0, 1)]);
  expect(admin.readSlot(0)).toMatchObject({ held: 1, charged: 8192 });
});

test("settle() counts once however often it is called, also after its row has another request", () => {
  const { path, admin } = scratch([10]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  const first = reserved(ledger, 1, [entry(0, 2)]);
  ledger.settle(first, [entry(0, 2)]);
  ledger.settle(first, [entry(0, 2)]);
  const second = reserved(ledger, 2, [entry(0, 3)]);
  expect(second.row).toBe(first.row);
  ledger.settle(first, [entry(0, 2)]);
  ledger.progress(first, "recorded", 99);
  expect(admin.readSlot(0)).toMatchObject({ charged: 2, held: 3, holders: 1 });
});

test("settle() releases without charges and charges slots that were not held", () => {
  const { path, admin } = scratch([10, 10]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  ledger.settle(reserved(ledger, 1, [entry(0, 2)]), []);
  ledger.settle(reserved(ledger, 2, [entry(0, 2)]), [entry(0, 1), entry(1, 4, 3)]);
  expect(admin.readSlot(0)).toMatchObject({ charged: 1, held: 0 });
  expect(admin.readSlot(1)).toMatchObject({ charged: 4, held: 0, period: 3, holders: 0 });
});

test("reserve() starts a new period with the whole allowance, and never goes back to an older one", () => {
  const { path, admin } = scratch([10]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  const old = reserved(ledger, 1, [entry(0, 10, 5)]);
  const next = reserved(ledger, 2, [entry(0, 9, 6)]);
  const late = reserved(ledger, 3, [entry(0, 1, 5)]);
  expect(late.entries).toEqual([entry(0, 1, 6)]);
  expect(ledger.reserve(requestId(4), [entry(0, 1, 5)]).ok).toBe(false);
  ledger.settle(old, [entry(0, 8, 5)]);
  ledger.settle(next, [entry(0, 9, 6)]);
  ledger.settle(late, [entry(0, 1, 5)]);
  const state = admin.readSlot(0);
  expect(state).toMatchObject({
    period: 6,
    charged: 10,
    held: 0,
    previous: { period: 5, charged: 8, held: 0 },
    holders: 0,
  });
});

test("settle() of a period that both cells have left adds to the past", () => {
  const { path, admin } = scratch([10]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  const long = reserved(ledger, 1, [entry(0, 10, 1)]);
  ledger.settle(reserved(ledger, 2, [entry(0, 2, 2)]), [entry(0, 2, 2)]);
  ledger.settle(reserved(ledger, 3, [entry(0, 3, 3)]), [entry(0, 3, 3)]);
  ledger.settle(reserved(ledger, 4, [entry(0, 4, 4)]), [entry(0, 4, 4)]);
  expect(admin.readSlot(0).holders).toBe(1);
  ledger.settle(long, [entry(0, 7, 1)]);
  expect(admin.readSlot(0)).toMatchObject({ past: 9, charged: 4, previous: { period: 3, charged: 3 }, holders: 0 });
});

test("reserve() gives a budget what its override allows until that ends, by the clock alone", () => {
  const { path, admin } = scratch([10]);
  let nowMs = 5000;
  const ledger = openLedger(path, { worker: 0, generation: 1, nowMs: () => nowMs });
  const spec = { ...counted(30), end: { atMs: 6000, allowance: 10 } };
  admin.initSlot(0, 1, spec);
  expect(admin.isSlotSet(0, 1, spec)).toBe(true);
  expect(admin.isSlotSet(0, 1, counted(30))).toBe(false);
  const held = reserved(ledger, 1, [entry(0, 12)]);
  expect(held.remaining).toEqual([18]);
  expect(ledger.room(entry(0, 0))).toMatchObject({ allowance: 30 });
  nowMs = 6000;
  expect(ledger.room(entry(0, 0))).toMatchObject({ allowance: 10 });
  expect(ledger.reserve(requestId(2), [entry(0, 1)])).toMatchObject({
    ok: false,
    refusal: { reason: "no-room", allowance: 10 },
  });
  // What runs may hold no more than before, and is settled as ever.
  expect(ledger.adjust(held, [entry(0, 12)]).ok).toBe(true);
  ledger.settle(held, [entry(0, 4)]);
  expect(reserved(ledger, 3, [entry(0, 6)]).remaining).toEqual([0]);
  // Of the time now, which is long after.
  expect(admin.readSlot(0)).toMatchObject({ allowance: 10, charged: 4, held: 6 });
  admin.initSlot(0, 1, counted(30));
  expect(ledger.room(entry(0, 0))).toMatchObject({ allowance: 30 });
});

test("reserve() takes the refusals of a virtual key for no end of anything", () => {
  const { path, admin } = scratch([]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  admin.initSlot(0, 1, { allowance: Number.POSITIVE_INFINITY, unit: "count", mode: "hard" });
  for (let count = 0; count < 5; count += 1)
    for (const kind of refusalKinds) ledger.countRefusal({ index: 0, tag: 1 }, kind);
  admin.initSlot(0, 1, { allowance: Number.POSITIVE_INFINITY, unit: "count", mode: "hard" });
  expect(admin.refusals({ index: 0, tag: 1 })).toMatchObject({ budget: 5, concurrency: 5, other: 5 });
  expect(reserved(ledger, 1, [entry(0, 1)]).remaining).toEqual([Number.POSITIVE_INFINITY]);
});

test("reserve() reaches slots that were added after the file was mapped", () => {
  const { path, admin } = scratch([10]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  const held = reserved(ledger, 1, [entry(0, 3)]);
  admin.initSlot(9_000, 9_001, counted(4));
  Bun.gc(true);
  ledger.settle(reserved(ledger, 2, [entry(0, 1), entry(9_000, 4)]), [entry(9_000, 4)]);
  ledger.settle(held, [entry(0, 3)]);
  expect(admin.readSlot(0)).toMatchObject({ charged: 3, held: 0 });
  expect(admin.readSlot(9_000)).toMatchObject({ charged: 4, held: 0 });
});

test("settle() waits for a lock that cannot be had, reserve() answers busy", async () => {
  const { path, admin } = scratch([10]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  const hold = reserved(ledger, 1, [entry(0, 3)]);
  admin.file.writeInt(headerInt.lock, 12_345);
  expect(ledger.reserve(requestId(2), [entry(0, 1)])).toEqual({ ok: false, refusal: { reason: "busy" } });
  ledger.settle(hold, [entry(0, 2)]);
  expect(() => admin.readSlot(0)).toThrow("lock is taken");
  admin.file.writeInt(headerInt.lock, 0);
  await waitUntil("the settlement", () => admin.readSlot(0).held === 0, 15_000, 1);
  expect(admin.readSlot(0)).toMatchObject({ charged: 2, held: 0, holders: 0 });
});

test("count(), set() and observe() add up over workers, past ones too; gauges end with their worker", () => {
  const { path, admin } = scratch([]);
  const [one, two] = [0, 1].map((worker) => openLedger(path, { worker, generation: 1 }));
  if (one === undefined || two === undefined) throw new Error("two ledgers are needed");
  one.count(metrics.errors.column("rate_limited"), 2);
  two.count(metrics.errors.column("rate_limited"), 1);
  one.set(metrics.inFlight.column, 4);
  two.set(metrics.inFlight.column, 1);
  one.observe(metrics.duration, 0.005);
  two.observe(metrics.duration, 0.3);
  two.observe(metrics.duration, 1000);
  one.close();
  const { total } = admin.columns();
  expect(total(metrics.errors.column("rate_limited"))).toBe(3);
  expect(total(metrics.inFlight.column)).toBe(1);
  const { buckets, column } = metrics.duration;
  expect(total(column + buckets.indexOf(0.005))).toBe(1);
  expect(total(column + buckets.indexOf(0.5))).toBe(1);
  expect(total(column + buckets.length)).toBe(1);
  expect(total(column + buckets.length + 1)).toBe(1000.305);
});

test("openLedger() takes one area a worker and refuses when none is free or its earlier one is not recovered", () => {
  const { path, admin } = scratch([5], 2);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  expect(() => openLedger(path, { worker: 0, generation: 1 })).toThrow("must be recovered first");
  openLedger(path, { worker: 0, generation: 2 });
  expect(() => openLedger(path, { worker: 1, generation: 1 })).toThrow("all 2 worker areas are taken");
  admin.ensureFreeAreas(1);
  openLedger(path, { worker: 1, generation: 1 });
  ledger.close();
  openLedger(path, { worker: 2, generation: 1 });
  expect(admin.occupants().map(({ worker, generation }) => [worker, generation])).toEqual([
    [2, 1],
    [0, 2],
    [1, 1],
  ]);
});

test("close() keeps the area while holds are left in it", () => {
  const { path, admin } = scratch([5]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  reserved(ledger, 1, [entry(0, 1)]);
  ledger.close();
  expect(admin.occupants()).toEqual([{ worker: 0, generation: 1, recovering: false }]);
});

test("initSlot() keeps charges under the same tag and refuses a slot with running requests to another", () => {
  const { path, admin } = scratch([10]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  const hold = reserved(ledger, 1, [entry(0, 3)]);
  admin.initSlot(0, 1, counted(20));
  expect(admin.readSlot(0)).toMatchObject({ held: 3, limit: 20, allowance: 20 });
  expect(() => admin.initSlot(0, 7, counted(5))).toThrow("1 running requests");
  ledger.settle(hold, [entry(0, 3)]);
  admin.initSlot(0, 7, counted(5));
  expect(admin.readSlot(0)).toMatchObject({ tag: 7, charged: 0, held: 0, period: -1, limit: 5 });
});

test("setLimit() below what is used refuses more and keeps what is held", () => {
  const { path, admin } = scratch([10]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  const hold = reserved(ledger, 1, [entry(0, 8)]);
  admin.setLimit(0, 5);
  expect(ledger.reserve(requestId(2), [entry(0, 1)]).ok).toBe(false);
  ledger.settle(hold, [entry(0, 4)]);
  reserved(ledger, 3, [entry(0, 1)]);
  expect(ledger.reserve(requestId(4), [entry(0, 1)]).ok).toBe(false);
});

test("reserve() keeps a label of up to 256 bytes", () => {
  const { path } = scratch([100]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  expect(ledger.reserve(requestId(1), [], new Uint8Array(256)).ok).toBe(true);
  expect(() => ledger.reserve(requestId(2), [], new Uint8Array(257))).toThrow("at most 256");
});

test("holds() adds up what running requests hold, by unit", () => {
  const { path, admin } = scratch([100]);
  admin.initSlot(1, 2, { allowance: 1e9, unit: "nanodollars", mode: "soft" });
  admin.initSlot(2, 3, { allowance: 9, unit: "running", mode: "hard" });
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  reserved(ledger, 1, [entry(0, 4), entry(1, 7000), entry(2, 1)]);
  reserved(ledger, 2, [entry(0, 5), entry(2, 1)]);
  ledger.settle(reserved(ledger, 3, [entry(0, 6)]), []);
  expect(admin.holds()).toEqual({
    running: 2,
    held: { count: 0, running: 2, requests: 0, tokens: 9, nanodollars: 7000 },
  });
});
