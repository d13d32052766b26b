import type { LogStore } from "#store/log/log-store";
import type { Log } from "#telemetry/log";

export type SummingUp = { readonly close: () => void };

const lookMs = 60_000;
/** Packs of a step, and how many it is worth to begin for. */
const batch = 4;

/**
 * Sums up stored records for statistics, in a store of its own, so that no question waits for it. Its thread has the
 * lowest priority and is gone when there is nothing to do; between two steps it rests as long as one took.
 */
export function startSummingUp(parts: {
  readonly logs: Pick<LogStore, "sumUp">;
  readonly openLogs: () => Pick<LogStore, "sumUp" | "close">;
  readonly log: Log;
  readonly firstAfterMs: number;
}): SummingUp {
  const { logs, openLogs, log, firstAfterMs } = parts;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let own: Pick<LogStore, "sumUp" | "close"> | undefined;
  let closed = false;
  const after = (delayMs: number) => {
    if (!closed) timer = setTimeout(() => void look(), delayMs);
  };
  const end = () => {
    const ended = own;
    own = undefined;
    ended?.close();
  };
  const look = async () => {
    const startMs = performance.now();
    try {
      const left = own === undefined ? await logs.sumUp(0) : await own.sumUp(batch);
      if (closed) return;
      if (left >= batch) {
        own ??= openLogs();
        after(performance.now() - startMs);
        return;
      }
    } catch (err) {
      if (!closed) log.warn({ err }, "Cannot sum up records for statistics, trying again later");
    }
    after(lookMs);
    end();
  };
  after(firstAfterMs);
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
      end();
    },
  };
}
