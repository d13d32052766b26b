import type { Log } from "./log";

/** What nothing handled: an exception of a timer, a watcher, a socket's event, a promise that is not awaited. */
export type UnhandledErrors = {
  readonly note: (error: unknown) => void;
  /** Since the process started. */
  readonly count: () => number;
};

const everyMs = 60_000;
/** Different errors that are told apart within a minute; what comes beyond them is counted alone. */
const mostKinds = 50;

/** Logs an error of each kind once a minute, with how many like it came since, and counts all. Never throws. */
export function createUnhandledErrors(log: Log, nowMs: () => number = () => performance.now()): UnhandledErrors {
  const kinds = new Map<string, { readonly atMs: number; repeated: number }>();
  let count = 0;
  return {
    count: () => count,
    note: (error) => {
      count += 1;
      const kind = kindOf(error);
      const before = kinds.get(kind);
      if (before !== undefined && nowMs() - before.atMs < everyMs) {
        before.repeated += 1;
        return;
      }
      for (const [name, { atMs }] of kinds) if (nowMs() - atMs >= everyMs) kinds.delete(name);
      if (kinds.size >= mostKinds) return;
      kinds.set(kind, { atMs: nowMs(), repeated: 0 });
      try {
        log.error(
          { err: error, repeated: before?.repeated ?? 0 },
          "An error that nothing handled; the process goes on",
        );
      } catch {
        // Nobody is left to tell: a full disk takes no log either.
      }
    },
  };
}

/**
 * Lets this process outlive errors that nothing handled from now on: what runs in it is worth more than the task that
 * failed, and each task sees to it that it runs again. Without both listeners Bun ends the process.
 */
export function outliveErrors(errors: UnhandledErrors): void {
  process.on("uncaughtException", errors.note);
  process.on("unhandledRejection", errors.note);
}

function kindOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : String(error).slice(0, 200);
}
