import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { StartOptions } from "#config/start-options";
import { awaitPort } from "./await-port";
import { checkConfig } from "./check-config";
import { createChildRegistry } from "./child-registry";
import { type CommandAnswer, serveCommands } from "./command-socket";
import { acquireDataLock, type DataLock } from "./data-lock";
import { nextGeneration } from "./generation";
import { keepOpen } from "./keep-open";
import { openLedgerRecovery } from "./ledger-recovery";
import { createLockNotes, type LockNotes } from "./lock-notes";
import { awaitControlOrphans, awaitWorkerOrphans, livingOrphans, recoverAtEnd } from "./orphans";
import { probePort } from "./probe-port";
import { createProcessGroup } from "./process-group";
import { createProcessStarter, type StarterParts } from "./process-starter";
import { socketDirectory, socketPaths } from "./socket-directory";
import { startWatchdog } from "./watchdog";

export type Supervisor = {
  /** Where it listens; the port is the real one when 0 was asked for. */
  readonly url: string;
  /** Has the configuration file read again; the old one stays in force where it is wrong. */
  readonly reload: () => Promise<void>;
  /** Resolves once it was asked to stop and has: workers drained, the control process ended, the data directory given back. */
  readonly stopped: Promise<void>;
};

export type SupervisorParts = Pick<StarterParts, "command" | "version" | "log" | "showFirstStart"> & {
  /** Asks to stop, whatever goes on: a start, a reload, a restart. */
  readonly stop: AbortSignal;
  /** Asks to end at once: requests that run are cut off, and recorded as interrupted. */
  readonly cut: AbortSignal;
};

/**
 * Starts the gateway in a data directory that exists: takes its lock, proves the port free, starts the control process
 * and the workers, and keeps them running. Throws one line, with nothing left running, where any of that fails. Gives
 * `stopped` where it was asked to stop before it served; then nothing is left running either.
 */
export async function startSupervisor(options: StartOptions, parts: SupervisorParts): Promise<Supervisor | "stopped"> {
  const directory = socketDirectory(options.dataDir);
  const lock = await acquireDataLock(options.dataDir, {
    version: parts.version,
    generation: 0,
    host: options.host,
    port: 0,
    tls: options.tls !== undefined,
    since: new Date().toISOString(),
    sockets: socketPaths(directory, 0),
  });
  try {
    const orphans = livingOrphans(lock.abandoned?.children ?? []);
    const port = await awaitPort({ options, orphans, stop: parts.stop, log: parts.log });
    if (options.adminListen !== undefined) probePort(options.adminListen.host, options.adminListen.port, adminFlags);
    const generation = nextGeneration(options.dataDir, parts.log);
    const notes = createLockNotes(lock, parts.log);
    notes.update({ generation, port, sockets: socketPaths(directory, generation) });
    return await startProcesses({ ...options, port }, parts, { lock, notes, directory, generation });
  } catch (error) {
    lock.release();
    throw error;
  }
}

const adminFlags = { host: "--admin-listen", port: "--admin-listen" };

type OwnedDirectory = {
  readonly lock: DataLock;
  readonly notes: LockNotes;
  readonly directory: string;
  readonly generation: number;
};

async function startProcesses(
  options: StartOptions,
  parts: SupervisorParts,
  owned: OwnedDirectory,
): Promise<Supervisor | "stopped"> {
  const { lock, notes, directory, generation } = owned;
  const { dataDir, workers, takeoverTimeoutMs } = options;
  const { cut, log, stop } = parts;
  const files = { ledgerFile: join(dataDir, "ledger"), journalDir: join(dataDir, "journal") };
  mkdirSync(files.journalDir, { recursive: true, mode: 0o700 });

  const orphans = livingOrphans(lock.abandoned?.children ?? []);
  await awaitControlOrphans(orphans, log);
  const living = orphans.flatMap(({ pid, index, ...rest }) => (index === undefined ? [] : [{ ...rest, pid, index }]));
  const registry = createChildRegistry(notes, living);
  const recovery = openLedgerRecovery({ ...files, generation, workers, living, log });
  const ends = living.map((orphan) => recoverAtEnd(orphan, { ...options, recovery, registry, log }));
  if (recovery.isEmpty) await Promise.race([awaitWorkerOrphans(ends, log), aborted(stop)]);

  const ledgerFile = keepOpen(files.ledgerFile, log);
  const starterFiles = { ledgerFile, journalDir: files.journalDir };
  const starter = createProcessStarter({
    ...parts,
    options,
    files: starterFiles,
    socketDirectory: directory,
    recovery,
    registry,
  });
  const group = createProcessGroup({ starter, generation, takeoverTimeoutMs, log });
  whenAborted(cut, () => void group.kill());
  const watchdog = startWatchdog({ children: group.children, hangTimeoutMs: options.hangTimeoutMs, log });
  /** Ends what was started. The lock goes last. */
  const end = async (): Promise<void> => {
    watchdog.close();
    await group.stop(options.drainTimeoutMs);
    recovery.close();
    notes.close();
    lock.release();
  };
  try {
    if (!stop.aborted) await Promise.race([group.start(), aborted(stop)]);
  } catch (error) {
    watchdog.close();
    await group.kill();
    recovery.close();
    notes.close();
    throw error;
  }
  if (stop.aborted) return end().then(() => "stopped");
  const restart = async (): Promise<CommandAnswer> => {
    await checkConfig(parts.command, options.configFile, dataDir);
    if (stop.aborted) throw stopping();
    const next = nextGeneration(dataDir, log);
    recovery.makeRoom(workers);
    await group.restart(next);
    notes.update({ generation: next, sockets: socketPaths(directory, next) });
    log.info({ generation: next }, "a new generation serves, the old one drains");
    return { ok: true, message: `Generation ${next} serves, the old workers finish what they are doing` };
  };
  const closeCommands = serveCommands(socketPaths(directory, generation).supervisor, oneAtATime(restart));
  return {
    url: urlOf(options),
    reload: () => group.reload(),
    stopped: aborted(stop).then(() => {
      log.info({ signal: stop.reason }, "stopping");
      closeCommands();
      return end();
    }),
  };
}

function stopping(): Error {
  return new Error("Cannot restart: the instance is being stopped");
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => whenAborted(signal, resolve));
}

function whenAborted(signal: AbortSignal, act: () => void): void {
  if (signal.aborted) act();
  else signal.addEventListener("abort", act, { once: true });
}

/** Refuses a call while an earlier one still runs. */
function oneAtATime(run: () => Promise<CommandAnswer>): () => Promise<CommandAnswer> {
  let running = false;
  return async () => {
    if (running) return { ok: false, message: "a restart is running already" };
    running = true;
    return run().finally(() => {
      running = false;
    });
  };
}

function urlOf(options: StartOptions): string {
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return `${options.tls === undefined ? "http" : "https"}://${host}:${options.port}`;
}
