import type { CompletionRequest } from "#core/completion";
import { GatewayError } from "#core/errors";
import { estimateTokens } from "#core/estimate-tokens";
import { DemandOf } from "#governance/lazy-demand";
import { writeJson } from "#lib/json-text";
import type { PendingRequest } from "../pending-request";
import { decodeRequest } from "./decode-request";

/** The pending request with another body, in the client's own dialect, so that all that follows reads it as the client's. */
export function withRequest(pending: PendingRequest, changed: CompletionRequest): PendingRequest {
  const { operation, running } = pending;
  if (operation.translation === undefined)
    throw new GatewayError("internal_error", "A request was changed that cannot be written anew");
  const { body } = operation.translation.codec.encodeRequest(changed, { model: changed.model, traits: {} });
  const bytes = Buffer.from(writeJson(body));
  const request = decodeRequest(running.inference, bytes, operation, pending.request.gateway);
  return {
    ...pending,
    running: { ...running, inputTokens: estimateTokens(bytes.length) },
    request,
    demand: new DemandOf(operation.demand, request),
  };
}
