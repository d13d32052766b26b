import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedgerAdmin } from "#ledger/admin";
import { prepareLedger } from "#ledger/prepare-ledger";
import { rebuildLedger } from "./ledger-rebuild";

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

test("rebuildLedger() believes an empty backlog only once the journal was gone through, and again after it was not empty", async () => {
  const folder = mkdtempSync(join(tmpdir(), "headgate-rebuild-"));
  try {
    const path = join(folder, "ledger");
    prepareLedger(path, { workers: 1, generation: 1 });
    const ledger = openLedgerAdmin(path, { role: "control", generation: 1 });
    // The thread takes long to start; then it finds records, has read them, and looks again and again.
    const reports = [
      ...Array.from({ length: 9 }, () => ({ records: 0, passes: 0 })),
      { records: 0, passes: 1 },
      { records: 0, passes: 1 },
      { records: 7, passes: 2 },
      { records: 0, passes: 3 },
      { records: 0, passes: 3 },
      { records: 0, passes: 5 },
      { records: 0, passes: 6 },
    ];
    let waited = 0;
    let summedAfter = 0;
    await rebuildLedger({
      ledger,
      logs: {
        slotCharges: async () => {
          summedAfter = waited;
          return [{ slot: 3, tag: 9, period: 1, charged: 71 }];
        },
      },
      backlog: () => ({ records: 0, passes: 6, ms: 0, ...reports[waited - 1] }),
      journalHasSegments: () => true,
      log,
      wait: async () => {
        waited += 1;
      },
    });
    expect(summedAfter).toBe(reports.length);
    expect(ledger.rebuildNeeded()).toBe(false);
    expect(ledger.readSlot(3)).toMatchObject({ tag: 9, charged: 71 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
