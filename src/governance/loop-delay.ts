import type { Ledger } from "#ledger/ledger";
import { metrics } from "#ledger/metric-layout";
import type { Ticker, Watched } from "#lib/ticker";

/**
 * Counts how late each tick of the worker's ticker comes, for as long as the worker runs: whatever kept its event loop
 * that long kept its requests too. Gives what ends it.
 */
export function watchLoopDelay(ledger: Pick<Ledger, "observe">, ticker: Ticker): () => void {
  const watched: Watched = { tick: (_, lateMs) => ledger.observe(metrics.loopDelay, lateMs / 1000) };
  ticker.add(watched);
  return () => ticker.remove(watched);
}
