/** Time is handed in: production passes `systemClock`, tests one they move themselves. */
export type Clock = {
  /** Milliseconds since the epoch; may jump. For records and expiry. */
  readonly nowMs: () => number;
  /** Monotonic milliseconds with a fraction. For durations. */
  readonly monotonicMs: () => number;
  /**
   * Milliseconds on a clock that all processes of this machine share and that does not jump when the time is set.
   * Counts from an arbitrary moment. For rate limits and health.
   */
  readonly machineMs: () => number;
};

export const systemClock: Clock = {
  nowMs: Date.now,
  monotonicMs: () => performance.now(),
  // Of one process. Workers pass the machine's, see `ledger/machine-clock.ts`.
  machineMs: () => performance.timeOrigin + performance.now(),
};
