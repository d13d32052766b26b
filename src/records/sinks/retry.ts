import { messageOf } from "#lib/message-of";

/** Resolves after the time, or as soon as the signal aborts. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** Repeats what fails until it succeeds, for ever; undefined when the signal aborted first. */
export type Retry = <T>(about: object, failure: string, work: () => Promise<T>) => Promise<T | undefined>;

const firstDelayMs = 250;
const lastDelayMs = 60_000;

/** Waits twice as long after each failure, up to a minute; of each wait a random part of one half is left out. */
export function createRetry(parts: {
  readonly sleep: Sleep;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onFailure: (fields: object, message: string) => void;
}): Retry {
  const { sleep, random, signal, onFailure } = parts;
  return async (about, failure, work) => {
    for (let delayMs = firstDelayMs; !signal.aborted; delayMs = Math.min(2 * delayMs, lastDelayMs)) {
      try {
        return await work();
      } catch (error) {
        if (signal.aborted) return undefined;
        onFailure({ ...about, error: messageOf(error) }, failure);
      }
      await sleep(delayMs * (1 - random() / 2), signal);
    }
    return undefined;
  };
}
