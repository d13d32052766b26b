// The command line of Headgate with windows of a second where a minute is configured, so that a test sees many of them
// pass. Writes down what the ledger admitted and refused, and in which sixteenth. The supervisor starts this very file again for each of its children.
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
import { type Admission, admissionsFile, windowMs } from "./hasty-windows.ts";

if (process.argv[2] === "__worker") await runHastyWorker();
else await import("../../src/main.ts");

function runHastyWorker(): Promise<never> {
  const options = readWorkerOptions();
  const log = createLog({ level: options.logLevel, process: `worker-${options.index}` });
  const machineMs = createMachineClock();
  const sixteenth = () => Math.floor(machineMs() / (windowMs / windowParts));
  const hastened = (entries: readonly HoldEntry[], period: number) =>
    entries.map((entry) => (entry.slot < firstWindowSlot ? entry : { ...entry, period }));
  const openHasty: typeof openLedger = (path, worker) => {
    const ledger = openLedger(path, worker);
    return {
      ...ledger,
      reserve: (id, entries, label) => {
        const asked = sixteenth();
        const reservation = ledger.reserve(id, hastened(entries, asked), label);
        const answered = sixteenth();
        const window = entries.find(({ slot }) => slot >= firstWindowSlot);
        if (window === undefined) return reservation;
        const { slot, amount } = window;
        const counted = reservation.ok
          ? reservation.hold.entries.find((entry) => entry.slot === slot)?.period
          : undefined;
        const admission: Admission = { slot, amount, asked, answered, ...(counted !== undefined && { counted }) };
        appendFileSync(admissionsFile(options.dataDir), `${JSON.stringify(admission)}\n`);
        return reservation;
      },
      adjust: (hold, entries) => ledger.adjust(hold, hastened(entries, sixteenth())),
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
