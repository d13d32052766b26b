export type Acknowledgements = {
  /** Resolves with true when no worker is behind the sequence any more, with false after the time-out. */
  readonly ofAll: (sequence: number) => Promise<boolean>;
  /** To be called when a worker acknowledged something or went away. */
  readonly check: () => void;
  readonly giveUp: () => void;
};

type Waiter = { readonly sequence: number; readonly settle: (all: boolean) => void };

/** @param anyBehind Whether a worker has yet to acknowledge a sequence. */
export function createAcknowledgements(
  anyBehind: (sequence: number) => boolean,
  options: { readonly timeoutMs: number; readonly onLate: (sequence: number) => void },
): Acknowledgements {
  const waiters = new Set<Waiter>();
  const check = () => {
    for (const waiter of waiters) if (!anyBehind(waiter.sequence)) waiter.settle(true);
  };
  return {
    ofAll: (sequence) => {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const timer = setTimeout(() => {
        options.onLate(sequence);
        waiter.settle(false);
      }, options.timeoutMs);
      const waiter: Waiter = {
        sequence,
        settle: (all) => {
          clearTimeout(timer);
          waiters.delete(waiter);
          resolve(all);
        },
      };
      waiters.add(waiter);
      check();
      return promise;
    },
    check,
    giveUp: () => {
      for (const waiter of waiters) waiter.settle(false);
    },
  };
}
