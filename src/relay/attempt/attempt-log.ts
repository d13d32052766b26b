import type { Clock } from "#core/clock";
import type { AttemptRecord } from "#core/record";
import type { Target } from "#core/target";
import type { AttemptSpending } from "#governance/spending";
import type { AttemptFailure } from "#routing/attempt";

/** The attempts of one request, for its record. */
export type AttemptLog = {
  readonly begin: (target: Target) => AttemptEntry;
  /** In the order in which they began. */
  readonly records: () => readonly AttemptRecord[];
  /** Time that the attempts took together. */
  readonly durationMs: () => number;
};

/** One attempt. Each of the three is called at most once, in this order, and all but `end` only for one that failed. */
export type AttemptEntry = {
  /** By `Clock.monotonicMs`. */
  readonly startedMs: number;
  /** It answered, or came to nothing. `latencyMs` is the time to its headers or first token. */
  readonly end: (status: number | undefined, latencyMs: number | undefined) => void;
  readonly failed: (failure: AttemptFailure, spending: AttemptSpending | undefined) => void;
  /** What came after it and why. */
  readonly next: (step: string) => void;
};

type Draft = { -readonly [Field in keyof AttemptRecord]: AttemptRecord[Field] };

export function createAttemptLog(clock: Pick<Clock, "monotonicMs">): AttemptLog {
  const drafts: Draft[] = [];
  let totalMs = 0;
  return {
    begin: ({ provider, model, key }) => {
      const startedMs = clock.monotonicMs();
      const draft: Draft = { provider: provider.id, model, providerKey: key.name, durationMs: 0 };
      drafts.push(draft);
      return {
        startedMs,
        end: (status, latencyMs) => {
          const durationMs = clock.monotonicMs() - startedMs;
          totalMs += durationMs;
          draft.durationMs = Math.round(durationMs);
          if (status !== undefined) draft.status = status;
          if (latencyMs !== undefined) draft.latencyMs = Math.round(latencyMs);
        },
        failed: ({ error, failureClass }, spending) => {
          draft.error = error.code;
          draft.errorClass = failureClass;
          if (spending === undefined) return;
          draft.usage = spending.usage;
          if (spending.cost !== undefined) draft.cost = spending.cost;
        },
        next: (step) => {
          draft.next = step;
        },
      };
    },
    records: () => drafts,
    durationMs: () => totalMs,
  };
}
