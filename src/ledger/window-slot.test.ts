import { afterEach, expect, test } from "bun:test";
import { counted, requestId, type ScratchLedger, scratchLedger, windowSlotNumber } from "./fixtures/scratch-ledger";
import { redo } from "./layout";
import { type Hold, type HoldEntry, type Ledger, maxEntries, type Reservation, windowParts } from "./ledger";
import { openLedger } from "./open-ledger";

const opened: ScratchLedger[] = [];
afterEach(() => {
  for (const scratch of opened.splice(0)) scratch.remove();
});

const window = windowSlotNumber(0);

function limited(allowance: number) {
  const scratch = scratchLedger([]);
  opened.push(scratch);
  scratch.admin.initSlot(window, 1, counted(allowance));
  return { ...scratch, ledger: openLedger(scratch.path, { worker: 0, generation: 1 }) };
}

const asking = (amount: number, period: number): HoldEntry => ({ slot: window, tag: 1, period, amount });

function held(reservation: Reservation): Hold {
  if (!reservation.ok) throw new Error(`refused: ${JSON.stringify(reservation.refusal)}`);
  return reservation.hold;
}

const take = (ledger: Ledger, amount: number, period: number) =>
  held(ledger.reserve(requestId(1), [asking(amount, period)]));

test("reserve() counts seventeen sixteenths and says exactly when a request fits", () => {
  const { ledger, admin } = limited(10);
  expect(take(ledger, 4, 100).remaining).toEqual([6]);
  expect(take(ledger, 3, 105).remaining).toEqual([3]);
  const refused = (amount: number, period: number) => {
    const reservation = ledger.reserve(requestId(2), [asking(amount, period)]);
    if (reservation.ok || reservation.refusal.reason !== "no-room") throw new Error("it was admitted");
    return reservation.refusal;
  };
  expect(refused(4, 116)).toEqual({
    reason: "no-room",
    entry: asking(4, 116),
    charged: 0,
    held: 7,
    allowance: 10,
    fitsAt: 117,
  });
  expect(refused(8, 106).fitsAt).toBe(122);
  expect(refused(10, 106).fitsAt).toBe(122);
  expect("fitsAt" in refused(11, 106)).toBe(false);
  expect(admin.readWindow(window, 116)).toMatchObject({ tag: 1, used: 7, held: 7, charged: 0, allowance: 10 });
  expect(admin.readWindow(window, 117).parts).toEqual([{ number: 105, amount: 3 }]);
  expect(admin.readWindow(window, 122)).toMatchObject({ used: 0, held: 7, parts: [] });
  take(ledger, 4, 117);
});

test("reserve() never goes back in time", () => {
  const { ledger } = limited(10);
  take(ledger, 10, 100);
  expect(take(ledger, 0, 3).entries).toEqual([asking(0, 100)]);
  expect(ledger.reserve(requestId(2), [asking(1, 3)]).ok).toBe(false);
});

test("settle() changes the request's own sixteenth, and only the sum of all charges once that has left the ring", () => {
  const { ledger, admin } = limited(100);
  const [early, late] = [take(ledger, 40, 100), take(ledger, 30, 110)];
  ledger.settle(late, [asking(10, 110)]);
  expect(admin.readWindow(window, 110)).toMatchObject({ used: 50, held: 40, charged: 10 });
  take(ledger, 1, 120);
  ledger.settle(early, [asking(25, 100)]);
  expect(admin.readWindow(window, 120)).toMatchObject({
    used: 11,
    held: 1,
    charged: 35,
    parts: [
      { number: 110, amount: 10 },
      { number: 120, amount: 1 },
    ],
  });
});

test("settle() counts more than was held, and charges that were not held", () => {
  const { ledger, admin } = limited(100);
  ledger.settle(take(ledger, 10, 100), [asking(15, 100)]);
  ledger.settle(held(ledger.reserve(requestId(2), [])), [asking(7, 105)]);
  ledger.settle(held(ledger.reserve(requestId(3), [])), [asking(5, 104)]);
  ledger.settle(held(ledger.reserve(requestId(4), [])), [asking(2, 50)]);
  expect(admin.readWindow(window, 105)).toEqual({
    tag: 1,
    allowance: 100,
    used: 27,
    held: 0,
    charged: 29,
    parts: [
      { number: 100, amount: 15 },
      { number: 104, amount: 5 },
      { number: 105, amount: 7 },
    ],
  });
  expect(admin.readSlot(window)).toMatchObject({ holders: 0, past: 29, held: 0, charged: 0 });
});

test("adjust() moves what a request holds to the newest sixteenth as a whole", () => {
  const { ledger, admin } = limited(100);
  const first = take(ledger, 40, 100);
  const second = held(ledger.adjust(first, [asking(60, 104)]));
  expect(second).toMatchObject({ entries: [asking(60, 104)], remaining: [40] });
  expect(admin.readWindow(window, 104)).toMatchObject({ used: 60, held: 60, parts: [{ number: 104, amount: 60 }] });
  const third = held(ledger.adjust(second, [asking(60, 104)]));
  expect(admin.readWindow(window, 104).parts).toEqual([{ number: 104, amount: 60 }]);
  ledger.settle(third, [asking(50, 104)]);
  expect(admin.readWindow(window, 104)).toMatchObject({ used: 50, held: 0, charged: 50 });
});

test("adjust() needs room for what has left the window, none for what stands in a window that was lowered", () => {
  const { ledger, admin } = limited(100);
  const hold = take(ledger, 60, 100);
  admin.setLimit(window, 20);
  const inside = held(ledger.adjust(hold, [asking(60, 116)]));
  expect(inside.remaining).toEqual([0]);
  expect(ledger.adjust(inside, [asking(61, 116)]).ok).toBe(false);
  expect(ledger.adjust(inside, [asking(60, 140)]).ok).toBe(false);
  expect(admin.readWindow(window, 140)).toMatchObject({ used: 0, held: 60 });
  expect(held(ledger.adjust(inside, [asking(20, 140)])).remaining).toEqual([0]);
});

/** A limit of 1000 in 16 seconds, under more requests than it lets through. */
test("reserve() is never over in any window and at most a sixteenth under, for a steady stream", () => {
  const { ledger } = limited(1000);
  const windowMs = 16_000;
  const admitted: number[] = [];
  for (let atMs = 0; atMs < 20 * windowMs; atMs += 7) {
    const entry = asking(1, Math.floor(atMs / (windowMs / windowParts)));
    const reservation = ledger.reserve(requestId(1), [entry]);
    if (!reservation.ok) continue;
    ledger.settle(reservation.hold, [entry]);
    admitted.push(atMs);
  }
  for (let last = 1000; last < admitted.length; last++) {
    expect((admitted[last] ?? 0) - (admitted[last - 1000] ?? 0)).toBeGreaterThanOrEqual(windowMs);
  }
  expect(admitted.length / 20).toBeGreaterThanOrEqual((1000 * 15) / 16);
});

test("reserve() is never over in any window at random times, amounts and settlements", () => {
  const { ledger } = limited(500);
  const windowMs = 1600;
  const uses: { readonly atMs: number; readonly amount: number }[] = [];
  let atMs = 0;
  for (let request = 0; request < 4000; request++) {
    atMs += Math.random() < 0.01 ? Math.random() * 2 * windowMs : Math.random() * 20;
    const period = Math.floor(atMs / (windowMs / windowParts));
    const reservation = ledger.reserve(requestId(1), [asking(Math.floor(Math.random() * 60), period)]);
    if (!reservation.ok) continue;
    const [entry] = reservation.hold.entries;
    const amount = Math.floor(Math.random() * ((entry?.amount ?? 0) + 1));
    ledger.settle(reservation.hold, [asking(amount, period)]);
    uses.push({ atMs, amount });
    const inWindow = uses.filter((use) => use.atMs > atMs - windowMs);
    expect(inWindow.reduce((sum, use) => sum + use.amount, 0)).toBeLessThanOrEqual(500);
  }
  expect(uses.length).toBeGreaterThan(500);
});

test("every slot of a request may be an idle window, given back for as many others", () => {
  const scratch = scratchLedger([]);
  opened.push(scratch);
  const staged: number[] = [];
  const ledger = openLedger(scratch.path, {
    worker: 0,
    generation: 1,
    crashPoint: (point) => {
      if (point === "committed") staged.push(scratch.admin.file.readInt(redo.commitInt));
    },
  });
  const entries = (first: number, period: number) =>
    Array.from({ length: maxEntries }, (_, index) => {
      const slot = windowSlotNumber(first + index);
      return { slot, tag: slot + 1, period, amount: 2 };
    });
  for (const { slot, tag } of entries(0, 0).concat(entries(maxEntries, 0)))
    scratch.admin.initSlot(slot, tag, counted(9));
  const hold = held(ledger.reserve(requestId(1), entries(0, 100)));
  const moved = held(ledger.adjust(hold, entries(maxEntries, 200)));
  ledger.settle(moved, entries(0, 300));
  const [, adjusting = 0, settling = 0] = staged;
  expect(adjusting).toBeGreaterThanOrEqual(24 * 20 + 24 * 3 + 24 * 2);
  expect(settling).toBeGreaterThanOrEqual(24 * 3 + 24 * 19);
  expect(Math.max(...staged)).toBeLessThan(redo.capacity - 100);
  expect(scratch.admin.readWindow(windowSlotNumber(0), 300)).toMatchObject({ used: 2, held: 0, charged: 2 });
});
