import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { entry, requestId, type ScratchLedger, scratchLedger } from "./fixtures/scratch-ledger";
import type { Hold, Ledger } from "./ledger";
import { openLedger } from "./open-ledger";
import { recoverWorker, settleInterrupted } from "./recover";

const opened: ScratchLedger[] = [];
afterEach(() => {
  for (const scratch of opened.splice(0)) scratch.remove();
});

const slotCount = 5;

/** Park–Miller, so that a failing seed can be run again. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

type Running = { readonly worker: number; readonly hold: Hold };

class Simulation {
  readonly allowances: readonly number[];
  private readonly scratch: ScratchLedger;
  private readonly random: (below: number) => number;
  private readonly workers: Ledger[];
  private readonly charged: bigint[] = Array.from({ length: slotCount }, () => 0n);
  private running: Running[] = [];
  private period = 1;
  private requests = 0;

  constructor(seed: number) {
    this.random = randomOf(seed);
    this.allowances = Array.from({ length: slotCount }, (_, slot) =>
      slot === 0 ? Number.POSITIVE_INFINITY : 20 + this.random(100),
    );
    this.scratch = scratchLedger(this.allowances, 6);
    opened.push(this.scratch);
    this.workers = [0, 1, 2].map((worker) => openLedger(this.scratch.path, { worker, generation: 1 }));
  }

  step(): void {
    const dice = this.random(100);
    if (dice < 50) this.reserve();
    else if (dice < 94) this.settle();
    else if (dice < 97) this.period += this.random(3);
    else this.kill(this.random(this.workers.length));
  }

  check(): void {
    for (const [slot, allowance] of this.allowances.entries()) {
      const { charged, held, previous } = this.scratch.admin.readSlot(slot);
      expect(charged + held).toBeLessThanOrEqual(allowance);
      expect(Math.min(charged, held, previous.charged, previous.held)).toBeGreaterThanOrEqual(0);
    }
  }

  finish(): void {
    while (this.running.length > 0) this.settle();
    for (let slot = 0; slot < slotCount; slot++) {
      const state = this.scratch.admin.readSlot(slot);
      expect([state.held, state.previous.held, state.holders]).toEqual([0, 0, 0]);
      expect(BigInt(state.charged + state.previous.charged + state.past)).toBe(this.charged[slot] ?? -1n);
    }
  }

  private reserve(): void {
    const worker = this.random(this.workers.length);
    const slots = [0, 1, 2, 3, 4].filter((slot) => slot === 0 || this.random(2) === 0);
    const entries = slots.map((slot) =>
      entry(slot, this.random(12), slot < 2 ? 0 : Math.max(0, this.period - this.random(3))),
    );
    const reservation = this.workers[worker]?.reserve(requestId(++this.requests), entries);
    if (reservation?.ok !== true) return;
    this.running.push({ worker, hold: reservation.hold });
    if (this.random(2) === 0) this.workers[worker]?.progress(reservation.hold, "sent", 0);
  }

  private settle(): void {
    const [ended] = this.running.splice(this.random(Math.max(1, this.running.length)), 1);
    if (ended === undefined) return;
    const charges = ended.hold.entries.map((held) => ({ ...held, amount: this.random(held.amount + 1) }));
    for (let times = 0; times <= this.random(2); times++) this.workers[ended.worker]?.settle(ended.hold, charges);
    for (const charge of charges) this.add(charge.slot, charge.amount);
  }

  private kill(worker: number): void {
    for (const hold of recoverWorker(this.scratch.admin.file, worker, 1)) {
      const charges = hold.entries.map((held) => ({ ...held, amount: this.random(held.amount + 1) }));
      settleInterrupted(this.scratch.admin.file, hold, charges);
      for (const charge of charges) this.add(charge.slot, charge.amount);
    }
    this.running = this.running.filter((entry) => entry.worker !== worker);
    this.workers[worker] = openLedger(this.scratch.path, { worker, generation: 1 });
  }

  private add(slot: number, amount: number): void {
    this.charged[slot] = (this.charged[slot] ?? 0n) + BigInt(amount);
  }
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "reserve() and settle() keep every invariant in random interleavings (seed %d)",
  (seed) => {
    const simulation = new Simulation(seed * 7_919);
    for (let step = 0; step < 1_500; step++) {
      simulation.step();
      if (step % 10 === 0) simulation.check();
    }
    simulation.finish();
  },
);

test("reserve() admits exactly the allowance to four processes at once", async () => {
  const scratch = scratchLedger([60_000, Number.POSITIVE_INFINITY, 1_000_000], 4);
  opened.push(scratch);
  const script = join(import.meta.dir, "fixtures", "hammer-child.ts");
  const children = [0, 1, 2, 3].map((worker) =>
    Bun.spawn([process.execPath, script, scratch.path, String(worker)], { stdout: "pipe", stderr: "inherit" }),
  );
  const outputs = await Promise.all(children.map((child) => child.stdout.json()));
  await Promise.all(children.map((child) => child.exited));
  const totals = [0, 1, 2].map((slot) => outputs.reduce((sum, charged) => sum + charged[slot], 0));
  expect(totals).toEqual([60_000, 180_000, 60_000]);
  for (const slot of [0, 1, 2]) {
    const { charged, held, previous, past, holders } = scratch.admin.readSlot(slot);
    expect({ charged: charged + previous.charged + past, held: held + previous.held, holders }).toEqual({
      charged: totals[slot],
      held: 0,
      holders: 0,
    });
  }
  expect(outputs.filter((charged) => charged[0] > 0).length).toBeGreaterThan(1);
  expect(scratch.admin.occupants()).toEqual([]);
}, 20_000);

test("recoverWorker() leaves whole settlements only when workers are killed at random moments", async () => {
  const scratch = scratchLedger([1e12, Number.POSITIVE_INFINITY, 1e12], 4);
  opened.push(scratch);
  const script = join(import.meta.dir, "fixtures", "hammer-child.ts");
  const random = randomOf(Date.now() % 2_147_483_646);
  for (let round = 0; round < 6; round++) {
    const children = [0, 1].map((worker) =>
      Bun.spawn([process.execPath, script, scratch.path, String(worker)], { stdout: "ignore", stderr: "inherit" }),
    );
    await Bun.sleep(60 + random(60));
    for (const [worker, child] of children.entries()) {
      child.kill("SIGKILL");
      await child.exited;
      expect(recoverWorker(scratch.admin.file, worker, 1)).toEqual([]);
    }
  }
  const totals = [0, 1, 2].map((slot) => {
    const { charged, held, previous, past, holders } = scratch.admin.readSlot(slot);
    expect([held, previous.held, holders]).toEqual([0, 0, 0]);
    return charged + previous.charged + past;
  });
  const [requests = 0] = totals;
  expect(requests).toBeGreaterThan(0);
  expect(totals).toEqual([requests, 3 * requests, requests]);
  expect(scratch.admin.occupants()).toEqual([]);
}, 20_000);
