import { afterEach, expect, test } from "bun:test";
import { entry, requestId, type ScratchLedger, scratchLedger } from "./fixtures/scratch-ledger";
import { headerInt } from "./layout";
import type { Hold, HoldEntry, Ledger } from "./ledger";
import { openLedger } from "./open-ledger";
import type { SlotSpec } from "./slot-spec";

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

function withSlot(spec: SlotSpec) {
  const made = scratch([]);
  made.admin.initSlot(0, 1, spec);
  return { admin: made.admin, ledger: openLedger(made.path, { worker: 0, generation: 1 }) };
}

test("reserve() of a soft limit admits the request that crosses it, and what runs beside", () => {
  const { ledger, admin } = withSlot({ allowance: 10, unit: "nanodollars", mode: "soft" });
  const [one, other] = [reserved(ledger, 1, [entry(0, 50, 3)]), reserved(ledger, 2, [entry(0, 50, 3)])];
  expect([one.remaining, other.remaining]).toEqual([[10], [10]]);
  ledger.settle(one, [entry(0, 9, 3)]);
  expect(reserved(ledger, 3, [entry(0, 0, 3)]).remaining).toEqual([1]);
  ledger.settle(other, [entry(0, 30, 3)]);
  expect(ledger.reserve(requestId(4), [entry(0, 1, 3)])).toEqual({
    ok: false,
    refusal: { reason: "no-room", entry: entry(0, 1, 3), charged: 39, held: 0, allowance: 10 },
  });
  expect(ledger.reserve(requestId(5), [entry(0, 0, 3)]).ok).toBe(false);
  expect(reserved(ledger, 6, [entry(0, 1, 4)]).remaining).toEqual([10]);
  expect(admin.readSlot(0)).toMatchObject({ unit: "nanodollars", mode: "soft" });
});

test("reserve() of a limit that only warns admits everything and counts it", () => {
  const { ledger, admin } = withSlot({ allowance: 10, unit: "tokens", mode: "warn" });
  const hold = reserved(ledger, 1, [entry(0, 5000, 3)]);
  expect(hold.remaining).toEqual([Number.POSITIVE_INFINITY]);
  ledger.settle(hold, [entry(0, 4000, 3)]);
  expect(admin.readSlot(0)).toMatchObject({ charged: 4000, held: 0 });
});

test("reserve() of a limit on running requests lets so many run at once and is charged nothing", () => {
  const { ledger, admin } = withSlot({ allowance: 3, unit: "running", mode: "hard" });
  const running = [1, 2, 3].map((id) => reserved(ledger, id, [entry(0, 1)]));
  expect(running.map(({ remaining }) => remaining)).toEqual([[2], [1], [0]]);
  expect(ledger.reserve(requestId(4), [entry(0, 1)]).ok).toBe(false);
  for (const hold of running) ledger.settle(hold, []);
  expect(admin.readSlot(0)).toMatchObject({ charged: 0, held: 0, holders: 0 });
  expect(reserved(ledger, 5, [entry(0, 1)]).remaining).toEqual([2]);
});

test("reserve() keeps an hour's budget when the clock is set back by an hour and on again", () => {
  const { ledger, admin } = withSlot({ allowance: 10, unit: "nanodollars", mode: "hard" });
  ledger.settle(reserved(ledger, 1, [entry(0, 6, 500)]), [entry(0, 6, 500)]);
  const setBack = reserved(ledger, 2, [entry(0, 4, 499)]);
  expect(setBack.entries).toEqual([entry(0, 4, 500)]);
  expect(ledger.reserve(requestId(3), [entry(0, 1, 499)]).ok).toBe(false);
  const setOn = reserved(ledger, 4, [entry(0, 10, 501)]);
  expect(ledger.reserve(requestId(5), [entry(0, 1, 500)]).ok).toBe(false);
  ledger.settle(setBack, setBack.entries);
  ledger.settle(setOn, []);
  expect(admin.readSlot(0)).toMatchObject({ period: 501, charged: 0, held: 0, previous: { period: 500, charged: 10 } });
});

test("adjust() raises, lowers, adds and gives back in one step, or changes nothing", () => {
  const { path, admin } = scratch([100, 100, 100]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  reserved(ledger, 1, [entry(2, 60)]);
  const hold = reserved(ledger, 2, [entry(0, 30), entry(1, 30)]);
  const refused = ledger.adjust(hold, [entry(0, 90), entry(2, 41)]);
  expect(refused).toMatchObject({ ok: false, refusal: { reason: "no-room", entry: entry(2, 41), held: 60 } });
  expect([0, 1, 2].map((slot) => admin.readSlot(slot).held)).toEqual([30, 30, 60]);
  const adjusted = ledger.adjust(hold, [entry(0, 100), entry(2, 40)]);
  expect(adjusted).toMatchObject({
    ok: true,
    hold: { row: hold.row, ticket: hold.ticket, entries: [entry(0, 100), entry(2, 40)], remaining: [0, 0] },
  });
  expect([0, 1, 2].map((slot) => [admin.readSlot(slot).held, admin.readSlot(slot).holders])).toEqual([
    [100, 1],
    [0, 0],
    [100, 2],
  ]);
  // Whoever still has the first Hold ends the same hold.
  ledger.settle(hold, [entry(0, 70)]);
  expect([0, 1, 2].map((slot) => admin.readSlot(slot).charged)).toEqual([70, 0, 0]);
  expect([0, 1, 2].map((slot) => admin.readSlot(slot).held)).toEqual([0, 0, 60]);
  expect(() => ledger.adjust(hold, [])).toThrow("has been settled already");
});

test("adjust() stays in the period in which it began, for as long as that is known", () => {
  const { path, admin } = scratch([100]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  let hold = reserved(ledger, 1, [entry(0, 30, 5)]);
  const adjust = (amount: number, period: number) => {
    const adjusted = ledger.adjust(hold, [entry(0, amount, period)]);
    if (adjusted.ok) hold = adjusted.hold;
    return adjusted.ok;
  };
  ledger.settle(reserved(ledger, 2, [entry(0, 90, 6)]), [entry(0, 90, 6)]);
  expect(adjust(80, 6)).toBe(true);
  expect(hold.entries).toEqual([entry(0, 80, 5)]);
  ledger.settle(reserved(ledger, 3, [entry(0, 50, 7)]), [entry(0, 50, 7)]);
  expect(adjust(80, 7)).toBe(false);
  expect(adjust(50, 7)).toBe(true);
  expect(hold.entries).toEqual([entry(0, 50, 7)]);
  ledger.settle(hold, [entry(0, 20, 7)]);
  expect(admin.readSlot(0)).toMatchObject({ charged: 70, held: 0, previous: { charged: 90, held: 0 }, holders: 0 });
});

test("adjust() that asks for no more is admitted under a limit that was lowered below use", () => {
  const { path, admin } = scratch([100]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  const hold = reserved(ledger, 1, [entry(0, 80)]);
  admin.setLimit(0, 10);
  expect(ledger.adjust(hold, [entry(0, 80)])).toMatchObject({ ok: true, hold: { remaining: [0] } });
  expect(ledger.adjust(hold, [entry(0, 81)]).ok).toBe(false);
  expect(ledger.adjust(hold, [entry(0, 20)]).ok).toBe(true);
  admin.initSlot(0, 1, { allowance: 10, unit: "tokens", mode: "warn" });
  expect(ledger.adjust(hold, [entry(0, 500)]).ok).toBe(true);
});

test("adjust() answers busy when the lock cannot be had, and what it held stays", () => {
  const { path, admin } = scratch([100]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  const hold = reserved(ledger, 1, [entry(0, 80)]);
  admin.file.writeInt(headerInt.lock, 12_345);
  expect(ledger.adjust(hold, [entry(0, 90)])).toEqual({ ok: false, refusal: { reason: "busy" } });
  admin.file.writeInt(headerInt.lock, 0);
  ledger.settle(hold, []);
  expect(admin.readSlot(0)).toMatchObject({ held: 0, holders: 0 });
});
