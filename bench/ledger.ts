import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstWindowSlot } from "#core/slot-ref";
import { openLedgerAdmin } from "#ledger/admin";
import { createLedgerFile } from "#ledger/create-ledger-file";
import { headerInt } from "#ledger/layout";
import type { HoldEntry } from "#ledger/ledger";
import { acquireLock, releaseLock } from "#ledger/lock";
import { metrics } from "#ledger/metric-layout";
import { openLedger } from "#ledger/open-ledger";

/** What does the ledger cost a request? Prints one table, in nanoseconds an operation (median of nine rounds). */

const folder = mkdtempSync(join(tmpdir(), "headgate-bench-"));
try {
  const path = join(folder, "ledger");
  createLedgerFile(path, { areas: 1, bootId: [0, 0, 0, 0] });
  const admin = openLedgerAdmin(path, { role: "control", generation: 1 });
  admin.rebuildLedger([]);
  const periodEntry = (slot: number) => ({ slot, tag: 1, period: slot, amount: 5 }) as const;
  const windowEntry = (index: number) => ({ slot: firstWindowSlot + index, tag: 1, period: 1000, amount: 5 }) as const;
  const six = Array.from({ length: 6 }, (_, index) => periodEntry(index));
  const mixed = [...six.slice(0, 3), windowEntry(0), windowEntry(1), windowEntry(2)];
  for (const { slot } of [...six, ...mixed]) {
    admin.initSlot(slot, 1, { allowance: Number.MAX_SAFE_INTEGER, unit: "tokens", mode: "hard" });
  }
  const ledger = openLedger(path, { worker: 0, generation: 1 });
  const id = "0123456789abcdef0123456789abcdef";
  const label = new TextEncoder().encode(JSON.stringify({ keyId: id, keyName: "bench", endpoint: "chat.completions" }));
  const reserveAndSettle = (entries: readonly HoldEntry[]) => () => {
    const reservation = ledger.reserve(id, entries, label);
    if (reservation.ok) ledger.settle(reservation.hold, entries);
  };
  const more = mixed.map((entry) => ({ ...entry, amount: 7 }));
  const withAdjust = () => {
    const reservation = ledger.reserve(id, mixed, label);
    if (!reservation.ok) return;
    const adjusted = ledger.adjust(reservation.hold, more);
    if (adjusted.ok) ledger.settle(adjusted.hold, more);
  };
  let sixteenth = 1000;
  const onwards = () => {
    sixteenth += 20;
    reserveAndSettle(mixed.map((entry) => ({ ...entry, period: sixteenth })))();
  };
  const target = ledger.health.row("openai/gpt-5#main");
  const rows = [
    ["lock, uncontended", () => lockOnce()],
    ["count one metric", () => ledger.count(metrics.responseBytes.column, 1)],
    ["observe one duration", () => ledger.observe(metrics.duration, 0.2)],
    ["reserve + settle, 1 slot", reserveAndSettle(six.slice(0, 1))],
    ["reserve + settle, 6 slots", reserveAndSettle(six)],
    ["the same, 3 of them windows", reserveAndSettle(mixed)],
    ["the same, windows idle before", onwards],
    ["reserve + adjust + settle", withAdjust],
    ["health: find a row", () => ledger.health.row("openai/gpt-5#main")],
    ["health: read", () => ledger.health.read(target)],
    ["health: add a use", () => ledger.health.addUse(target, { inputTokens: 1, outputTokens: 1, costNanodollars: 1 })],
    ["health: update", () => ledger.health.update(target, (state) => ({ ...state, requests: state.requests + 1 }))],
  ] as const;
  for (const [name, operation] of rows) print(`${name.padEnd(32)}${median(operation).toFixed(0).padStart(8)} ns`);
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
