import type { ResponseHeaders } from "#core/inference";
import type { Progress } from "#governance/outcome";
import type { Reservations } from "#governance/reservations";
import type { RunningRequest } from "#governance/running-request";
import type { PendingRequest } from "./pending-request";

/** Headers before they are text, while they are put together. */
export type HeadersDraft = { -readonly [Name in keyof ResponseHeaders]: ResponseHeaders[Name] };

export function idsOf({ id, inference }: Pick<RunningRequest, "id" | "inference">) {
  return { id, requestId: inference.requestId ?? id };
}

/** The headers that describe a request's attempts. */
export function answerHeaders(
  reservations: Reservations,
  { dialect, running }: Pick<PendingRequest, "dialect" | "running">,
  { attempts, refusedLimits, reservation }: Progress,
): HeadersDraft {
  const { id, inference } = running;
  const headers: HeadersDraft = { id, requestId: inference.requestId ?? id, attempts: attempts.length };
  if (reservation?.target !== undefined) {
    headers.provider = reservation.target.provider.id;
    headers.model = reservation.target.model;
    if (reservation.cap !== undefined) headers.capped = reservation.cap;
  }
  const rateLimits = refusedLimits ?? (reservation && reservations.rateLimits(reservation));
  if (rateLimits !== undefined) headers.rateLimits = dialect.rateLimitHeaders(rateLimits);
  return headers;
}
