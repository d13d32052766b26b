import type { JournalCounters } from "#journal/journal";
import type { Ledger } from "#ledger/ledger";
import { metrics } from "#ledger/metric-layout";

export type WorkerGaugesParts = {
  readonly ledger: Ledger;
  readonly journal: { readonly counters: () => JournalCounters };
  /** Requests that wait for a place among the running. */
  readonly queued: () => number;
  /** Since the worker started. */
  readonly unhandledErrors: () => number;
  readonly process: () => { readonly startedAtS: number; readonly residentBytes: number; readonly loopLagS: number };
};

/**
 * Counts a start of this worker, and returns what shows its journal and process in the ledger, to be called about once
 * a second. A worker area's counters outlive the worker: the journal's are added as they grow.
 */
export function createWorkerGauges({
  ledger,
  journal,
  queued,
  unhandledErrors,
  process,
}: WorkerGaugesParts): () => void {
  let told: Pick<JournalCounters, "recorded" | "rejected" | "contentsDropped"> = {
    recorded: 0,
    rejected: 0,
    contentsDropped: 0,
  };
  let toldErrors = 0;
  ledger.count(metrics.workerStarts.column, 1);
  const publish = () => {
    const now = journal.counters();
    ledger.count(metrics.journalRecords.column, now.recorded - told.recorded);
    ledger.count(metrics.journalFailures.column, now.rejected - told.rejected);
    ledger.count(metrics.droppedContent.column, now.contentsDropped - told.contentsDropped);
    told = now;
    const errors = unhandledErrors();
    ledger.count(metrics.unhandledErrors.column, errors - toldErrors);
    toldErrors = errors;
    ledger.set(metrics.queued.column, queued());
    const { startedAtS, residentBytes, loopLagS } = process();
    ledger.set(metrics.processStart.column, startedAtS);
    ledger.set(metrics.processMemory.column, residentBytes);
    ledger.set(metrics.processLag.column, loopLagS);
  };
  publish();
  return publish;
}
