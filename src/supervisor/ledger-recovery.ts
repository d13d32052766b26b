import { findRecords, type InterruptedRequest, interruptedRecord } from "#journal/interrupted";
import { createInterruptedSegments } from "#journal/interrupted-segments";
import { openLedgerAdmin } from "#ledger/admin";
import { interruptedCost } from "#ledger/interrupted-charges";
import { readUptimeMs } from "#ledger/machine-clock";
import { noteUptime, prepareLedger } from "#ledger/prepare-ledger";
import {
  breakLocks,
  heldIds,
  type InterruptedHold,
  recoverRetired,
  retireWorker,
  settleInterrupted,
} from "#ledger/recover";
import type { Log } from "#telemetry/log";

export type WorkerName = { readonly generation: number; readonly index: number };

/** The ledger as the supervisor sees it: gives back what dead processes held and journals their running requests. */
export type LedgerRecovery = {
  /** The file was made anew and not filled from the log yet: it knows nothing of workers that were there before. */
  readonly isEmpty: boolean;
  /**
   * Call before a successor of the same name starts. A failure (a full disk, a lock that belongs to another dead worker)
   * is logged and it is tried again until it succeeds, while the rest goes on serving.
   */
  readonly recoverWorker: (worker: WorkerName) => void;
  readonly recoverControl: (generation: number) => void;
  /** Makes room for another generation of workers. */
  readonly makeRoom: (workers: number) => void;
  /** The last act, when all others have ended: the ledger then outlives a restart of the machine. */
  readonly close: () => void;
};

type Options = {
  readonly ledgerFile: string;
  readonly journalDir: string;
  readonly generation: number;
  readonly workers: number;
  /** Workers of a run before that are still alive: left alone. */
  readonly living: readonly WorkerName[];
  readonly log: Log;
};

/** How often the machine's clock is noted in the ledger, see `noteUptime`. */
const noteUptimeEveryMs = 10_000;
const retryMs = { first: 50, last: 2000 };

/** Makes the ledger file, or opens it and recovers every worker of earlier runs but the living. */
export function openLedgerRecovery(options: Options): LedgerRecovery {
  const { ledgerFile, journalDir, generation, log } = options;
  const found = prepareLedger(ledgerFile, { workers: options.workers, generation });
  const admin = openLedgerAdmin(ledgerFile, { role: "supervisor", generation });

  /** Recovered in part or not at all. */
  const waiting = new Set<WorkerName>();
  let retry: ReturnType<typeof setTimeout> | undefined;
  let delayMs = retryMs.first;

  const segments = createInterruptedSegments(journalDir, log);
  const settle = (worker: WorkerName): void => {
    const { file } = admin;
    const ids = heldIds(file, worker.index, worker.generation);
    const records = findRecords(journalDir, { generation: worker.generation, worker: worker.index }, ids);
    const interrupted = recoverRetired(file, worker.index, worker.generation, (id) => records.get(id)?.charges);
    const written = interrupted.map((hold) => interruptedRecord(asRequest(hold), worker.index, Date.now()));
    // The journal comes first: a charge without a record could never be explained.
    segments.append(generation, written);
    for (const [index, hold] of interrupted.entries()) settleInterrupted(file, hold, written[index]?.charges ?? []);
    if (interrupted.length > 0)
      log.warn({ ...worker, requests: interrupted.length }, "requests were interrupted by the death of their worker");
  };
  const settleWaiting = (): void => {
    for (const worker of waiting) {
      logged(`recover worker ${worker.index}`, () => {
        settle(worker);
        waiting.delete(worker);
      });
    }
    clearTimeout(retry);
    if (waiting.size === 0) return;
    retry = setTimeout(settleWaiting, delayMs);
    delayMs = Math.min(delayMs * 2, retryMs.last);
  };
  const recover = (worker: WorkerName): void => {
    retireWorker(admin.file, worker.index, worker.generation);
    waiting.add(worker);
    delayMs = retryMs.first;
    settleWaiting();
  };
  const logged = (what: string, act: () => void): void => {
    try {
      act();
    } catch (error) {
      log.error({ err: error }, `Cannot ${what}`);
    }
  };

  if (found.reason !== undefined) log.info({ reason: found.reason }, "made a new ledger");
  for (const occupant of found.occupants) {
    const isLiving = options.living.some(
      (one) => one.generation === occupant.generation && one.index === occupant.worker,
    );
    if (!isLiving) recover({ generation: occupant.generation, index: occupant.worker });
  }
  const noting = setInterval(() => noteUptime(admin.file, readUptimeMs()), noteUptimeEveryMs);
  noting.unref();
  return {
    isEmpty: found.rebuildNeeded,
    recoverWorker: recover,
    recoverControl: (dead) =>
      logged("recover the control process", () => breakLocks(admin.file, { role: "control", generation: dead })),
    makeRoom: (workers) => admin.ensureFreeAreas(workers),
    close: () => {
      clearInterval(noting);
      clearTimeout(retry);
      segments.close();
      logged("close the ledger cleanly", () => admin.markClean());
    },
  };
}

function asRequest({ id, charges, label, target, exposure, output }: InterruptedHold): InterruptedRequest {
  const request = { id, charges, label, target, input: exposure.spentTokens + exposure.inputTokens, output };
  const { fee = 0, inputRate, outputRate, spent } = exposure;
  if (exposure.clientPays === true) return { ...request, cost: interruptedCost(exposure, output), paidBy: "client" };
  const isPriced = inputRate > 0 || outputRate > 0 || spent > 0 || fee > 0;
  return isPriced ? { ...request, cost: interruptedCost(exposure, output) } : request;
}
