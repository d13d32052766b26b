import type { Usage } from "#core/usage";
import type { Outcome, Progress } from "#governance/outcome";
import type { AnswerFacts } from "./answer-facts";

/** How an answer ended, and what was measured of it. */
export type Ending = Pick<Outcome, "outcome" | "status" | "error" | "upstreamMs" | "firstTokenMs" | "responseBytes">;

/** What came of a request whose last attempt was answered. */
export function outcomeOf(
  progress: Progress,
  { dropped, finishReason, serviceTier }: AnswerFacts,
  usage: Usage | undefined,
  ending: Ending,
): Outcome {
  // Field by field: a spread of an object costs more than all of this.
  const outcome: { -readonly [Field in keyof Outcome]: Outcome[Field] } = {
    attempts: progress.attempts,
    reservation: progress.reservation,
    dropped: progress.dropped,
    outcome: ending.outcome,
    status: ending.status,
    upstreamMs: ending.upstreamMs,
    responseBytes: ending.responseBytes,
  };
  if (ending.error !== undefined) outcome.error = ending.error;
  if (ending.firstTokenMs !== undefined) outcome.firstTokenMs = ending.firstTokenMs;
  if (dropped.length > 0) outcome.dropped = [...new Set([...progress.dropped, ...dropped])];
  if (usage !== undefined) outcome.usage = usage;
  if (serviceTier !== undefined) outcome.serviceTier = serviceTier;
  if (finishReason !== undefined) outcome.finishReason = finishReason;
  return outcome;
}
