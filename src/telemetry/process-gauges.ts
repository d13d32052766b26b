export type ProcessGauges = {
  readonly read: () => {
    /** Unix time. */
    readonly startedAtS: number;
    readonly residentBytes: number;
    /** How late the event loop last ran a timer. */
    readonly loopLagS: number;
  };
  readonly close: () => void;
};

const everyMs = 1000;

/** Watches the process that it runs in: one timer a second, which does not keep the process alive. */
export function watchProcess(onTick: () => void = () => undefined): ProcessGauges {
  let dueMs = performance.now() + everyMs;
  let lagMs = 0;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    lagMs = Math.max(0, nowMs - dueMs);
    dueMs = nowMs + everyMs;
    onTick();
  }, everyMs);
  timer.unref();
  return {
    read: () => ({
      startedAtS: performance.timeOrigin / 1000,
      residentBytes: process.memoryUsage.rss(),
      loopLagS: lagMs / 1000,
    }),
    close: () => clearInterval(timer),
  };
}
