import { lowestId } from "#core/ids";
import type { ConfigStore } from "#store/config/config-store";
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

/** What is deleted from. */
type Kept = {
  readonly logs: Pick<LogStore, "purge" | "content">;
  readonly notes: Pick<ConfigStore["logNotes"], "deleteNotesBefore">;
  /** Deletes the responses that are kept no longer. */
  readonly sweepKept: (nowMs: number, retentionDays: number) => Promise<void>;
};

type RetentionParts = Kept & {
  readonly retentionDays: () => number;
  readonly nowMs: () => number;
  readonly log: Log;
};

/** Deletes what is older than it is kept, in small steps, for as long as the control plane lives. */
export function startRetention(parts: RetentionParts): Retention {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  const after = (delayMs: number, left: readonly Step[]) => {
    if (!closed) timer = setTimeout(step, delayMs, left);
  };
  const step = async (left: readonly Step[]) => {
    try {
      const [current, ...rest] = left.length > 0 ? left : round(parts, parts.nowMs(), parts.retentionDays());
      if (current === undefined) return after(roundMs, []);
      const deleted = await current(batch);
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

type Step = (batch: number) => Promise<number>;

/** What statistics are made of outlives the records. */
function round({ logs, notes, sweepKept }: Kept, nowMs: number, retentionDays: number): readonly Step[] {
  const recordsBeforeMs = nowMs - retentionDays * dayMs;
  const purge =
    (what: Purge): Step =>
    (batch) =>
      logs.purge(what, batch);
  return [
    purge({ what: "records", beforeMs: recordsBeforeMs }),
    (batch) => logs.content.expire(recordsBeforeMs, batch),
    async () => {
      await notes.deleteNotesBefore(lowestId(recordsBeforeMs));
      return 0;
    },
    async () => {
      await sweepKept(nowMs, retentionDays);
      return 0;
    },
    purge({ what: "facts", beforeMs: nowMs - keptMs.facts }),
    purge({ what: "days", beforeMs: nowMs - keptMs.days }),
    purge({ what: "old-charges" }),
    purge({ what: "write-ahead-log" }),
  ];
}
