import { clientClosed, type GatewayError } from "#core/errors";
import type { Settings } from "#core/snapshot";
import type { Ticker } from "#lib/ticker";
import { createWaitingLine, type Leave, overloaded } from "./waiting-line";

/** Bounds how many requests a worker runs at once; a few more wait in line for a moment, the rest is refused. */
export type AdmissionGate = {
  /** A place if one is free and the line is empty. Synchronous, so that a gate with room costs nothing. */
  readonly tryEnter: () => Leave | undefined;
  /**
   * A place, at the latest after `queueMs`. Rejects with `overloaded` when the line is full, none came free in time or
   * waiting is known to end late, `client_closed` when the client left the line. The client's signal is asked for where
   * its request waits: most refusals need none, and to make one costs a microsecond.
   */
  readonly enter: (client: { readonly signal: AbortSignal }) => Promise<Leave>;
  readonly running: () => number;
  readonly queued: () => number;
};

/** Made once, for refusals come by the thousand: their stack is never looked at. */
const lineIsFull = overloaded("too many requests are running and waiting");
const workerIsBusy = overloaded("too many requests are running, and the worker is busy");

/** @param onShed Hears of each request that is refused with `overloaded`, and for how long it waited, milliseconds. */
export function createAdmissionGate(
  settings: () => Pick<Settings, "maxRunning" | "maxQueued" | "queueMs">,
  ticker: Ticker,
  onShed: (waitedMs: number) => void = () => undefined,
): AdmissionGate {
  const line = createWaitingLine({ ticker, queueMs: () => settings().queueMs, onShed });
  let running = 0;

  const takePlace = (): Leave | undefined => {
    if (running >= settings().maxRunning) return undefined;
    running++;
    let isHere = true;
    return () => {
      if (!isHere) return;
      isHere = false;
      running--;
      if (line.size() > 0) line.callNext(takePlace);
    };
  };
  const tryEnter = (): Leave | undefined => (line.size() > 0 ? undefined : takePlace());
  const shed = (error: GatewayError): Promise<never> => {
    onShed(0);
    return Promise.reject(error);
  };

  return {
    tryEnter,
    enter: (client) => {
      const leave = tryEnter();
      if (leave !== undefined) return Promise.resolve(leave);
      const { maxQueued, queueMs } = settings();
      const nowMs = ticker.nowMs();
      line.refuseOverdue(nowMs);
      if (line.size() >= maxQueued || queueMs <= 0) return shed(lineIsFull);
      if (line.isSlow(nowMs)) return shed(workerIsBusy);
      const { signal } = client;
      return signal.aborted ? Promise.reject(clientClosed()) : line.join(signal, queueMs);
    },
    running: () => running,
    queued: line.size,
  };
}
