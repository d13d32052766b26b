/**
 * Bounds are given for a machine that does nothing else. A crowded one may be so many times slower, and no test fails on a
 * time: a bound only ends what would wait for ever.
 */
const patience = 4;

/** Asks every `everyMs` until the answer is neither undefined nor false; throws with `what` after four times `timeoutMs`. */
export async function waitUntil<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 15_000,
  everyMs = 20,
): Promise<T> {
  const startedMs = performance.now();
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    const waitedMs = Math.round(performance.now() - startedMs);
    if (waitedMs > timeoutMs * patience) throw new Error(`Waited ${waitedMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
