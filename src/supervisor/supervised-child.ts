import { type StartTimer, startHoldingTimer } from "#lib/timer";
import type { Log } from "#telemetry/log";
import { createBackoff } from "./backoff";
import { type Child, describeExit } from "./child";

/** A role in the process group, such as `worker-0`: one child at a time, replaced when it dies. */
export type SupervisedChild = {
  readonly name: string;
  /** The one that runs, or ran last; undefined while the first could not be started. */
  readonly current: () => Child | undefined;
  /** The readiness of the first child; a replacement's is only logged. */
  readonly firstReady: Promise<void>;
  /** Asks the child to finish and waits; kills it 2 s after the timeout. No replacement follows. */
  readonly stop: (timeoutMs: number, replaced?: boolean) => Promise<void>;
  /** Kills the child at once. No replacement follows. */
  readonly kill: () => Promise<void>;
};

type Parts = {
  readonly name: string;
  /** Throws where no process can be started: the first time that is the caller's, later it is tried again. */
  readonly spawn: () => Child;
  /** Called after every end, before a replacement starts: the place to recover what the child left. What it throws is logged. */
  readonly onExit: (child: Child) => void;
  /** What to do when the first child never becomes ready: start another, or nothing, as the caller awaits `firstReady`. */
  readonly firstFailure: "give-up" | "retry";
  readonly log: Log;
  readonly startTimer?: StartTimer;
};

const graceMs = 2000;

/** Starts a child and replaces it, with back-off, as often as it ends without being asked to. */
export function superviseChild(parts: Parts): SupervisedChild {
  const { name, log, firstFailure, startTimer = startHoldingTimer } = parts;
  const replacement = createReplacement(parts, startTimer);
  let child = firstFailure === "retry" ? replacement.attempt() : parts.spawn();
  const firstReady = child?.ready ?? Promise.resolve();
  let wasReady = firstFailure === "retry";
  firstReady.then(
    () => {
      wasReady = true;
    },
    () => undefined,
  );

  const run = async (): Promise<void> => {
    for (;;) {
      if (child !== undefined) {
        const startedAt = performance.now();
        const exit = await child.exited;
        recover(parts, child);
        if (!wasReady) return;
        const delayMs = replacement.delayMs(performance.now() - startedAt);
        if (replacement.isOver()) return;
        log.error({ child: name, pid: child.pid, delayMs }, `${name} ended with ${describeExit(exit)}, replacing it`);
        await replacement.pause(delayMs);
      }
      const next = await replacement.next();
      if (next === undefined) return;
      child = next;
      logReady(parts, next);
    }
  };

  const ended = run();
  const end = (): Promise<void> => {
    replacement.end();
    return ended;
  };
  return {
    name,
    current: () => child,
    firstReady,
    stop: async (timeoutMs, replaced = false) => {
      const stopKiller = startTimer(() => {
        log.warn({ child: name, timeoutMs }, `${name} did not finish in time, killing it`);
        child?.kill();
      }, timeoutMs + graceMs);
      const ending = end();
      child?.send({ type: "drain", timeoutMs, replaced });
      await ending;
      stopKiller();
    },
    kill: () => {
      const ending = end();
      child?.kill();
      return ending;
    },
  };
}

/** The next child of a role, once one can be started; none after `end`. */
function createReplacement({ name, log, spawn }: Parts, startTimer: StartTimer) {
  const backoff = createBackoff();
  let isOver = false;
  let wake = (): void => undefined;
  const attempt = (): Child | undefined => {
    try {
      return spawn();
    } catch (err) {
      log.error({ err, child: name }, `Cannot start ${name}, trying again`);
      return undefined;
    }
  };
  const pause = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      const stop = startTimer(resolve, delayMs);
      wake = () => {
        stop();
        resolve();
      };
      if (isOver) wake();
    });
  return {
    attempt,
    pause,
    delayMs: backoff.next,
    isOver: () => isOver,
    end: () => {
      isOver = true;
      wake();
    },
    next: async (): Promise<Child | undefined> => {
      while (!isOver) {
        const child = attempt();
        if (child !== undefined) return child;
        await pause(backoff.next(0));
      }
      return undefined;
    },
  };
}

function recover({ name, log, onExit }: Parts, ended: Child): void {
  try {
    onExit(ended);
  } catch (err) {
    log.error({ err, child: name }, `Cannot clear up what ${name} left`);
  }
}

function logReady({ name, log }: Parts, { pid, ready }: Child): void {
  ready.then(
    () => log.info({ child: name, pid }, `${name} is back`),
    (error: Error) => log.error({ child: name, pid }, error.message),
  );
}
