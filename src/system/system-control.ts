import { messageOf } from "#lib/message-of";
import { sendCommand } from "#supervisor/command-socket";
import { type LockFile, readLock } from "#supervisor/lock-file";
import type { Log } from "#telemetry/log";
import { readSystemFacts, type SystemFacts } from "./system-facts";

/** What an operator may see of the instance, and do to it. */
export type SystemControl = {
  readonly read: () => Promise<SystemFacts>;
  /** Reads the configuration file again. */
  readonly reload: () => Promise<{ readonly ok: true } | { readonly ok: false; readonly error: string }>;
  /** Has the supervisor carry it out in a moment; says why not where it cannot. */
  readonly order: (order: "restart" | "drain") => string | undefined;
};

export type SystemControlParts = {
  readonly dataDir: string;
  readonly journalDir: string;
  readonly version: string;
  readonly wantedBun: string;
  readonly reload: SystemControl["reload"];
  /** Reads the configuration file without using it. Throws where it cannot be used. */
  readonly checkFile: () => void;
  readonly log: Log;
};

/** The answer to the order has gone out by then. */
const delayMs = 200;
/** Longer than a restart may take. */
const restartMs = 260_000;

/**
 * A restart is asked of the supervisor's command socket, as `headgate restart` does; a drain is the SIGTERM that stops an
 * instance. Both end the process that asks.
 */
export function createSystemControl(parts: SystemControlParts): SystemControl {
  const { checkFile, dataDir, log, reload, version } = parts;
  const carryOut = (order: "restart" | "drain", lock: LockFile) => {
    if (order === "drain") process.kill(lock.pid, "SIGTERM");
    else
      sendCommand(lock.sockets.supervisor, { type: "restart", version }, restartMs).then(
        ({ ok, message }) => ok || log.error({ reason: message }, "Cannot restart"),
        (error: unknown) => log.error({ reason: messageOf(error) }, "Cannot restart"),
      );
  };
  /** A drain also where this process ends before that: during a restart the outgoing one may be asked. */
  const carryOutSoon = (order: "restart" | "drain", lock: LockFile) => {
    const go = () => {
      clearTimeout(timer);
      process.off("exit", go);
      carryOut(order, lock);
    };
    const timer = setTimeout(go, delayMs);
    process.once("exit", go);
  };
  return {
    read: () => readSystemFacts({ ...parts, lock: () => readLock(dataDir) }),
    reload,
    order: (order) => {
      const lock = readLock(dataDir);
      if (lock === undefined || !isSupervised(lock)) return "no supervisor runs this process";
      try {
        if (order === "restart") checkFile();
      } catch (error) {
        return messageOf(error);
      }
      carryOutSoon(order, lock);
      return undefined;
    },
  };
}

/** An outgoing process is no longer among the children that the lock names. */
function isSupervised({ children, pid }: LockFile): boolean {
  return process.ppid === pid || children.some((child) => child.pid === process.pid);
}
