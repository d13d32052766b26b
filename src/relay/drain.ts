import { clientClosed } from "#core/errors";
import type { Ticker, Watched } from "#lib/ticker";
import { startTimer } from "#lib/timer";
import type { Caller } from "#upstream/upstream";

/** The answers of one worker that are read to their end though their clients left. */
export type Drains = {
  /** Of a request whose client may leave: what then becomes of its provider. */
  readonly watch: (client: Caller, forMs: number) => Drain;
  /** Ends all, those to come at once. Resolves when they are recorded, or after a second. */
  readonly end: () => Promise<void>;
};

/** More would keep connections, places and memory for people who are no longer there. */
const mostAtATime = 64;
const recordingMs = 1000;

export function createDrains(ticker: Ticker): Drains {
  const running = new Set<Drain>();
  let ended: PromiseWithResolvers<void> | undefined;
  const places: Places = {
    take: (drain) => {
      if (ended !== undefined || running.size >= mostAtATime) return false;
      running.add(drain);
      return true;
    },
    give: (drain) => {
      running.delete(drain);
      if (running.size === 0) ended?.resolve();
    },
  };
  return {
    watch: (client, forMs) => new Drain(client, forMs, ticker, places),
    end: async () => {
      ended ??= Promise.withResolvers();
      for (const drain of running) drain.stop();
      if (running.size === 0) return;
      const stopTimer = startTimer(ended.resolve, recordingMs);
      await ended.promise;
      stopTimer();
    },
  };
}

type Places = { readonly take: (drain: Drain) => boolean; readonly give: (drain: Drain) => void };

/**
 * Stands between a client and the call to its provider: when the client leaves, the call goes on for a while where there is
 * room for that, so that the provider can say what it charges. The call's own caller.
 */
export class Drain implements Caller, Watched {
  place = -1;
  private readonly call = new AbortController();
  private isListening = false;
  private hasLeft = false;
  private isReading = false;
  private endMs = 0;

  constructor(
    private readonly client: Caller,
    private readonly forMs: number,
    private readonly ticker: Ticker,
    private readonly places: Places,
  ) {}

  /** Aborted when the provider is not waited for any more. */
  get signal(): AbortSignal {
    if (!this.isListening) {
      this.isListening = true;
      const { signal } = this.client;
      if (signal.aborted) this.left();
      else signal.addEventListener("abort", this.left, { once: true });
    }
    return this.call.signal;
  }

  /** The client has left, and the provider is, or was, read on. */
  get isRunning(): boolean {
    return this.isReading;
  }

  /** The client went away. May come more than once; an arrow function, for it is handed around. */
  readonly left = (): void => {
    if (this.hasLeft) return;
    this.hasLeft = true;
    if (this.forMs === 0 || !this.places.take(this)) {
      this.stop();
      return;
    }
    this.isReading = true;
    this.endMs = this.ticker.add(this) + this.forMs;
  };

  tick(nowMs: number): void {
    if (nowMs >= this.endMs) this.stop();
  }

  /** Nobody waits any more: the call is given up. */
  stop(): void {
    this.ticker.remove(this);
    this.call.abort(clientClosed());
  }

  /** The request is recorded. */
  close(): void {
    this.hasLeft = true;
    this.ticker.remove(this);
    this.places.give(this);
  }
}
