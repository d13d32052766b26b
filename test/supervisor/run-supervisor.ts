/** A real supervisor process over stand-in children; its one argument is the start options as JSON. */
import { join } from "node:path";
import type { StartOptions } from "#config/start-options";
import { startSupervisor } from "#supervisor/supervisor";
import { createLog } from "#telemetry/log";
import { watchSignals } from "../../src/cli/signals";

const options: StartOptions = JSON.parse(process.argv[2] ?? "{}");
const { stop, cut, onReload } = watchSignals();
try {
  const supervisor = await startSupervisor(options, {
    command: [process.execPath, join(import.meta.dir, "stand-in.ts")],
    version: "0.0.0",
    log: createLog({ level: options.logLevel, process: "supervisor" }),
    stop,
    cut,
    showFirstStart: (lines) => process.stdout.write(`${lines.join("\n")}\n`),
  });
  if (supervisor !== "stopped") {
    process.stdout.write(`listens on ${supervisor.url}\n`);
    onReload(() => void supervisor.reload());
    await supervisor.stopped;
  }
  process.exit(cut.aborted ? 1 : 0);
} catch (error) {
  process.stderr.write(`headgate: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
