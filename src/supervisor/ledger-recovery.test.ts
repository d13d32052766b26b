import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRecordReader } from "#core/record-bytes";
import { firstWindowSlot } from "#core/slot-ref";
import { maxRecordBytes } from "#journal/record-encoding";
import { openSegment, segmentStart } from "#journal/segment";
import { openLedgerAdmin } from "#ledger/admin";
import { openLedger } from "#ledger/open-ledger";
import { createLog } from "#telemetry/log";
import { waitUntil } from "../../test/harness/wait-until";
import { openLedgerRecovery } from "./ledger-recovery";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "headgate-recovery-"));
  mkdirSync(join(folder, "journal"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const id = "018bcfe5680000000000000000000001";
const label = '{"keyId":"k1","keyName":"app","team":"core","endpoint":"messages","dialect":"anthropic-messages"}';

test("recoverWorker() charges what was sent by unit, and records who asked and which target it was", () => {
  const ledgerFile = join(folder, "ledger");
  const log = createLog({ level: "fatal", process: "supervisor" });
  const recovery = openLedgerRecovery({
    ledgerFile,
    journalDir: join(folder, "journal"),
    generation: 1,
    workers: 1,
    living: [],
    log,
  });
  const admin = openLedgerAdmin(ledgerFile, { role: "control", generation: 1 });
  admin.rebuildLedger([]);
  admin.initSlot(0, 1, { allowance: Number.POSITIVE_INFINITY, unit: "count", mode: "hard" });
  admin.initSlot(1, 2, { allowance: 5, unit: "running", mode: "hard" });
  admin.initSlot(2, 3, { allowance: 1e9, unit: "nanodollars", mode: "hard" });
  admin.initSlot(firstWindowSlot, 4, { allowance: 1e6, unit: "tokens", mode: "hard" });
  const worker = openLedger(ledgerFile, { worker: 0, generation: 1 });
  const entries = [
    { slot: 0, tag: 1, period: 0, amount: 1 },
    { slot: 1, tag: 2, period: 0, amount: 1 },
    { slot: 2, tag: 3, period: 77, amount: 5_000_000 },
    { slot: firstWindowSlot, tag: 4, period: 900, amount: 4000 },
  ];
  const reservation = worker.reserve(id, entries, new TextEncoder().encode(label));
  if (!reservation.ok) throw new Error("refused");
  const target = worker.health.row("openai/gpt-5#main");
  const rates = { inputRate: 1_250_000, outputRate: 10_000_000 };
  worker.expose(reservation.hold, { inputTokens: 100, ...rates, spentTokens: 20, spent: 400, target });
  worker.progress(reservation.hold, "relaying", 30);

  recovery.recoverWorker({ generation: 1, index: 0 });
  recovery.recoverWorker({ generation: 1, index: 0 });

  const segments = readdirSync(join(folder, "journal"));
  expect(segments).toHaveLength(1);
  const segment = openSegment(join(folder, "journal", segments[0] ?? ""), maxRecordBytes);
  const [frame] = segment?.read(segmentStart, { sealed: true, limit: 2 }).frames ?? [];
  const record = createRecordReader()(frame?.payload ?? new Uint8Array(0));
  // 400 + (100 x 1.25 + 30 x 10) micro-dollars
  expect(record).toMatchObject({
    id,
    outcome: "interrupted",
    keyId: "k1",
    keyName: "app",
    team: "core",
    endpoint: "messages",
    dialect: "anthropic-messages",
    provider: "openai",
    model: "gpt-5",
    providerKey: "main",
    usage: { input: 120, output: 30, estimated: true },
    cost: 425_400,
    charges: [entries[0], { ...entries[2], amount: 425_400 }, { ...entries[3], amount: 150 }],
  });
  expect(admin.readSlot(0)).toMatchObject({ charged: 1, held: 0 });
  expect(admin.readSlot(1)).toMatchObject({ charged: 0, held: 0, holders: 0 });
  expect(admin.readSlot(2)).toMatchObject({ charged: 425_400, held: 0 });
  expect(admin.readWindow(firstWindowSlot, 900)).toMatchObject({ used: 150, held: 0, charged: 150 });
  expect(admin.occupants()).toEqual([]);
  recovery.close();
});

test("recoverWorker() tries again where a dead worker had the ledger's lock that is not recovered yet", async () => {
  const ledgerFile = join(folder, "ledger");
  const log = createLog({ level: "silent", process: "supervisor" });
  const journalDir = join(folder, "journal");
  const recovery = openLedgerRecovery({ ledgerFile, journalDir, generation: 1, workers: 2, living: [], log });
  const admin = openLedgerAdmin(ledgerFile, { role: "control", generation: 1 });
  admin.rebuildLedger([]);
  admin.initSlot(0, 1, { allowance: 10, unit: "running", mode: "hard" });
  const entries = [{ slot: 0, tag: 1, period: 0, amount: 1 }];
  const first = openLedger(ledgerFile, { worker: 0, generation: 1 });
  expect(first.reserve(id, entries).ok).toBe(true);
  const crashPoint = (point: string) => {
    if (point === "locked") throw new Error("It dies here");
  };
  const second = openLedger(ledgerFile, { worker: 1, generation: 1, crashPoint });
  expect(() => second.reserve(id, entries)).toThrow("It dies here");

  recovery.recoverWorker({ generation: 1, index: 0 });
  const successor = openLedger(ledgerFile, { worker: 0, generation: 1 });
  recovery.recoverWorker({ generation: 1, index: 1 });
  const running = successor.reserve(id, entries);
  await waitUntil("the dead worker's recovery", () => admin.occupants().length === 1);
  // What the successor runs is none of the dead one's business.
  expect(admin.occupants()).toEqual([{ worker: 0, generation: 1, recovering: false }]);
  expect(admin.readSlot(0)).toMatchObject({ held: 1, holders: 1 });
  expect(running.ok).toBe(true);
  if (running.ok) successor.settle(running.hold, []);
  successor.close();
  recovery.close();
});
