import type { TokenKeeper } from "./token-keeper";

const everyMs = 1000;

/** Has a keeper look at its tokens every second; with none that costs nothing. Holds no process. */
export function startTokenUpkeep({ tick }: Pick<TokenKeeper, "tick">): { readonly close: () => void } {
  const timer = setInterval(tick, everyMs);
  timer.unref();
  return { close: () => clearInterval(timer) };
}
