export type Signals = {
  /** Resolves with the first signal that asks to stop. A second one ends the process at once. */
  readonly stopAsked: Promise<string>;
  /** Hears SIGHUP from now on, and once at once where one came before. */
  readonly onReload: (reload: () => void) => void;
};

/** A terminal, npm and a launcher may each pass on the same Ctrl-C: what comes this close is one signal. */
const sameSignalMs = 500;

export function watchSignals(): Signals {
  const { promise: stopAsked, resolve } = Promise.withResolvers<string>();
  let firstAt: number | undefined;
  const stop = (signal: string): void => {
    if (firstAt !== undefined && performance.now() - firstAt > sameSignalMs) process.exit(1);
    firstAt ??= performance.now();
    resolve(signal);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);

  let pending = false;
  let reload = (): void => {
    pending = true;
  };
  process.on("SIGHUP", () => reload());
  return {
    stopAsked,
    onReload: (listener) => {
      reload = listener;
      if (pending) listener();
    },
  };
}
