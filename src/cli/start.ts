import { resolveStartOptions, type StartOptions } from "#config/start-options";
import { assertLocalFileSystem } from "#ledger/local-file-system";
import { prepareDataDirectory } from "#supervisor/data-directory";
import { startSupervisor } from "#supervisor/supervisor";
import { createLog, type Log } from "#telemetry/log";
import { createUnhandledErrors, outliveErrors } from "#telemetry/unhandled-errors";
import { readBanner } from "./banner";
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
  outliveErrors(createUnhandledErrors(log));
  const { stop, cut, onReload } = watchSignals();
  const supervisor = await startSupervisor(options, {
    command: ownCommand(),
    version,
    log,
    stop,
    cut,
    showFirstStart: (lines) => {
      if (process.stdout.isTTY) process.stdout.write(`${lines.join("\n")}\n`);
    },
  });
  if (supervisor === "stopped") return cut.aborted ? 1 : 0;
  process.stdout.write(`Headgate ${version} listens on ${supervisor.url}\n`);
  void showBanner(options, supervisor.url, log);
  log.info({ url: supervisor.url, dataDir: options.dataDir, workers: options.workers }, "started");
  onReload(() => void supervisor.reload());
  await supervisor.stopped;
  log.info({}, "stopped");
  return cut.aborted ? 1 : 0;
}

/** Nobody waits for it: what it says can be asked for later too. */
async function showBanner({ adminListen, dataDir, tls }: StartOptions, url: string, log: Log): Promise<void> {
  const scheme = tls === undefined ? "http" : "https";
  const admin = adminListen && `${scheme}://${shownHost(adminListen.host)}:${adminListen.port}`;
  try {
    const lines = await readBanner(dataDir, admin ?? url.replace(/(?<=:\/\/)(?:0\.0\.0\.0|\[::\])(?=:)/, "localhost"));
    process.stdout.write(`${lines.join("\n")}\n`);
  } catch (error) {
    log.debug({ err: error }, "cannot say which providers are on");
  }
}

function shownHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
