import { readControlOptions } from "#config/process-options";
import { startControl } from "#control";
import { runChild } from "#supervisor/run-child";
import { createLog } from "#telemetry/log";
import { version } from "./version";

/** What the supervisor starts as the control process. */
export function runControlProcess(): Promise<never> {
  const options = readControlOptions();
  const log = createLog({ level: options.logLevel, process: "control" });
  return runChild({
    log,
    version,
    drainTimeoutMs: options.drainTimeoutMs,
    beatMs: options.beatMs,
    start: async (send) => {
      // Without a terminal they would be lost in a log: the control plane then writes a file instead.
      const hooks = {
        // The supervisor starts the next at once.
        reopen: () => process.exit(1),
        ...(process.stdout.isTTY && {
          showOnTerminal: (lines: readonly string[]) => send({ type: "first-start", lines }),
        }),
      };
      const control = await startControl(options, log, hooks);
      return { finish: () => control.close(), reload: () => control.reload() };
    },
  });
}
