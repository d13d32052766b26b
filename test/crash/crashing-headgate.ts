// The command line of Headgate, with workers that die where `planCrash` says. The supervisor starts this very file again
// for each of its children.
import { writeSync } from "node:fs";
import { readWorkerOptions } from "#config/process-options";
import { type AccountKeepers, startWorker } from "#gateway";
import { openJournal } from "#journal/append";
import type { CrashPointName } from "#ledger/ledger";
import { openLedger } from "#ledger/open-ledger";
import { runChild } from "#supervisor/run-child";
import { createLog } from "#telemetry/log";
import { dieIfPlanned } from "./crash-step.ts";

if (process.argv[2] === "__worker") await runCrashingWorker();
else await import("../../src/main.ts");

function runCrashingWorker(): Promise<never> {
  const options = readWorkerOptions();
  const log = createLog({ level: options.logLevel, process: `worker-${options.index}` });
  return runChild({
    log,
    drainTimeoutMs: options.drainTimeoutMs,
    start: async () => {
      const worker = await startWorker(options, log, mortal((step) => dieIfPlanned(options.dataDir, step)));
      return { finish: (timeoutMs) => worker.drain(timeoutMs) };
    },
  });
}

/** Ledger and journal that report every step, with SIGKILL as a possible answer. */
function mortal(at: (step: string) => void): AccountKeepers {
  let operation = "start";
  return {
    openLedger: (path, worker) => {
      const crashPoint = (point: CrashPointName) => at(`${operation}:${point}`);
      const ledger = openLedger(path, { ...worker, crashPoint });
      return {
        ...ledger,
        reserve: (id, entries) => {
          operation = "reserve";
          return ledger.reserve(id, entries);
        },
        progress: (hold, phase, output) => {
          ledger.progress(hold, phase, output);
          at(`progress:${phase}`);
        },
        settle: (hold, charges) => {
          operation = "settle";
          ledger.settle(hold, charges);
          at("settled:");
        },
      };
    },
    openJournal: (options) =>
      openJournal({
        ...options,
        write: (fd, bytes, offset, length, position) => {
          // A segment's header is not a record.
          if (position === 0) return writeSync(fd, bytes, offset, length, position);
          at("journal:before");
          writeSync(fd, bytes, offset, length >> 1, position);
          at("journal:inside");
          writeSync(fd, bytes, offset, length, position);
          at("journal:after");
          return length;
        },
      }),
  };
}
