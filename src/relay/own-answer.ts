import type { GatewayError } from "#core/errors";
import type { PendingRequest } from "./pending-request";

/** An answer of the gateway's own. */
export type OwnAnswer = {
  readonly contentType: string;
  readonly body: string | Uint8Array;
  /** What in it is an estimate, for `x-headgate-estimated`. */
  readonly estimated?: readonly string[];
};

/** That no provider answered. */
export type Unanswered = {
  /** Of the last attempt. */
  readonly error: GatewayError;
  /** Nothing could be asked: the plan was empty. */
  readonly noTarget: boolean;
};

/** Writes our own answer to a request that no provider answered, where its operation has one and the failure calls for it. */
export function fallbackAnswer(
  { leadsTo, operation, request }: PendingRequest,
  asked: Unanswered,
): (() => OwnAnswer) | undefined {
  const { fallback } = operation;
  const { message, options, status } = asked.error;
  if (fallback === undefined) return undefined;
  if (!asked.noTarget && !fallback.replaces({ status, type: options.upstreamType, message })) return undefined;
  return () => {
    const body = JSON.stringify(fallback.answer(request.full(), leadsTo));
    return { contentType: "application/json", body, estimated: fallback.estimated };
  };
}
