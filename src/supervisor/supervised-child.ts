import type { Log } from "#telemetry/log";
import { createBackoff } from "./backoff";
import { type Child, describeExit } from "./child";

/** A role in the process group, such as `worker-0`: one child at a time, replaced when it dies. */
export type SupervisedChild = {
  readonly name: string;
  readonly current: () => Child;
  /** The readiness of the first child; a replacement's is only logged. */
  readonly firstReady: Promise<void>;
  /** Asks the child to finish and waits; kills it 2 s after the timeout. No replacement follows. */
  readonly stop: (timeoutMs: number, replaced?: boolean) => Promise<void>;
  /** Kills the child at once. No replacement follows. */
  readonly kill: () => Promise<void>;
};

type Parts = {
  readonly name: string;
  readonly spawn: () => Child;
  /** Called after every end, before a replacement starts: the place to recover what the child left. */
  readonly onExit: (child: Child) => void;
  /** What to do when the first child never becomes ready: start another, or nothing, as the caller awaits `firstReady`. */
  readonly firstFailure: "give-up" | "retry";
  readonly log: Log;
};

const graceMs = 2000;

/** Starts a child and replaces it, with back-off, as often as it ends without being asked to. */
export function superviseChild(parts: Parts): SupervisedChild {
  const { name, log } = parts;
  const backoff = createBackoff();
  let stopping = false;
  let wake: () => void = () => undefined;
  let child = parts.spawn();
  let wasReady = parts.firstFailure === "retry";
  const noteReady = (): void => {
    wasReady = true;
  };
  child.ready.then(noteReady, () => undefined);

  const run = async (): Promise<void> => {
    for (;;) {
      const startedAt = performance.now();
      const exit = await child.exited;
      parts.onExit(child);
      if (stopping || !wasReady) return;
      const delayMs = backoff.next(performance.now() - startedAt);
      log.error({ child: name, pid: child.pid, delayMs }, `${name} ended with ${describeExit(exit)}, replacing it`);
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, delayMs);
      });
      if (stopping) return;
      child = parts.spawn();
      const { pid, ready } = child;
      ready.then(
        () => log.info({ child: name, pid }, `${name} is back`),
        (error: Error) => log.error({ child: name, pid }, error.message),
      );
    }
  };

  const ended = run();
  const end = (): Promise<void> => {
    stopping = true;
    wake();
    return ended;
  };
  return {
    name,
    current: () => child,
    firstReady: child.ready,
    stop: async (timeoutMs, replaced = false) => {
      const killer = setTimeout(() => {
        log.warn({ child: name, timeoutMs }, `${name} did not finish in time, killing it`);
        child.kill();
      }, timeoutMs + graceMs);
      const ending = end();
      child.send({ type: "drain", timeoutMs, replaced });
      await ending;
      clearTimeout(killer);
    },
    kill: () => {
      const ending = end();
      child.kill();
      return ending;
    },
  };
}
