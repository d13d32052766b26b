import type { CompletionRequest } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { InferenceRequest } from "#core/inference";
import type { ClientLabels } from "#core/record";
import type { GatewayAsk } from "#dialects/gateway-ask";
import { readGatewayFields } from "#dialects/gateway-fields";
import type { DecodedRequest, Envelope, Operation } from "#dialects/operation";
import { changeFields, fieldsOf, parseBody, type RequestBody, scanBody } from "#dialects/request-body";
import { isObject, type JsonObject } from "#lib/json";

/** Reads a request's envelope, and the rest only when asked. Throws `invalid_request` for what no provider could read either. */
export function decodeRequest(
  { header, pathModel }: Pick<InferenceRequest, "header" | "pathModel">,
  bytes: Uint8Array,
  operation: Operation,
): DecodedRequest {
  const scanned = scanBody(operation.body, bytes, header);
  const gateway = readGatewayFields(scanned);
  const body =
    gateway === undefined ? scanned : scanBody(operation.body, changeFields(scanned, gateway.changes), header);
  const read = operation.decodeEnvelope(withModel(fieldsOf(body, operation.envelopeFields), pathModel));
  const envelope = operation.answer.stream === undefined && read.stream ? { ...read, stream: false } : read;
  if (gateway === undefined) return new ReadRequest(body, envelope, undefined, operation, pathModel);
  return new ReadRequest(body, withLabels(envelope, gateway.ask), gateway.ask, operation, pathModel);
}

/** What the provider's own fields say goes before what was said to the gateway. */
function withLabels(envelope: Envelope, { sessionId, tags, traceId }: GatewayAsk): Envelope {
  const said: ClientLabels = {
    ...(sessionId !== undefined && { sessionId }),
    ...(tags !== undefined && { requestTags: tags }),
    ...(traceId !== undefined && { traceId }),
  };
  return { ...envelope, labels: { ...said, ...envelope.labels } };
}

class ReadRequest implements DecodedRequest {
  private decoded: CompletionRequest | undefined;

  constructor(
    readonly body: RequestBody,
    readonly envelope: Envelope,
    readonly gateway: GatewayAsk | undefined,
    private readonly operation: Operation,
    private readonly pathModel: string | undefined,
  ) {}

  full(): CompletionRequest {
    this.decoded ??= decodeWhole(this.body, this.operation, this.pathModel);
    return this.decoded;
  }
}

function decodeWhole(body: RequestBody, operation: Operation, pathModel: string | undefined): CompletionRequest {
  if (operation.decodeRequest === undefined) {
    throw new GatewayError("invalid_request", "Cannot read the request: one of this kind has no common form");
  }
  const whole = parseBody(body, operation.requestTexts);
  return operation.decodeRequest(isObject(whole) ? withModel(whole, pathModel) : whole);
}

/** A path may name the model. */
function withModel(fields: JsonObject, pathModel: string | undefined): JsonObject {
  return pathModel === undefined ? fields : { ...fields, model: pathModel };
}
