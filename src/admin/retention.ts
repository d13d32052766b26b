import type { LogStore } from "#store/log/log-store";
import type { Log } from "#telemetry/log";

export type Retention = { readonly close: () => void };

const dayMs = 86_400_000;
const batch = 500;
/** Between two steps, so that ingestion and queries get their turn. */
const stepMs = 50;
const roundMs = 10 * 60_000;
const firstRoundMs = 5_000;

/** Deletes records that are older than the setting says, in small steps, for as long as the control plane lives. */
export function startRetention(parts: {
  readonly logs: LogStore;
  readonly retentionDays: () => number;
  readonly nowMs: () => number;
  readonly log: Log;
}): Retention {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  const after = (delayMs: number) => {
    if (!closed) timer = setTimeout(step, delayMs);
  };
  const step = async () => {
    try {
      const deleted = await parts.logs.purge(parts.nowMs() - parts.retentionDays() * dayMs, batch);
      after(deleted === 0 ? roundMs : stepMs);
    } catch (err) {
      parts.log.warn({ err }, "Cannot delete old records, trying again later");
      after(roundMs);
    }
  };
  after(firstRoundMs);
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}
