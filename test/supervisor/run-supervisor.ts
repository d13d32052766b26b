/** A real supervisor process over stand-in children; its one argument is the start options as JSON. */
import { join } from "node:path";
import type { StartOptions } from "#config/start-options";
import { startSupervisor } from "#supervisor/supervisor";
import { createLog } from "#telemetry/log";
import { watchSignals } from "../../src/cli/signals";

const options: StartOptions = JSON.parse(process.argv[2] ?? "{}");
const signals = watchSignals();
try {
  const supervisor = await startSupervisor(options, {
    command: [process.execPath, join(import.meta.dir, "stand-in.ts")],
    version: "0.0.0",
    log: createLog({ level: options.logLevel, process: "supervisor" }),
    showFirstStart: (lines) => process.stdout.write(`${lines.join("\n")}\n`),
  });
  process.stdout.write(`listens on ${supervisor.url}\n`);
  signals.onReload(() => void supervisor.reload());
  await signals.stopAsked;
  await supervisor.stop();
  process.exit(0);
} catch (error) {
  process.stderr.write(`headgate: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
