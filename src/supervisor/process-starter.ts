import { controlEnvironment, type ProcessOptions, workerEnvironment } from "#config/process-options";
import type { StartOptions } from "#config/start-options";
import type { Log } from "#telemetry/log";
import { spawnChild } from "./child";
import type { ChildRegistry } from "./child-registry";
import type { LedgerRecovery } from "./ledger-recovery";
import { socketPaths } from "./socket-directory";
import { type SupervisedChild, superviseChild } from "./supervised-child";

/** Starts the processes of a generation. */
export type ProcessStarter = {
  readonly startControl: (generation: number, firstFailure: "give-up" | "retry") => SupervisedChild;
  readonly startWorker: (generation: number, index: number) => SupervisedChild;
  /** How many workers a generation has. */
  readonly workers: number;
};

export type StarterParts = {
  readonly options: StartOptions;
  /** `ledgerFile`: a path under which children can open the ledger, also once its own is gone. */
  readonly files: { readonly ledgerFile: () => string; readonly journalDir: string };
  readonly socketDirectory: string;
  /** The command that runs this program again; `__control` or `__worker` is added. */
  readonly command: readonly string[];
  /** Of this program. */
  readonly version: string;
  readonly recovery: LedgerRecovery;
  readonly registry: ChildRegistry;
  readonly log: Log;
  readonly showFirstStart: (lines: readonly string[]) => void;
};

export function createProcessStarter(parts: StarterParts): ProcessStarter {
  const { command, recovery, registry, log, version } = parts;
  const common = { version, log };

  const startControl: ProcessStarter["startControl"] = (generation, firstFailure) =>
    superviseChild({
      name: "control",
      log,
      firstFailure,
      spawn: () => {
        const environment = controlEnvironment({ ...processOptions(parts, generation), role: "control" }, version);
        const child = spawnChild({ ...common, name: "control", command: [...command, "__control"], environment });
        registry.add(child.pid, { generation });
        child.on("first-start", ({ lines }) => parts.showFirstStart(lines));
        return child;
      },
      onExit: (child) => {
        recovery.recoverControl(generation);
        registry.remove(child.pid);
      },
    });

  const startWorker = (generation: number, index: number): SupervisedChild => {
    const name = `worker-${index}`;
    return superviseChild({
      name,
      log,
      firstFailure: "give-up",
      spawn: () => {
        const environment = workerEnvironment({ ...processOptions(parts, generation), role: "worker", index }, version);
        const child = spawnChild({ ...common, name, command: [...command, "__worker", String(index)], environment });
        registry.add(child.pid, { generation, index });
        return child;
      },
      onExit: (child) => {
        recovery.recoverWorker({ generation, index });
        registry.remove(child.pid);
      },
    });
  };

  return { startControl, startWorker, workers: parts.options.workers };
}

const beatMs = 1000;

function processOptions(parts: StarterParts, generation: number): Omit<ProcessOptions, "role"> {
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
    beatMs,
    sockets: socketPaths(parts.socketDirectory, generation),
    journalDir: parts.files.journalDir,
    ledgerFile: parts.files.ledgerFile(),
  };
}
