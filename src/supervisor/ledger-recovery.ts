import { appendInterrupted, findRecords, interruptedRecord } from "#journal/interrupted";
import { openLedgerAdmin } from "#ledger/admin";
import { readHoldId, readHoldPhase } from "#ledger/hold-row";
import { seat } from "#ledger/layout";
import type { LedgerFile } from "#ledger/ledger-file";
import { ownerWord, recoveringFlag } from "#ledger/owner";
import { prepareLedger } from "#ledger/prepare-ledger";
import { breakLocks, recoverWorker, settleInterrupted } from "#ledger/recover";
import { rowWord, seatOwner, seatWords } from "#ledger/seat";
import type { Log } from "#telemetry/log";

export type WorkerName = { readonly generation: number; readonly index: number };

/** The ledger as the supervisor sees it: gives back what dead processes held and journals their running requests. */
export type LedgerRecovery = {
  /** Call before a successor of the same name starts. A failure is logged: the rest goes on serving. */
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

/** Makes the ledger file, or opens it and recovers every worker of earlier runs but the living. */
export function openLedgerRecovery(options: Options): LedgerRecovery {
  const { ledgerFile, journalDir, generation, log } = options;
  const found = prepareLedger(ledgerFile, { workers: options.workers, generation });
  const admin = openLedgerAdmin(ledgerFile, { role: "supervisor", generation });

  const recover = (worker: WorkerName): void => {
    const records = findRecords(
      journalDir,
      { generation: worker.generation, worker: worker.index },
      heldIds(admin.file, worker),
    );
    const interrupted = recoverWorker(admin.file, worker.index, worker.generation, (id) => records.get(id)?.charges);
    const written = interrupted.map((hold) => interruptedRecord(hold, worker.index, Date.now()));
    // The journal comes first: a charge without a record could never be explained.
    appendInterrupted(journalDir, generation, written);
    for (const [index, hold] of interrupted.entries())
      settleInterrupted(admin.file, hold, written[index]?.charges ?? []);
    if (interrupted.length > 0)
      log.warn({ ...worker, requests: interrupted.length }, "requests were interrupted by the death of their worker");
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
  return {
    recoverWorker: (worker) => logged(`recover worker ${worker.index}`, () => recover(worker)),
    recoverControl: (dead) =>
      logged("recover the control process", () => breakLocks(admin.file, { role: "control", generation: dead })),
    makeRoom: (workers) => admin.ensureFreeSeats(workers),
    close: () => logged("close the ledger cleanly", () => admin.markClean()),
  };
}

function heldIds(file: LedgerFile, worker: WorkerName): ReadonlySet<string> {
  const owner = ownerWord({ role: "worker", worker: worker.index, generation: worker.generation });
  const ids = new Set<string>();
  for (const seatWord of seatWords(file)) {
    if ((seatOwner(file, seatWord) & ~recoveringFlag) !== owner) continue;
    for (let index = 0; index < seat.rowCount; index++) {
      const word = rowWord(seatWord, index);
      if (readHoldPhase(file, word) !== undefined) ids.add(readHoldId(file, word));
    }
  }
  return ids;
}
