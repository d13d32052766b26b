import type { GatewayError } from "#core/errors";
import type { Charge, RequestRecord } from "#core/record";
import type { Target } from "#core/target";
import { type SdkReader, traceIdOf } from "./client-sdk";
import type { Principal } from "./limit-finder";
import type { Outcome } from "./outcome";
import type { Reservation } from "./reservation";
import type { RunningRequest } from "./running-request";
import { sessionHeader } from "./session-header";
import { totalCost } from "./spending";

/** What a record says beside the request and its outcome. */
type Closing = {
  readonly worker: number;
  readonly sdkOf: SdkReader;
  readonly canonicalOf: (target: Target) => string;
  readonly charges: readonly Charge[];
  readonly elapsedMs: number;
};

type Draft<T> = { -readonly [Field in keyof T]: T[Field] };

/**
 * The record of a request. `reservation` has what all of its attempts used. Assigned field by field: a spread of an
 * object for each optional one costs 2 µs.
 */
export function buildRecord(
  request: RunningRequest,
  outcome: Outcome,
  reservation: Reservation,
  closing: Closing,
): RequestRecord {
  const { id, inference, principal } = request;
  const { target } = reservation;
  const record: Draft<RequestRecord> = {
    id,
    requestId: inference.requestId ?? id,
    startedAtMs: request.startedAtMs,
    durationMs: Math.round(closing.elapsedMs),
    upstreamMs: Math.round(outcome.upstreamMs),
    worker: closing.worker,
    dialect: inference.dialect,
    endpoint: inference.endpoint,
    attempts: outcome.attempts,
    stream: request.stream,
    status: outcome.status,
    outcome: outcome.outcome,
    charges: closing.charges,
    requestBytes: request.requestBytes,
    responseBytes: outcome.responseBytes,
    askedModel: request.askedModel,
  };
  if (outcome.firstTokenMs !== undefined) record.firstTokenMs = outcome.firstTokenMs;
  if (outcome.finishReason !== undefined) record.finishReason = outcome.finishReason;
  if (outcome.dropped.length > 0) record.dropped = outcome.dropped;
  if (target !== undefined) {
    record.provider = target.provider.id;
    // What is done with a stored object is about no model.
    if (target.model !== "") {
      record.model = target.model;
      record.canonicalModel = closing.canonicalOf(target);
    }
    record.providerKey = target.key.name;
    if (target.key.fromClient === true) record.paidBy = "client";
    if (reservation.cap !== undefined) record.capped = reservation.cap;
  }
  notePrincipal(record, principal);
  if (outcome.error !== undefined) noteError(record, outcome.error);
  noteMoney(record, outcome, reservation);
  noteClient(record, request, closing.sdkOf);
  return record;
}

function noteMoney(record: Draft<RequestRecord>, { serviceTier }: Outcome, { held, price, spent }: Reservation): void {
  const cost = totalCost(spent);
  if (cost !== undefined) record.cost = cost;
  if (spent.billed !== undefined) record.billedCost = spent.billed;
  if (spent.listed !== undefined) record.listedCost = spent.listed;
  if (spent.usage !== undefined) {
    record.usage = spent.usage;
    if (price !== undefined) record.priceVersion = price.version;
  }
  if (serviceTier !== undefined) record.serviceTier = serviceTier;
  if (held.length > 0) record.limits = held.map(({ limit }) => limit.id);
}

function noteClient(record: Draft<RequestRecord>, { inference, labels }: RunningRequest, sdkOf: SdkReader): void {
  const { header } = inference;
  const userAgent = header("user-agent") ?? "";
  record.userAgent = userAgent;
  const sdk = sdkOf(userAgent, header);
  if (sdk !== undefined) record.sdk = sdk;
  const traceId = traceIdOf(header("traceparent")) ?? labels?.traceId;
  if (traceId !== undefined) record.traceId = traceId;
  const sessionId = sessionHeader(header) ?? labels?.sessionId;
  if (sessionId !== undefined) record.sessionId = sessionId;
  if (labels?.endUser !== undefined) record.endUser = labels.endUser;
  if (labels?.requestTags !== undefined) record.requestTags = labels.requestTags;
}

function notePrincipal(record: Draft<RequestRecord>, { key, customer }: Principal): void {
  if (key === undefined) return;
  record.keyId = key.id;
  record.keyName = key.name;
  record.tags = key.tags;
  if (key.team !== undefined) record.team = key.team;
  if (customer !== undefined) record.customer = customer;
}

function noteError(record: Draft<RequestRecord>, error: GatewayError): void {
  record.errorCode = error.code;
  record.errorSource = error.source;
  record.errorMessage = error.message;
}
