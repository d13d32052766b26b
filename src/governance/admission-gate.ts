import { GatewayError } from "#core/errors";
import type { Settings } from "#core/snapshot";

/** Gives the place back; called twice it does nothing more. */
export type Leave = () => void;

/** Bounds how many requests a worker runs at once; a few more wait in line for a moment, the rest is refused. */
export type AdmissionGate = {
  /** A place if there is one and nobody waits for it. Synchronous, so that a gate with room costs nothing. */
  readonly tryEnter: () => Leave | undefined;
  /**
   * A place, at the latest after `queueMs`. Rejects with `overloaded` when the line is full or none came free in time,
   * `client_closed` when the client left the line.
   */
  readonly enter: (signal: AbortSignal) => Promise<Leave>;
  readonly running: () => number;
  readonly queued: () => number;
};

type Waiter = { readonly admit: (leave: Leave) => void; readonly refuse: (error: GatewayError) => void };

export function createAdmissionGate(
  settings: () => Pick<Settings, "maxRunning" | "maxQueued" | "queueMs">,
): AdmissionGate {
  /** First in, first out: a Set keeps the order and lets a waiter leave from the middle. */
  const line = new Set<Waiter>();
  let running = 0;

  const takePlace = (): Leave => {
    running++;
    let isHere = true;
    return () => {
      if (!isHere) return;
      isHere = false;
      running--;
      callNext();
    };
  };

  const callNext = (): void => {
    const { maxRunning } = settings();
    for (const waiter of line) {
      if (running >= maxRunning) return;
      line.delete(waiter);
      waiter.admit(takePlace());
    }
  };

  const tryEnter = (): Leave | undefined =>
    line.size > 0 || running >= settings().maxRunning ? undefined : takePlace();

  const wait = (signal: AbortSignal, queueMs: number): Promise<Leave> =>
    new Promise((resolve, reject) => {
      const forget = () => {
        line.delete(waiter);
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
      };
      const waiter: Waiter = {
        admit: (leave) => {
          forget();
          resolve(leave);
        },
        refuse: (error) => {
          forget();
          reject(error);
        },
      };
      const onAbort = () => waiter.refuse(leftTheLine());
      const timer = setTimeout(() => waiter.refuse(overloaded(`no place came free in ${queueMs} ms`)), queueMs);
      signal.addEventListener("abort", onAbort, { once: true });
      line.add(waiter);
    });

  return {
    tryEnter,
    enter: async (signal) => {
      const leave = tryEnter();
      if (leave !== undefined) return leave;
      if (signal.aborted) throw leftTheLine();
      const { maxQueued, queueMs } = settings();
      if (line.size >= maxQueued || queueMs <= 0) throw overloaded("too many requests are running and waiting");
      return wait(signal, queueMs);
    },
    running: () => running,
    queued: () => line.size,
  };
}

function overloaded(why: string): GatewayError {
  return new GatewayError("overloaded", `Cannot take the request: ${why}`, { retryAfterS: 1 });
}

function leftTheLine(): GatewayError {
  return new GatewayError("client_closed", "The client closed the connection before the answer was complete");
}
