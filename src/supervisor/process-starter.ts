import { controlEnvironment, type ProcessOptions, workerEnvironment } from "#config/process-options";
import type { StartOptions } from "#config/start-options";
import type { Log } from "#telemetry/log";
import { spawnChild } from "./child";
import type { Roster } from "./child-registry";
import type { LedgerRecovery } from "./ledger-recovery";
import { socketPaths } from "./socket-directory";
import { type Kept, keepRunning } from "./supervised-child";

/** Starts the processes of a generation. */
export type Members = {
  readonly startControl: (generation: number, firstFailure: "give-up" | "retry") => Kept;
  readonly startWorkers: (generation: number) => readonly Kept[];
};

export type MemberParts = {
  readonly options: StartOptions;
  readonly files: { readonly ledgerFile: string; readonly journalDir: string };
  readonly socketDirectory: string;
  /** The command that runs this program again; `__control` or `__worker` is added. */
  readonly command: readonly string[];
  readonly recovery: LedgerRecovery;
  readonly roster: Roster;
  readonly log: Log;
  readonly showFirstStart: (lines: readonly string[]) => void;
};

export function createMembers(parts: MemberParts): Members {
  const { command, recovery, roster, log } = parts;

  const startControl: Members["startControl"] = (generation, firstFailure) =>
    keepRunning({
      name: "control",
      log,
      firstFailure,
      spawn: () => {
        const environment = controlEnvironment({ ...processOptions(parts, generation), role: "control" });
        const child = spawnChild({ name: "control", command: [...command, "__control"], environment });
        roster.add(child.pid, { generation });
        void child.next("first-start").then((message) => parts.showFirstStart(message.lines));
        return child;
      },
      onExit: (child) => {
        recovery.recoverControl(generation);
        roster.remove(child.pid);
      },
    });

  const startWorker = (generation: number, index: number): Kept => {
    const name = `worker-${index}`;
    return keepRunning({
      name,
      log,
      firstFailure: "give-up",
      spawn: () => {
        const environment = workerEnvironment({ ...processOptions(parts, generation), role: "worker", index });
        const child = spawnChild({ name, command: [...command, "__worker", String(index)], environment });
        roster.add(child.pid, { generation, index });
        return child;
      },
      onExit: (child) => {
        recovery.recoverWorker({ generation, index });
        roster.remove(child.pid);
      },
    });
  };

  return {
    startControl,
    startWorkers: (generation) =>
      Array.from({ length: parts.options.workers }, (_, index) => startWorker(generation, index)),
  };
}

function processOptions(parts: MemberParts, generation: number): Omit<ProcessOptions, "role"> {
  const { dataDir, host, port, workers, logLevel, configFile, tls, adminListen, drainTimeoutMs } = parts.options;
  return {
    generation,
    dataDir,
    host,
    port,
    workers,
    logLevel,
    ...(configFile !== undefined && { configFile }),
    ...(tls !== undefined && { tls }),
    ...(adminListen !== undefined && { adminListen }),
    drainTimeoutMs,
    sockets: socketPaths(parts.socketDirectory, generation),
    ...parts.files,
  };
}
