import { startTimer } from "#lib/timer";

/** So many at a time; who comes later waits in line. */
export type Places = {
  /** Gives what leaves the place again; undefined where none became free in time. */
  readonly take: (forMs: number) => Promise<(() => void) | undefined>;
};

export function createPlaces(most: number): Places {
  let taken = 0;
  const line = new Set<() => void>();

  const leave = () => {
    const [next] = line;
    if (next === undefined) taken -= 1;
    else next();
  };

  return {
    take: async (forMs) => {
      if (taken < most) {
        taken += 1;
        return once(leave);
      }
      const turn = Promise.withResolvers<boolean>();
      const next = () => {
        line.delete(next);
        turn.resolve(true);
      };
      line.add(next);
      const stopTimer = startTimer(
        () => {
          line.delete(next);
          turn.resolve(false);
        },
        Math.max(1, forMs),
      );
      const hasCome = await turn.promise;
      stopTimer();
      return hasCome ? once(leave) : undefined;
    },
  };
}

function once(leave: () => void): () => void {
  let isOver = false;
  return () => {
    if (!isOver) leave();
    isOver = true;
  };
}
