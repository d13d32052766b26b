import { setTimeout } from "node:timers/promises";
import type { RequestRecord } from "#core/record";
import type { LedgerAdmin } from "#ledger/admin";
import type { LogStore } from "#store/log/log-store";
import type { Log } from "#telemetry/log";

export type RebuildParts = {
  readonly ledger: LedgerAdmin;
  readonly logs: LogStore;
  /** What stands in the journal and not yet in the log store. */
  readonly backlog: () => { readonly records: number; readonly ms: number };
  /** Whether the journal directory holds anything of earlier runs. */
  readonly journalHasSegments: () => boolean;
  readonly log: Log;
};

type Row = { readonly slot: number; readonly tag: number; readonly period: number; charged: number };

const pageSize = 1000;
const settleMs = 600;
const maxSettleMs = 60_000;

/**
 * Fills a ledger that was lost (a power cut, another layout, the very first start) from the records of requests, once
 * all that was journaled has been ingested.
 */
export async function rebuildLedger(parts: RebuildParts): Promise<void> {
  const { ledger, logs, log } = parts;
  if (!ledger.rebuildNeeded()) return;
  if (parts.journalHasSegments()) await ingested(parts);
  const rows = new Map<string, Row>();
  let after: string | undefined;
  do {
    const page = await logs.list({ limit: pageSize, order: "oldest", ...(after === undefined ? {} : { after }) });
    for (const record of page.data) addCharges(rows, record);
    after = page.next;
  } while (after !== undefined);
  ledger.rebuildLedger([...rows.values()]);
  if (rows.size > 0) log.info({ rows: rows.size }, "rebuilt the ledger from the records of requests");
}

function addCharges(rows: Map<string, Row>, { charges }: RequestRecord): void {
  for (const { slot, tag, period, amount } of charges) {
    const name = `${slot}:${tag}:${period}`;
    const row = rows.get(name) ?? { slot, tag, period, charged: 0 };
    row.charged += amount;
    rows.set(name, row);
  }
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
