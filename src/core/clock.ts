/** Time is handed in: production passes `systemClock`, tests one they move themselves. */
export type Clock = {
  /** Milliseconds since the epoch; may jump. For records and expiry. */
  readonly nowMs: () => number;
  /** Monotonic milliseconds with a fraction. For durations. */
  readonly monotonicMs: () => number;
};

export const systemClock: Clock = { nowMs: Date.now, monotonicMs: () => performance.now() };
