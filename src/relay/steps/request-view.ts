import type { EnvelopeView, RequestView } from "#core/step";
import { parseBody } from "#dialects/request-body";
import type { Exchange } from "../exchange";

/** What steps see of a request. */
export function envelopeView({ request, running }: Exchange): EnvelopeView {
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

export function requestView(exchange: Exchange): RequestView {
  const { operation, request } = exchange;
  return {
    ...envelopeView(exchange),
    completion: operation.decodeRequest === undefined ? undefined : request.full(),
    body: () => parseBody(request.body),
  };
}
