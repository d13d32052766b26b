export type SeededRandom = {
  /** From 0, below 1. */
  readonly next: () => number;
  /** A whole number of the range, both ends included. */
  readonly whole: (from: number, to: number) => number;
  readonly oneOf: <T>(values: readonly [T, ...T[]]) => T;
};

/** The same numbers for the same seed (mulberry32), so that a failed trial can be had again. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return { next, whole, oneOf: (values) => values[whole(0, values.length - 1)] ?? values[0] };
}
