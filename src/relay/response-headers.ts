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

/** The headers of every answer to a request of which so many attempts were made. */
export function headersWith({ dialect, running }: Named, attempts: number): HeadersDraft {
  const { id, requestId } = idsOf(running);
  const headers: HeadersDraft = { id, requestId, attempts };
  if (dialect.requestIdHeader !== undefined) headers.own = { [dialect.requestIdHeader]: requestId };
  return headers;
}

type Named = Pick<PendingRequest, "dialect" | "running">;

/** The headers that describe a request's attempts. */
export function answerHeaders(
  reservations: Reservations,
  pending: Named,
  { attempts, refusedLimits, reservation }: Progress,
): HeadersDraft {
  const headers = headersWith(pending, attempts.length);
  if (reservation?.target !== undefined) {
    headers.provider = reservation.target.provider.id;
    if (reservation.target.model !== "") headers.model = reservation.target.model;
    if (reservation.cap !== undefined) headers.capped = reservation.cap;
  }
  const rateLimits = refusedLimits ?? (reservation && reservations.rateLimits(reservation));
  if (rateLimits !== undefined) headers.rateLimits = pending.dialect.rateLimitHeaders(rateLimits);
  return headers;
}
