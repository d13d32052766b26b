import { setTimeout } from "node:timers/promises";
import type { LedgerAdmin } from "#ledger/admin";
import type { LogStore } from "#store/log/log-store";
import type { Log } from "#telemetry/log";

export type RebuildParts = {
  readonly ledger: LedgerAdmin;
  readonly logs: Pick<LogStore, "slotCharges">;
  /** What stands in the journal and not yet in the log store, and how often the journal was gone through. */
  readonly backlog: () => { readonly records: number; readonly ms: number; readonly passes: number };
  /** Whether the journal directory holds anything of earlier runs. */
  readonly journalHasSegments: () => boolean;
  readonly log: Log;
  readonly wait?: (ms: number) => Promise<void>;
};

/** Longer than it takes until the next report of the backlog. */
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

/**
 * The backlog is measured twice a second by a thread that has just started, and that may take long to: it counts when it was
 * zero after three passes. Nobody writes meanwhile, see `awaitWorkerOrphans`; but only the second pass reads on behind damage.
 */
async function ingested({ backlog, log, wait = setTimeout }: RebuildParts): Promise<void> {
  const deadline = performance.now() + maxSettleMs;
  let passes = 0;
  for (let quiet = 0; quiet < 3; ) {
    await wait(settleMs);
    const now = backlog();
    if (now.records > 0) quiet = 0;
    else if (now.passes !== passes) quiet += 1;
    passes = now.passes;
    if (performance.now() < deadline) continue;
    log.error({ ...now }, "Rebuilding the ledger without records that are still in the journal");
    return;
  }
}
