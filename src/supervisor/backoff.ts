const firstMs = 100;
const mostMs = 10_000;
const healthyAfterMs = 30_000;

/** Doubles the wait before each replacement, from 100 ms to 10 s; starts over after a child that lived for 30 s. */
export function createBackoff(): { readonly next: (aliveMs: number) => number } {
  let delayMs = firstMs;
  return {
    next: (aliveMs) => {
      if (aliveMs >= healthyAfterMs) delayMs = firstMs;
      const delay = delayMs;
      delayMs = Math.min(delayMs * 2, mostMs);
      return delay;
    },
  };
}
