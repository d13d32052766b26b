import { readWorkerOptions } from "#config/process-options";
import { startWorker } from "#gateway";
import { runChild } from "#supervisor/run-child";
import { createLog } from "#telemetry/log";
import { createUnhandledErrors } from "#telemetry/unhandled-errors";
import { version } from "./version";

/** What the supervisor starts for each worker. */
export function runWorkerProcess(): Promise<never> {
  const options = readWorkerOptions();
  const log = createLog({ level: options.logLevel, process: `worker-${options.index}` });
  const errors = createUnhandledErrors(log);
  const { drainTimeoutMs } = options;
  return runChild({
    log,
    errors,
    version,
    drainTimeoutMs,
    beatMs: options.beatMs,
    start: async () => {
      const worker = await startWorker(options, log, { unhandledErrors: errors.count });
      return { finish: worker.drain };
    },
  });
}
