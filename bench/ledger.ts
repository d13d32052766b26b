import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedgerAdmin } from "#ledger/admin";
import { createLedgerFile } from "#ledger/create-ledger-file";
import { headerInt } from "#ledger/layout";
import { acquireLock, releaseLock } from "#ledger/lock";
import { metrics } from "#ledger/metric-layout";
import { openLedger } from "#ledger/open-ledger";

/** What does the ledger cost a request? Prints one table, in nanoseconds an operation (median of nine rounds). */

const folder = mkdtempSync(join(tmpdir(), "headgate-bench-"));
try {
  const path = join(folder, "ledger");
  createLedgerFile(path, { seats: 1, bootId: [0, 0, 0, 0] });
  const admin = openLedgerAdmin(path, { role: "control", generation: 1 });
  admin.rebuildLedger([]);
  for (let slot = 0; slot < 6; slot++) admin.initSlot(slot, 1, Number.MAX_SAFE_INTEGER);
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  const id = "0123456789abcdef0123456789abcdef";
  const entries = (count: number) =>
    Array.from({ length: count }, (_, slot) => ({ slot, tag: 1, period: slot, amount: 5 }) as const);
  const [one, six] = [entries(1), entries(6)];
  const reserveAndSettle = (charges: typeof six) => () => {
    const reservation = ledger.reserve(id, charges);
    if (reservation.ok) ledger.settle(reservation.hold, charges);
  };
  const rows = [
    ["lock, uncontended", () => lockOnce()],
    ["count one metric", () => ledger.count(metrics.responseBytes.column, 1)],
    ["observe one duration", () => ledger.observe(metrics.duration, 0.2)],
    ["reserve + settle, 1 slot", reserveAndSettle(one)],
    ["reserve + settle, 6 slots", reserveAndSettle(six)],
  ] as const;
  for (const [name, operation] of rows) print(`${name.padEnd(28)}${median(operation).toFixed(0).padStart(8)} ns`);
  ledger.close();

  function lockOnce(): void {
    acquireLock(admin.file, headerInt.lock);
    releaseLock(admin.file, headerInt.lock);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function median(operation: () => void): number {
  const rounds = Array.from({ length: 9 }, () => nanosecondsOf(operation)).sort((a, b) => a - b);
  return rounds[4] ?? Number.NaN;
}

function nanosecondsOf(operation: () => void): number {
  const times = 20_000;
  const start = Bun.nanoseconds();
  for (let time = 0; time < times; time++) operation();
  return (Bun.nanoseconds() - start) / times;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
