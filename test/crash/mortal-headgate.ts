// The command line of Headgate, with workers that die where `planCrash` says and whose journal segments are so small that
// a few hundred requests fill one. The supervisor starts this very file again for each of its children.
import { writeSync } from "node:fs";
import { readWorkerOptions } from "#config/process-options";
import { startWorker, type WorkerHooks } from "#gateway";
import { openJournal } from "#journal/append";
import type { CrashPointName } from "#ledger/ledger";
import { openLedger } from "#ledger/open-ledger";
import { runChild } from "#supervisor/run-child";
import { createLog } from "#telemetry/log";
import { dieIfPlanned, failingJournal, isPlanned } from "./crash-step.ts";

const segmentBytes = 256 * 1024;

if (process.argv[2] === "__worker") await runMortalWorker();
else await import("../../src/main.ts");

function runMortalWorker(): Promise<never> {
  const options = readWorkerOptions();
  const log = createLog({ level: options.logLevel, process: `worker-${options.index}` });
  return runChild({
    log,
    version: "0.0.0",
    drainTimeoutMs: options.drainTimeoutMs,
    beatMs: options.beatMs,
    start: async () => {
      const openers = mortal((step) => {
        if (isPlanned(options.dataDir, failingJournal) && step === "journal:before") throw new Error("EIO: i/o error");
        dieIfPlanned(options.dataDir, step);
      });
      const worker = await startWorker(options, log, openers);
      return { finish: worker.drain };
    },
  });
}

/** Ledger and journal that report every step, and may not survive it. */
function mortal(at: (step: string) => void): Required<Omit<WorkerHooks, "unhandledErrors">> {
  let operation = "start";
  return {
    openLedger: (path, worker) => {
      const crashPoint = (point: CrashPointName) => at(`${operation}:${point}`);
      const ledger = openLedger(path, { ...worker, crashPoint });
      return {
        ...ledger,
        reserve: (id, entries, label) => {
          operation = "reserve";
          return ledger.reserve(id, entries, label);
        },
        adjust: (hold, entries) => {
          operation = "adjust";
          return ledger.adjust(hold, entries);
        },
        expose: (hold, exposure) => {
          ledger.expose(hold, exposure);
          at("progress:sent");
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
        segmentBytes,
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
