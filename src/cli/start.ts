import { resolveStartOptions } from "#config/start-options";
import { assertLocalFileSystem } from "#ledger/local-file-system";
import { prepareDataDirectory } from "#supervisor/data-directory";
import { startSupervisor } from "#supervisor/supervisor";
import { createLog } from "#telemetry/log";
import { ownCommand } from "./own-command";
import { type CommandLine, refuseFurther } from "./parse";
import { watchSignals } from "./signals";
import { assertTlsFiles } from "./tls-files";
import { packageRoot, version } from "./version";

/** Starts the gateway and stays until a signal has stopped it. */
export async function start(line: CommandLine): Promise<number> {
  refuseFurther(line.words, 0);
  const options = resolveStartOptions(line.flags, packageRoot);
  const log = createLog({ level: options.logLevel, process: "supervisor" });
  assertTlsFiles(options.tls);
  prepareDataDirectory(options.dataDir);
  assertLocalFileSystem(options.dataDir);
  const signals = watchSignals();
  const supervisor = await startSupervisor(options, {
    command: ownCommand(),
    version,
    log,
    showFirstStart: (lines) => {
      if (process.stdout.isTTY) process.stdout.write(`${lines.join("\n")}\n`);
    },
  });
  process.stdout.write(`Headgate ${version} listens on ${supervisor.url}\n`);
  log.info({ url: supervisor.url, dataDir: options.dataDir, workers: options.workers }, "started");
  signals.onReload(() => void supervisor.reload());
  const signal = await signals.stopAsked;
  log.info({ signal }, "stopping");
  await supervisor.stop();
  log.info({}, "stopped");
  return 0;
}
