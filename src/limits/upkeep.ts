import type { Log } from "#telemetry/log";

export type LimitUpkeep = { readonly close: () => Promise<void> };

const roundMs = 1000;
const roundsBetweenPurges = 600;

/** What limits need done while time passes, once a second: overrides end, thresholds are noticed, old events go. */
export function startLimitUpkeep(parts: {
  readonly endOverrides: () => Promise<void>;
  readonly watchBudgets: () => Promise<unknown>;
  readonly deleteOldEvents: () => Promise<void>;
  readonly log: Log;
  /** A start has more urgent things to do: workers wait for their snapshot. */
  readonly firstAfterMs: number;
}): LimitUpkeep {
  let round = 0;
  let running: Promise<void> = Promise.resolve();
  let closed = false;
  const work = async () => {
    try {
      await parts.endOverrides();
      await parts.watchBudgets();
      if (round++ % roundsBetweenPurges === 0) await parts.deleteOldEvents();
    } catch (err) {
      parts.log.warn({ err }, "Cannot look after budgets, trying again in a second");
    }
    if (!closed) timer = setTimeout(start, roundMs);
  };
  const start = () => {
    running = work();
  };
  let timer = setTimeout(start, parts.firstAfterMs);
  return {
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
