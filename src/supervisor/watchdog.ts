import { type StartTimer, startTimer as startOnce } from "#lib/timer";
import type { Log } from "#telemetry/log";
import type { SupervisedChild } from "./supervised-child";

const tickMs = 1000;
/** A tick that comes later says that this process itself had no time, as after a suspension of the machine. */
const onTimeMs = 500;
/** The control process does in one go what takes a worker many: it compiles the keys of a whole configuration. */
const controlPatience = 3;

export type WatchdogParts = {
  /** All that run, those that drain too. */
  readonly children: () => readonly SupervisedChild[];
  /** How long a process may say nothing; 0: for ever. */
  readonly hangTimeoutMs: number;
  readonly log: Log;
  readonly nowMs?: () => number;
  readonly startTimer?: StartTimer;
};

/**
 * Kills processes that hang: every child says each second that its event loop turns, and one that has not for
 * `hangTimeoutMs` (control: three times that) has a successor at once. Only while this process itself is on time, for where
 * it is not the whole machine stands still, and one at a time: the next after the one before has had time to be replaced.
 */
export function startWatchdog(parts: WatchdogParts): { readonly close: () => void } {
  const { children, hangTimeoutMs, log, nowMs = () => performance.now(), startTimer = startOnce } = parts;
  let dueMs = nowMs() + tickMs;
  let ticksOnTime = 0;
  /** What was said before does not count: there was no listener for more. */
  let listeningSinceMs = nowMs();
  let killedAtMs = Number.NEGATIVE_INFINITY;

  const silentFor = (beatAtMs: number): number => nowMs() - Math.max(beatAtMs, listeningSinceMs);
  const look = (): void => {
    for (const { name, current } of children()) {
      const child = current();
      if (child?.beatAtMs === undefined) continue;
      const silentMs = silentFor(child.beatAtMs);
      if (silentMs < hangTimeoutMs * (name === "control" ? controlPatience : 1)) continue;
      killedAtMs = nowMs();
      log.error({ child: name, pid: child.pid, silentMs: Math.round(silentMs) }, `${name} hangs, killing it`);
      child.kill();
      return;
    }
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
