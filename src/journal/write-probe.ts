import { fdatasync } from "node:fs";
import type { StartTimer } from "#lib/timer";
import type { Durability } from "./journal";
import type { SegmentPool } from "./segment-pool";
import { type Write, writeFully } from "./write-fully";

const zeros = Buffer.alloc(64);
const probeDelaysMs = { first: 50, last: 1000 };

/** Finds out when a journal whose last write failed can be written again. */
export type WriteProbe = {
  /** True from a failed write on, until a later one or a probe succeeds. */
  readonly isBroken: () => boolean;
  readonly failed: () => void;
  readonly succeeded: () => void;
  readonly stop: () => void;
};

/** Writes a few zeros where the next record goes: there are some there anyway, and readers take them for the end. */
export function createWriteProbe(parts: {
  readonly pool: Pick<SegmentPool, "current">;
  readonly durability: Durability;
  readonly write: Write;
  readonly startTimer: StartTimer;
}): WriteProbe {
  let broken = false;
  let stopTimer: (() => void) | undefined;
  let delayMs = probeDelaysMs.first;
  let stopped = false;

  const succeeded = () => {
    broken = false;
    stopTimer?.();
    stopTimer = undefined;
    delayMs = probeDelaysMs.first;
  };
  const wait = () => {
    if (stopped) return;
    stopTimer = parts.startTimer(probe, delayMs);
    delayMs = Math.min(delayMs * 2, probeDelaysMs.last);
  };
  const probe = () => {
    const segment = parts.pool.current();
    if (segment === undefined) return wait();
    try {
      if (segment.offset + zeros.length <= segment.bytes) writeFully(parts.write, segment.fd, zeros, segment.offset);
    } catch {
      return wait();
    }
    if (parts.durability === "process") return succeeded();
    fdatasync(segment.fd, (error) => (error ? wait() : succeeded()));
  };
  return {
    isBroken: () => broken,
    failed: () => {
      broken = true;
      if (stopTimer === undefined) wait();
    },
    succeeded,
    stop: () => {
      stopped = true;
      stopTimer?.();
    },
  };
}
