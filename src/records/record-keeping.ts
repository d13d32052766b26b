import { existsSync, readdirSync } from "node:fs";
import type { ProcessOptions } from "#config/process-options";
import type { Clock } from "#core/clock";
import { type Ingest, startIngest } from "#journal/ingest";
import type { LedgerAdmin } from "#ledger/admin";
import type { LogStore } from "#store/log/log-store";
import { openThreadedLogStore } from "#store/log/threaded-log-store";
import { logSetAside, openStores, storesUrl } from "#store/open-stores";
import type { Log } from "#telemetry/log";
import { rebuildLedger } from "./ledger-rebuild";
import { runSinks, type Sinks } from "./sinks/run-sinks";
import type { Sink } from "./sinks/sink";
import { startSummingUp } from "./summing-up";
import { noteUnreadable } from "./unreadable-bodies";

/** A start has better things to do. */
const firstSummingMs = 10_000;

export type RecordKeeping = {
  readonly logs: LogStore;
  readonly ingest: Ingest;
  /** Bodies that were asked for, had been kept, and could not be read any more. */
  readonly unreadableBodies: () => number;
  readonly sinks: Sinks;
  readonly close: () => Promise<void>;
};

/**
 * As ingestion opens it, which has a damaged log made anew: but where the ledger is to be filled from it, an empty one would
 * give every budget back what was spent.
 */
async function tryLog(url: string, ledger: LedgerAdmin, log: Log): Promise<void> {
  const stores = openStores(url);
  const opened = ledger.rebuildNeeded()
    ? await stores.log()
    : await stores.logWriter((aside) => log.error({ aside }, logSetAside));
  opened.close();
}

/**
 * Opens the log store in a thread, starts ingestion into it in another, fills the ledger from it where
 * that was lost, and delivers to sinks what is stored.
 */
export async function startRecordKeeping(parts: {
  readonly options: Pick<ProcessOptions, "dataDir" | "journalDir">;
  readonly sinks: readonly Sink[];
  readonly ledger: LedgerAdmin;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<RecordKeeping> {
  const { ledger, clock, log } = parts;
  const { dataDir, journalDir } = parts.options;
  const url = storesUrl(dataDir);
  // Here first, so that a store that cannot be used ends the start.
  await tryLog(url, ledger, log);
  const openLogs = () =>
    openThreadedLogStore({ url, onFailure: (error) => log.error({ error }, "The query thread failed") });
  const store = openLogs();
  const unreadable = noteUnreadable(store.content, log);
  const logs = { ...store, content: unreadable.content };
  const ingest = startIngest({
    directory: journalDir,
    storesUrl: url,
    isWriterAlive: (generation, worker) =>
      ledger.occupants().some((occupant) => occupant.generation === generation && occupant.worker === worker),
    clock,
    log: {
      info: (fields, message) => log.info({ ...fields }, message),
      warn: (fields, message) => log.warn({ ...fields }, message),
      error: (fields, message) => log.error({ ...fields }, message),
    },
  });
  const summingUp = startSummingUp({ logs, openLogs, log, firstAfterMs: firstSummingMs });
  const sinks = runSinks(parts.sinks, { logs, log });
  const close = async () => {
    summingUp.close();
    const sinksClosed = sinks.close();
    await ingest.close();
    // Ends the queries that sinks still wait for.
    logs.close();
    await sinksClosed;
  };
  const journalHasSegments = () => existsSync(journalDir) && readdirSync(journalDir).length > 0;
  try {
    await rebuildLedger({ ledger, logs, backlog: ingest.lag, journalHasSegments, log });
  } catch (error) {
    await close();
    throw error;
  }
  return { logs, ingest, unreadableBodies: unreadable.count, sinks, close };
}
