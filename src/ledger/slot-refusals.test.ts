import { expect, test } from "bun:test";
import { counted, entry, requestId, scratchLedger } from "./fixtures/scratch-ledger";
import { refusalKinds } from "./ledger";
import { openLedger } from "./open-ledger";

const none = { budget: 0, requests: 0, tokens: 0, concurrency: 0, policy: 0, other: 0 };

test("countRefusal() counts each kind apart, for all workers together, and nothing else of the slot", () => {
  const { path, admin, remove } = scratchLedger([100, Number.POSITIVE_INFINITY]);
  const workers = [0, 1].map((worker) => openLedger(path, { worker, generation: 1 }));
  const slot = { index: 1, tag: 2 };
  const held = workers[0]?.reserve(requestId(1), [entry(1, 5, 7)]);
  if (held?.ok !== true) throw new Error("refused");
  const before = admin.readSlot(1);
  for (const ledger of workers) {
    for (const [index, kind] of refusalKinds.entries()) {
      for (let times = 0; times <= index; times += 1) ledger.countRefusal(slot, kind);
    }
  }
  expect(admin.refusals(slot)).toEqual({ budget: 2, requests: 4, tokens: 6, concurrency: 8, policy: 10, other: 12 });
  expect(admin.readSlot(1)).toEqual(before);
  // A later period turns a cell over, and leaves them.
  workers[0]?.settle(held.hold, [entry(1, 3, 7)]);
  workers[1]?.reserve(requestId(2), [entry(1, 5, 8)]);
  workers[1]?.reserve(requestId(3), [entry(1, 5, 9)]);
  expect(admin.refusals(slot)).toMatchObject({ budget: 2, other: 12 });
  expect(admin.refusals({ index: 0, tag: 1 })).toEqual(none);
  remove();
});

test("countRefusal() leaves a slot alone that has another owner by now, which begins at zero", () => {
  const { path, admin, remove } = scratchLedger([100]);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  const old = { index: 0, tag: 1 };
  ledger.countRefusal(old, "budget");
  admin.initSlot(0, 9, counted(5));
  ledger.countRefusal(old, "budget");
  expect([admin.refusals(old), admin.refusals({ index: 0, tag: 9 })]).toEqual([undefined, none]);
  ledger.countRefusal({ index: 1_000_000, tag: 1 }, "budget");
  remove();
});
