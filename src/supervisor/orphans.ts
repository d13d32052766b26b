import type { Log } from "#telemetry/log";
import type { ChildRegistry } from "./child-registry";
import type { LedgerRecovery, WorkerName } from "./ledger-recovery";
import type { ChildIdentity } from "./lock-file";
import { isAlive, waitsOf } from "./process-identity";

const pollMs = 100;
const controlGraceMs = 3000;
/** A look that comes so much later than the one before says that this process itself had no time. */
const onTimeMs = 500;

/** Children that outlive a killed supervisor: they see that the channel is closed, finish what runs and end by themselves. */
export function livingOrphans(children: readonly ChildIdentity[]): readonly ChildIdentity[] {
  return children.filter(isAlive);
}

/** Waits until the control process of a killed supervisor has ended, because there may be only one; kills it after 3 s. */
export async function awaitControlOrphans(orphans: readonly ChildIdentity[], log: Log): Promise<void> {
  const controls = orphans.filter((orphan) => orphan.index === undefined);
  await Promise.all(controls.map((orphan) => awaitEnd(orphan, { timeoutMs: controlGraceMs, hangTimeoutMs: 0 }, log)));
}

type Parts = {
  readonly recovery: Pick<LedgerRecovery, "recoverWorker">;
  readonly registry: Pick<ChildRegistry, "remove">;
  readonly drainTimeoutMs: number;
  readonly hangTimeoutMs: number;
  readonly log: Log;
};

/** Lets a worker of a killed supervisor finish its requests, unless it hangs, then recovers what it left. */
export async function recoverAtEnd(orphan: ChildIdentity & WorkerName, parts: Parts): Promise<void> {
  const { drainTimeoutMs, hangTimeoutMs, log } = parts;
  await awaitEnd(orphan, { timeoutMs: drainTimeoutMs + controlGraceMs, hangTimeoutMs }, log);
  parts.recovery.recoverWorker(orphan);
  parts.registry.remove(orphan.pid);
}

/**
 * Waits until the workers of a killed supervisor have ended, where the ledger has to be made anew: what they finish they
 * settle in the file that is gone, so it must stand in the log before that is summed up. Nor does the new ledger name them
 * as writers, whose journal segments are to be kept.
 */
export async function awaitWorkerOrphans(ends: readonly Promise<void>[], log: Log): Promise<void> {
  if (ends.length === 0) return;
  log.warn({ workers: ends.length }, "the ledger is made anew once the workers of the killed supervisor have ended");
  await Promise.all(ends);
}

type Patience = { readonly timeoutMs: number; readonly hangTimeoutMs: number };

/** Resolves when the process is gone; kills it at the deadline, and where it hangs before. */
async function awaitEnd(orphan: ChildIdentity, patience: Patience, log: Log): Promise<void> {
  const deadline = performance.now() + patience.timeoutMs;
  const hangs = watchWaits(orphan.pid, patience.hangTimeoutMs);
  let isKilled = false;
  while (isAlive(orphan)) {
    const why = hangs() ? "hangs" : performance.now() > deadline ? "did not end in time" : undefined;
    if (!isKilled && why !== undefined) {
      log.warn({ pid: orphan.pid, ...patience }, `a process of a killed supervisor ${why}, killing it`);
      kill(orphan.pid);
      isKilled = true;
    }
    await Bun.sleep(pollMs);
  }
}

/**
 * Tells whether an event loop has not turned for so long, of a process that nobody has a channel to any more: one that turns
 * waits between two turns, for a timer or its next bytes; one that is stopped, or in an endless loop, does not. Never, where
 * the time is 0 or nothing tells. What passes while this process itself has no time does not count.
 */
function watchWaits(pid: number, hangTimeoutMs: number): () => boolean {
  let waits = waitsOf(pid);
  let sinceMs = performance.now();
  let lookedAtMs = sinceMs;
  return () => {
    const [nowMs, before] = [performance.now(), waits];
    waits = waitsOf(pid);
    if (waits !== before || nowMs - lookedAtMs > pollMs + onTimeMs) sinceMs = nowMs;
    lookedAtMs = nowMs;
    return hangTimeoutMs > 0 && waits !== undefined && nowMs - sinceMs >= hangTimeoutMs;
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended in between.
  }
}
