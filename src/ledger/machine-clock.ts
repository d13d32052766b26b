import { readFileSync } from "node:fs";

type Sources = {
  /** See `readUptimeMs`. */
  readonly readUptime: () => number;
  /** Of this process, with a fraction; does not run while the machine sleeps. */
  readonly monotonicMs: () => number;
};

const systemSources: Sources = { readUptime: readUptimeMs, monotonicMs: () => performance.now() };

/** How often it is looked whether the machine has slept. */
const recheckMs = 60_000;
/** The kernel reports hundredths of a second. */
const tickMs = 10;
const goodEnoughMs = 0.1;
/** Only a crowded machine makes it this long. */
const patienceMs = 300;

/**
 * Milliseconds with a fraction on a clock that all processes of this machine share: the time since it was started, sleep
 * included, to well below a millisecond. Takes some ten milliseconds to make, a call is as cheap as `performance.now()`.
 *
 * Bun's own monotonic clocks count from the start of the process. `clock_gettime` by foreign function call would need
 * another library name for every libc, and executable memory; `/proc/uptime` is the same clock (CLOCK_BOOTTIME) cut to
 * hundredths, so looking at it while it ticks is as good. Where it is missing, the wall clock as it stood when the
 * process started has to do.
 */
export function createMachineClock({ readUptime, monotonicMs }: Sources = systemSources): () => number {
  if (Number.isNaN(readUptime())) return () => performance.timeOrigin + monotonicMs();
  let offset = bestOffset({ readUptime, monotonicMs });
  let checkedAtMs = monotonicMs();
  return () => {
    const now = monotonicMs();
    if (now - checkedAtMs > recheckMs) {
      checkedAtMs = now;
      // A machine that slept has moved on; the clock never goes back, and small differences are only rounding.
      const uptime = readUptime();
      if (uptime - (now + offset) > tickMs) offset = uptime - now;
    }
    return now + offset;
  };
}

/** Milliseconds since the machine was started, in steps of ten; NaN where the system does not report it. */
export function readUptimeMs(): number {
  if (process.platform !== "linux") return Number.NaN;
  try {
    return Math.round(Number.parseFloat(readFileSync("/proc/uptime", "latin1")) * 1000);
  } catch {
    return Number.NaN;
  }
}

/**
 * What is to be added to the process's own clock. Every reading bounds it from both sides, however late this process was
 * woken after it; one just before and one just after a tick bound it closely.
 */
function bestOffset({ readUptime, monotonicMs }: Sources): number {
  const started = monotonicMs();
  let least = Number.NEGATIVE_INFINITY;
  let most = Number.POSITIVE_INFINITY;
  for (let after = started; most - least > goodEnoughMs && after - started < patienceMs; ) {
    const before = monotonicMs();
    const uptime = readUptime();
    after = monotonicMs();
    least = Math.max(least, uptime - after);
    most = Math.min(most, uptime + tickMs - before);
  }
  // Crossed bounds: the clock ticks more coarsely than Linux's own.
  return most < least ? least : (least + most) / 2;
}
