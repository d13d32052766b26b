/** Does something once, later; gives what calls it off. */
export type StartTimer = (act: () => void, afterMs: number) => () => void;

/** Holds no process that has nothing else to do. */
export function startTimer(act: () => void, afterMs: number): () => void {
  const timer = setTimeout(act, afterMs);
  timer.unref();
  return () => clearTimeout(timer);
}

/** Keeps the process alive until it is over. */
export function startHoldingTimer(act: () => void, afterMs: number): () => void {
  const timer = setTimeout(act, afterMs);
  return () => clearTimeout(timer);
}
