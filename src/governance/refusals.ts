import type { Clock } from "#core/clock";
import type { Journal } from "#journal/journal";
import { type RefusedRequest, refusalRecord } from "./refusal-record";
import { createRefusalSampler } from "./refusal-sampler";
import type { RequestMetrics } from "./request-metrics";

/** What becomes of a refused request: it is counted, and a sample of them recorded. */
export type NoteRefusal = (refused: RefusedRequest) => void;

/** Records go where the journal has plenty of room: they never delay or endanger one of a request that was let in. */
export function createRefusalNotes({
  metrics,
  journal,
  clock,
  worker,
}: {
  readonly metrics: Pick<RequestMetrics, "refused">;
  readonly journal: Pick<Journal, "claimSpare" | "append">;
  readonly clock: Pick<Clock, "nowMs">;
  readonly worker: number;
}): NoteRefusal {
  const sampler = createRefusalSampler();
  return (refused) => {
    const { error, key } = refused;
    metrics.refused(error, key);
    const kind = { code: error.code, isIdentified: key !== undefined };
    const nowMs = clock.nowMs();
    const weight = sampler.weigh(kind, nowMs);
    if (weight === 0) return;
    const claim = journal.claimSpare();
    if (claim === undefined) {
      sampler.leaveOut(kind, weight);
      return;
    }
    const record = refusalRecord(refused, { worker, nowMs, weight });
    void journal.append(claim, record).catch(() => sampler.leaveOut(kind, weight));
  };
}
