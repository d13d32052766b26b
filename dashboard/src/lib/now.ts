import { useEffect, useState } from "react";

/** The time now, in steps of `everyMs`: what depends on it is computed again at each step and not at each render. */
export function useNow(everyMs = 30_000): number {
  const [now, setNow] = useState(() => stepOf(Date.now(), everyMs));
  useEffect(() => {
    const timer = setInterval(() => document.hidden || setNow(stepOf(Date.now(), everyMs)), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** The end of the step, so that what has just happened lies before it. */
function stepOf(ms: number, everyMs: number): number {
  return Math.ceil(ms / everyMs) * everyMs;
}
