import { setTimeout } from "node:timers/promises";
import type { LedgerAdmin } from "#ledger/admin";
import type { LogStore } from "#store/log/log-store";
import type { Log } from "#telemetry/log";

export type RebuildParts = {
  readonly ledger: LedgerAdmin;
  readonly logs: Pick<LogStore, "slotCharges">;
  /** What stands in the journal and not yet in the log store. */
  readonly backlog: () => { readonly records: number; readonly ms: number };
  /** Whether the journal directory holds anything of earlier runs. */
  readonly journalHasSegments: () => boolean;
  readonly log: Log;
};

const settleMs = 600;
const maxSettleMs = 60_000;

/**
 * Fills a ledger that was lost (a power cut, another layout, the very first start) from the sums of what records have
 * charged, which ingestion keeps beside them, once all that was journaled has been ingested.
 */
export async function rebuildLedger(parts: RebuildParts): Promise<void> {
  const { ledger, logs, log } = parts;
  if (!ledger.rebuildNeeded()) return;
  if (parts.journalHasSegments()) await ingested(parts);
  const rows = await logs.slotCharges();
  ledger.rebuildLedger(rows);
  if (rows.length > 0) log.info({ rows: rows.length }, "rebuilt the ledger from what records have charged");
}

/** The backlog is measured twice a second by a thread that has just started: it counts when it was zero for a while. */
async function ingested({ backlog, log }: RebuildParts): Promise<void> {
  const deadline = performance.now() + maxSettleMs;
  for (let quiet = 0; quiet < 3; ) {
    await setTimeout(settleMs);
    quiet = backlog().records === 0 ? quiet + 1 : 0;
    if (performance.now() < deadline) continue;
    log.error({ ...backlog() }, "Rebuilding the ledger without records that are still in the journal");
    return;
  }
}
