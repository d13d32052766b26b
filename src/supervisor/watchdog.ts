import { type StartTimer, startTimer as startOnce } from "#lib/timer";
import type { Log } from "#telemetry/log";
import { createHangJudge } from "./hang-judge";
import { processorMs } from "./process-identity";
import type { SupervisedChild } from "./supervised-child";

const tickMs = 1000;
/** A tick that comes later says that this process itself had no time, as after a suspension of the machine. */
const onTimeMs = 500;

export type WatchdogParts = {
  /** All that run, those that drain too. */
  readonly children: () => readonly SupervisedChild[];
  /** How long a process may say nothing; 0: for ever. */
  readonly hangTimeoutMs: number;
  readonly log: Log;
  readonly nowMs?: () => number;
  /** Of a process, by its number. */
  readonly processorMs?: (pid: number) => number | undefined;
  readonly startTimer?: StartTimer;
};

/**
 * Kills processes that hang, as `hang-judge.ts` says, so that each has a successor at once. Only while this process itself is
 * on time, for where it is not the whole machine stands still, and one at a time: the next after the one before has had time
 * to be replaced.
 */
export function startWatchdog(parts: WatchdogParts): { readonly close: () => void } {
  const { children, hangTimeoutMs, log, nowMs = () => performance.now(), startTimer = startOnce } = parts;
  const judge = createHangJudge(hangTimeoutMs, parts.processorMs ?? processorMs);
  let dueMs = nowMs() + tickMs;
  let ticksOnTime = 0;
  /** What was said before does not count: there was no listener for more. */
  let listeningSinceMs = nowMs();
  let killedAtMs = Number.NEGATIVE_INFINITY;

  const look = (): void => {
    const hanging = judge.find(children(), { nowMs: nowMs(), listeningSinceMs });
    if (hanging === undefined) return;
    const { child, name, why, forMs } = hanging;
    killedAtMs = nowMs();
    log.error({ child: name, pid: child.pid, why, forMs: Math.round(forMs) }, `${name} hangs, killing it`);
    child.kill();
  };
  const tick = (): void => {
    const isOnTime = nowMs() - dueMs <= onTimeMs;
    ticksOnTime = isOnTime ? ticksOnTime + 1 : 0;
    if (!isOnTime) listeningSinceMs = nowMs();
    dueMs = nowMs() + tickMs;
    stop = startTimer(tick, tickMs);
    if (ticksOnTime >= 2 && nowMs() - killedAtMs >= hangTimeoutMs) look();
  };
  let stop = hangTimeoutMs > 0 ? startTimer(tick, tickMs) : () => undefined;
  return { close: () => stop() };
}
