export type Signals = {
  /** The first signal that asks to stop, as the signal's name: what runs is finished. */
  readonly stop: AbortSignal;
  /** The second: what runs is cut off. A third ends the process as it is. */
  readonly cut: AbortSignal;
  /** Hears SIGHUP from now on, and once at once where one came before. */
  readonly onReload: (reload: () => void) => void;
};

/** A terminal, npm and a launcher may each pass on the same Ctrl-C: what comes this close is one signal. */
const sameSignalMs = 500;

export function watchSignals(): Signals {
  const [stop, cut] = [new AbortController(), new AbortController()];
  let lastAt = Number.NEGATIVE_INFINITY;
  const hear = (signal: string): void => {
    const isSame = performance.now() - lastAt <= sameSignalMs;
    if (!isSame) lastAt = performance.now();
    if (!stop.signal.aborted) stop.abort(signal);
    else if (isSame) return;
    else if (!cut.signal.aborted) cut.abort(signal);
    else process.exit(1);
  };
  process.on("SIGTERM", hear);
  process.on("SIGINT", hear);

  let pending = false;
  let reload = (): void => {
    pending = true;
  };
  process.on("SIGHUP", () => reload());
  return {
    stop: stop.signal,
    cut: cut.signal,
    onReload: (listener) => {
      reload = listener;
      if (pending) listener();
    },
  };
}
