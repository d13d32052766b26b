import { GatewayError } from "#core/errors";
import type { Ticker } from "#lib/ticker";

/** Gives the work's outcome, or rejects with `client_timeout` when it takes longer than `withinMs`, at most a tick late. */
export function unlessStalled<T>(ticker: Ticker, withinMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const watched = {
      tick: (nowMs: number) => {
        if (nowMs < untilMs) return;
        ticker.remove(watched);
        reject(tooSlow());
      },
    };
    const untilMs = ticker.add(watched) + withinMs;
    work.then(
      (value) => {
        ticker.remove(watched);
        resolve(value);
      },
      (cause) => {
        ticker.remove(watched);
        reject(cause);
      },
    );
  });
}

export function tooSlow(): GatewayError {
  return new GatewayError("client_timeout", "The request body came too slowly");
}
