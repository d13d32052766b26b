import type { Environment } from "#config/environment";
import type { Log } from "#telemetry/log";
import { type FromChild, readFromChild, type ToChild } from "./messages";

export type ChildSpec = {
  /** For logs: `control` or `worker-<index>`. */
  readonly name: string;
  readonly command: readonly string[];
  readonly environment: Environment;
  /** Of this program, named in every message to the child. */
  readonly version: string;
  readonly log: Log;
};

export type ChildExit = { readonly code: number | null; readonly signal: string | null; readonly drained: boolean };

export type Child = {
  readonly name: string;
  readonly pid: number;
  /** When it was started, by `performance.now()`, as the next two. */
  readonly startedAtMs: number;
  /** When it said that it is ready. */
  readonly readyAtMs: number | undefined;
  /** When it last said that it is alive; undefined for one that has not, or never says so. */
  readonly beatAtMs: number | undefined;
  /** Resolves with the child's `ready`; rejects with its `fatal` line, or when it ends before either. */
  readonly ready: Promise<void>;
  readonly exited: Promise<ChildExit>;
  /** Resolves with the first message of this type from now on. Never rejects: race it with `exited`. */
  readonly next: <T extends FromChild["type"]>(type: T) => Promise<Extract<FromChild, { type: T }>>;
  /** Calls the listener with every message of this type from now on. */
  readonly on: <T extends FromChild["type"]>(type: T, listener: Listener<T>) => void;
  readonly send: (message: ToChild) => void;
  readonly kill: () => void;
};

type Listener<T extends FromChild["type"]> = (message: Extract<FromChild, { type: T }>) => void;

/** Starts one process of ours, with an IPC channel to it. */
export function spawnChild(spec: ChildSpec): Child {
  const { log, version } = spec;
  const listeners = new Set<(message: FromChild) => void>();
  let drained = false;
  const startedAtMs = performance.now();
  let readyAtMs: number | undefined;
  let beatAtMs: number | undefined;
  const subprocess = Bun.spawn([...spec.command], {
    env: spec.environment,
    stdio: ["ignore", "inherit", "inherit"],
    serialization: "json",
    ipc: (value: unknown) => {
      const heard = readFromChild(value);
      if ("unknown" in heard) {
        log.warn({ child: spec.name, ...heard.unknown }, "left aside a message that this version does not know");
        return;
      }
      const { message } = heard;
      if (message.type === "drained") drained = true;
      if (message.type === "ready") readyAtMs = performance.now();
      if (message.type === "alive") beatAtMs = performance.now();
      for (const listener of [...listeners]) listener(message);
    },
  });
  const exited = subprocess.exited.then(() => {
    const { exitCode, signalCode } = subprocess;
    return { code: exitCode, signal: signalCode === null ? null : String(signalCode), drained };
  });
  return {
    name: spec.name,
    pid: subprocess.pid,
    startedAtMs,
    get readyAtMs() {
      return readyAtMs;
    },
    get beatAtMs() {
      return beatAtMs;
    },
    ready: readiness(spec.name, exited, listeners),
    exited,
    next: (type) =>
      new Promise((resolve) => {
        const listener = (message: FromChild): void => {
          if (!isType(message, type)) return;
          listeners.delete(listener);
          resolve(message);
        };
        listeners.add(listener);
      }),
    on: (type, listener) => {
      listeners.add((message) => {
        if (isType(message, type)) listener(message);
      });
    },
    send: (message) => {
      try {
        subprocess.send({ ...message, version });
      } catch {
        // The channel of a child that is ending takes no message; its end is seen through `exited`.
      }
    },
    kill: () => subprocess.kill("SIGKILL"),
  };
}

export function describeExit(exit: ChildExit): string {
  return exit.signal === null ? `code ${exit.code}` : `signal ${exit.signal}`;
}

function readiness(
  name: string,
  exited: Promise<ChildExit>,
  listeners: Set<(message: FromChild) => void>,
): Promise<void> {
  const ready = new Promise<void>((resolve, reject) => {
    const listener = (message: FromChild): void => {
      if (message.type === "ready") resolve();
      else if (message.type === "fatal") reject(new Error(message.message));
      else return;
      listeners.delete(listener);
    };
    listeners.add(listener);
    void exited.then((exit) =>
      reject(new Error(`Cannot start ${name}: it ended with ${describeExit(exit)} before it was ready`)),
    );
  });
  // Not everyone waits for it: a replacement that fails is seen through `exited`.
  ready.catch(() => undefined);
  return ready;
}

function isType<T extends FromChild["type"]>(message: FromChild, type: T): message is Extract<FromChild, { type: T }> {
  return message.type === type;
}
