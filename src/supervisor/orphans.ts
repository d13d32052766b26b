import type { Log } from "#telemetry/log";
import type { ChildRegistry } from "./child-registry";
import type { LedgerRecovery, WorkerName } from "./ledger-recovery";
import type { ChildIdentity } from "./lock-file";
import { isAlive } from "./process-identity";

const pollMs = 100;
const controlGraceMs = 3000;

/** Children that outlive a killed supervisor: they see that the channel is closed, finish what runs and end by themselves. */
export function livingOrphans(children: readonly ChildIdentity[]): readonly ChildIdentity[] {
  return children.filter(isAlive);
}

/** Waits until the control process of a killed supervisor has ended, because there may be only one; kills it after 3 s. */
export async function awaitControlOrphans(orphans: readonly ChildIdentity[], log: Log): Promise<void> {
  const controls = orphans.filter((orphan) => orphan.index === undefined);
  await Promise.all(controls.map((orphan) => awaitEnd(orphan, controlGraceMs, log)));
}

type Parts = {
  readonly recovery: LedgerRecovery;
  readonly registry: ChildRegistry;
  readonly drainTimeoutMs: number;
  readonly log: Log;
};

/** Lets a worker of a killed supervisor finish its requests, then recovers what it left. */
export async function recoverAtEnd(orphan: ChildIdentity & WorkerName, parts: Parts): Promise<void> {
  await awaitEnd(orphan, parts.drainTimeoutMs + controlGraceMs, parts.log);
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

/** Resolves when the process is gone; kills it at the deadline. */
async function awaitEnd(orphan: ChildIdentity, timeoutMs: number, log: Log): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let isKilled = false;
  while (isAlive(orphan)) {
    if (!isKilled && performance.now() > deadline) {
      log.warn({ pid: orphan.pid, timeoutMs }, "a process of a killed supervisor did not end in time, killing it");
      kill(orphan.pid);
      isKilled = true;
    }
    await Bun.sleep(pollMs);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended in between.
  }
}
