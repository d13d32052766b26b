import type { EnvelopeView, RequestView } from "#core/step";
import { parseBody } from "#dialects/request-body";
import type { PendingRequest } from "../pending-request";

/** What steps see of a request. */
export function envelopeView({ request, running }: PendingRequest): EnvelopeView {
  const { inference, principal } = running;
  const { model, stream } = request.envelope;
  return {
    id: running.id,
    endpoint: inference.endpoint,
    model,
    stream,
    bodyBytes: request.body.bytes.length,
    key: principal.key,
    header: inference.header,
    signal: inference.signal,
  };
}

export function requestView(pending: PendingRequest): RequestView {
  const { operation, request } = pending;
  return {
    ...envelopeView(pending),
    completion: operation.decodeRequest === undefined ? undefined : request.full(),
    body: () => parseBody(request.body),
  };
}
