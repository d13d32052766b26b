import type { LogStore, Purge } from "#store/log/log-store";
import { keptMs } from "#store/log/time-buckets";
import type { Log } from "#telemetry/log";

export type Retention = { readonly close: () => void };

const dayMs = 86_400_000;
const batch = 500;
/** Between two steps, so that ingestion and queries get their turn. */
const stepMs = 50;
const roundMs = 10 * 60_000;
const firstRoundMs = 5_000;

/** Deletes what is older than it is kept, in small steps, for as long as the control plane lives. */
export function startRetention(parts: {
  readonly logs: Pick<LogStore, "purge">;
  readonly retentionDays: () => number;
  readonly nowMs: () => number;
  readonly log: Log;
}): Retention {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  const after = (delayMs: number, left: readonly Purge[]) => {
    if (!closed) timer = setTimeout(step, delayMs, left);
  };
  const step = async (left: readonly Purge[]) => {
    const [current, ...rest] = left.length > 0 ? left : round(parts.nowMs(), parts.retentionDays());
    if (current === undefined) return;
    try {
      const deleted = await parts.logs.purge(current, batch);
      if (deleted > 0) after(stepMs, [current, ...rest]);
      else after(rest.length > 0 ? stepMs : roundMs, rest);
    } catch (err) {
      if (closed) return;
      parts.log.warn({ err }, "Cannot delete old records, trying again later");
      after(roundMs, []);
    }
  };
  after(firstRoundMs, []);
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** What statistics are made of outlives the records. */
function round(nowMs: number, retentionDays: number): readonly Purge[] {
  return [
    { what: "records", beforeMs: nowMs - retentionDays * dayMs },
    { what: "facts", beforeMs: nowMs - keptMs.facts },
    { what: "days", beforeMs: nowMs - keptMs.days },
    { what: "old-charges" },
    { what: "write-ahead-log" },
  ];
}
