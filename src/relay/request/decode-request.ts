import type { CompletionRequest } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { InferenceRequest } from "#core/inference";
import type { ClientLabels } from "#core/record";
import type { GatewayAsk } from "#dialects/gateway-ask";
import { readGatewayFields } from "#dialects/gateway-fields";
import { headerPrefixes } from "#dialects/gateway-header-table";
import { withGatewayHeaders } from "#dialects/gateway-headers";
import type { DecodedRequest, Envelope, Operation } from "#dialects/operation";
import { changeFields, fieldsOf, parseBody, type RequestBody, scanBody } from "#dialects/request-body";
import { isObject, type JsonObject } from "#lib/json";

/**
 * Reads a request's envelope, and the rest only when asked. `said`: what an earlier reading of it took out of its body. Throws
 * `invalid_request` for what no provider could read either.
 */
export function decodeRequest(
  inference: Pick<InferenceRequest, "header" | "headersLike" | "pathModel" | "pathStream" | "query">,
  bytes: Uint8Array,
  operation: Operation,
  said?: GatewayAsk,
): DecodedRequest {
  const { header } = inference;
  const scanned = scanBody(operation.body, bytes, header);
  if (operation.body === "optional-json") return withObject(scanned, inference, operation);
  const fields = readGatewayFields(scanned);
  const body = fields === undefined ? scanned : scanBody(operation.body, changeFields(scanned, fields.changes), header);
  const headers = inference.headersLike(headerPrefixes);
  const ask = fields?.ask ?? said;
  const gateway = headers.length === 0 ? ask : withGatewayHeaders(headers, ask);
  const read = operation.decodeEnvelope(withPath(fieldsOf(body, operation.envelopeFields), inference));
  const envelope = operation.answer.stream === undefined && read.stream ? { ...read, stream: false } : read;
  if (gateway === undefined) return new ReadRequest(body, envelope, undefined, operation, inference);
  return new ReadRequest(body, withLabels(envelope, gateway), gateway, operation, inference);
}

/** What is done with a stored object: a stream is asked for by the query (`?stream=true`), and every field is the provider's. */
function withObject(
  body: RequestBody,
  path: SaidByPath & Pick<InferenceRequest, "query">,
  operation: Operation,
): DecodedRequest {
  const envelope = operation.decodeEnvelope(withPath({}, path));
  const stream = operation.answer.stream !== undefined && new URLSearchParams(path.query).get("stream") === "true";
  return new ReadRequest(body, { ...envelope, stream }, undefined, operation, path);
}

/** What the provider's own fields say goes before what other fields said to the gateway, and headers before both. */
function withLabels(envelope: Envelope, ask: GatewayAsk): Envelope {
  const labels = { ...labelsIn(ask), ...envelope.labels, ...labelsIn(ask.fromHeaders ?? {}) };
  return { ...envelope, labels: { ...labels, ...(ask.tags !== undefined && { requestTags: ask.tags }) } };
}

function labelsIn({ endUser, sessionId, traceId }: NonNullable<GatewayAsk["fromHeaders"]>): ClientLabels {
  return {
    ...(endUser !== undefined && { endUser }),
    ...(sessionId !== undefined && { sessionId }),
    ...(traceId !== undefined && { traceId }),
  };
}

class ReadRequest implements DecodedRequest {
  private decoded: CompletionRequest | undefined;

  constructor(
    readonly body: RequestBody,
    readonly envelope: Envelope,
    readonly gateway: GatewayAsk | undefined,
    private readonly operation: Operation,
    private readonly path: SaidByPath,
  ) {}

  full(): CompletionRequest {
    this.decoded ??= decodeWhole(this.body, this.operation, this.path);
    return this.decoded;
  }
}

function decodeWhole(body: RequestBody, operation: Operation, path: SaidByPath): CompletionRequest {
  if (operation.decodeRequest === undefined) {
    throw new GatewayError("invalid_request", "Cannot read the request: one of this kind has no common form");
  }
  const whole = parseBody(body, operation.requestTexts);
  return operation.decodeRequest(isObject(whole) ? withPath(whole, path) : whole);
}

type SaidByPath = Pick<InferenceRequest, "pathModel" | "pathStream">;

/** A path may name the model, and say whether a stream is asked for: then it counts, and not the body. */
function withPath(fields: JsonObject, { pathModel, pathStream }: SaidByPath): JsonObject {
  if (pathModel === undefined && pathStream === undefined) return fields;
  return {
    ...fields,
    ...(pathModel !== undefined && { model: pathModel }),
    ...(pathStream !== undefined && { stream: pathStream }),
  };
}
