import type { Child } from "./child";
import type { SupervisedChild } from "./supervised-child";

/** The control process does in one go what takes a worker many: it compiles the keys of a whole configuration. */
const controlPatience = 3;
/** And while it works on such a thing, which its processor time tells from a stop, so much. */
const busyPatience = 30;
/** The share of the time of its silence in which a process that is busy has the processor, also on a crowded machine. */
const busyShare = 0.1;
/** Code is loaded in one go, and databases are brought up to date, before a process is ready. */
const startPatience = 6;
/** What waits for others as it starts (control for the journal to be taken in, workers for control) may do so this much longer. */
const waitPatience = 3;
/** The patience with a start that was ended for want of it doubles so often: it must come to its end, and must not be tried in a loop. */
const mostDoublings = 4;

export type Hanging = {
  readonly name: string;
  readonly child: Child;
  readonly why: "it says nothing" | "it does not become ready";
  readonly forMs: number;
};

type Now = {
  readonly nowMs: number;
  /** What was said or done before counts as of then. */
  readonly listeningSinceMs: number;
};

/**
 * Tells which process hangs. Every child says each second that its event loop turns; one that has not for `hangTimeoutMs` does
 * (control: three times that, and thirty times while it takes processor time). One that starts has six times as long, and however it speaks it must become ready
 * within three times that: a worker from when control is, which it waits for. One that is killed before it is ready leaves twice as
 * much to its successor.
 */
export function createHangJudge(hangTimeoutMs: number, processorMs: (pid: number) => number | undefined) {
  /** The children of a name that were found before they were ready, since one was. */
  const failedStarts = new Map<string, number>();

  /** What the control process had taken when it was first found to be silent. */
  let silence: { readonly pid: number; readonly atMs: number; readonly tookMs: number | undefined } | undefined;

  /** Of a control process that is silent: whether it works. */
  const isBusy = ({ pid }: Child, nowMs: number): boolean => {
    const tookMs = processorMs(pid);
    if (silence?.pid !== pid) silence = { pid, atMs: nowMs, tookMs };
    if (tookMs === undefined || silence.tookMs === undefined) return false;
    return tookMs - silence.tookMs > (nowMs - silence.atMs) * busyShare;
  };
  const patienceWith = (name: string, child: Child, silentMs: number, nowMs: number): number => {
    if (name !== "control") return hangTimeoutMs;
    if (silentMs < hangTimeoutMs) silence = undefined;
    else if (isBusy(child, nowMs)) return hangTimeoutMs * busyPatience;
    return hangTimeoutMs * controlPatience;
  };

  const judge = ({ name }: SupervisedChild, child: Child, now: Now, waitsSinceMs: number): Hanging | undefined => {
    const isStarting = child.readyAtMs === undefined;
    if (!isStarting) failedStarts.delete(name);
    // Programs before version 0.1.0 say nothing once they are ready.
    if (!isStarting && child.beatAtMs === undefined) return undefined;
    const doubled = 2 ** Math.min(failedStarts.get(name) ?? 0, mostDoublings);
    const startMs = hangTimeoutMs * startPatience * doubled;
    const silentMs = now.nowMs - Math.max(child.beatAtMs ?? child.startedAtMs, now.listeningSinceMs);
    if (silentMs >= (isStarting ? startMs : patienceWith(name, child, silentMs, now.nowMs)))
      return { name, child, why: "it says nothing", forMs: silentMs };
    const startingMs = now.nowMs - Math.max(child.startedAtMs, waitsSinceMs, now.listeningSinceMs);
    if (!isStarting || startingMs < startMs * waitPatience) return undefined;
    return { name, child, why: "it does not become ready", forMs: startingMs };
  };

  return {
    /** The first that hangs. It is taken to be killed now. */
    find: (children: readonly SupervisedChild[], now: Now): Hanging | undefined => {
      const controlReadyMs = children.find(({ name }) => name === "control")?.current()?.readyAtMs ?? now.nowMs;
      for (const supervised of children) {
        const child = supervised.current();
        if (child === undefined) continue;
        const waitsSinceMs = supervised.name === "control" ? child.startedAtMs : controlReadyMs;
        const hanging = judge(supervised, child, now, waitsSinceMs);
        if (hanging === undefined) continue;
        if (child.readyAtMs === undefined)
          failedStarts.set(supervised.name, (failedStarts.get(supervised.name) ?? 0) + 1);
        return hanging;
      }
      return undefined;
    },
  };
}
