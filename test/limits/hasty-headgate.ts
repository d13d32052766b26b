// The command line of Headgate with windows of a second where a minute is configured, so that a test sees many of them
// pass. Writes down when the ledger admitted what. The supervisor starts this very file again for each of its children.
import { appendFileSync } from "node:fs";
import { readWorkerOptions } from "#config/process-options";
import { firstWindowSlot } from "#core/slot-ref";
import { startWorker } from "#gateway";
import { openJournal } from "#journal/append";
import { type HoldEntry, windowParts } from "#ledger/ledger";
import { createMachineClock } from "#ledger/machine-clock";
import { openLedger } from "#ledger/open-ledger";
import { runChild } from "#supervisor/run-child";
import { createLog } from "#telemetry/log";
import { admissionsFile, windowMs } from "./hasty-windows.ts";

if (process.argv[2] === "__worker") await runHastyWorker();
else await import("../../src/main.ts");

function runHastyWorker(): Promise<never> {
  const options = readWorkerOptions();
  const log = createLog({ level: options.logLevel, process: `worker-${options.index}` });
  const machineMs = createMachineClock();
  const hastened = (entries: readonly HoldEntry[], nowMs: number) =>
    entries.map((entry) =>
      entry.slot < firstWindowSlot ? entry : { ...entry, period: Math.floor(nowMs / (windowMs / windowParts)) },
    );
  const openHasty: typeof openLedger = (path, worker) => {
    const ledger = openLedger(path, worker);
    return {
      ...ledger,
      reserve: (id, entries, label) => {
        const atMs = machineMs();
        const reservation = ledger.reserve(id, hastened(entries, atMs), label);
        const window = entries.find(({ slot }) => slot >= firstWindowSlot);
        if (reservation.ok && window !== undefined)
          appendFileSync(admissionsFile(options.dataDir), `${JSON.stringify({ atMs, ...window })}\n`);
        return reservation;
      },
      adjust: (hold, entries) => ledger.adjust(hold, hastened(entries, machineMs())),
    };
  };
  return runChild({
    log,
    version: "0.0.0",
    drainTimeoutMs: options.drainTimeoutMs,
    start: async () => {
      const worker = await startWorker(options, log, { openLedger: openHasty, openJournal });
      return { finish: worker.drain };
    },
  });
}
