import type { GatewayError } from "#core/errors";
import type { Charge, RequestRecord } from "#core/record";
import type { VirtualKey } from "#core/snapshot";
import type { Account, Ending } from "./account";
import { type SdkReader, traceIdOf } from "./client-sdk";

/** What the record says beside what the account collected. */
export type RecordContext = {
  readonly worker: number;
  readonly customer: string | undefined;
  readonly sdkOf: SdkReader;
  readonly charges: readonly Charge[];
  readonly elapsedMs: number;
};

type Draft<T> = { -readonly [Field in keyof T]: T[Field] };

/** The one account of a request. Assigned field by field: a spread of an object for each optional one costs 2 µs. */
export function writeRecord(account: Account, ending: Ending, context: RecordContext): RequestRecord {
  const { inference, key, target } = account;
  const record: Draft<RequestRecord> = {
    id: account.id,
    requestId: inference.requestId ?? account.id,
    startedAtMs: account.startedAtMs,
    durationMs: Math.round(context.elapsedMs),
    upstreamMs: Math.round(account.upstreamMs),
    worker: context.worker,
    dialect: inference.dialect,
    endpoint: inference.endpoint,
    attempts: account.attempts,
    stream: account.stream,
    status: ending.status,
    outcome: ending.outcome,
    charges: context.charges,
    requestBytes: account.requestBytes,
    responseBytes: account.responseBytes,
  };
  if (account.firstTokenMs !== undefined) record.firstTokenMs = account.firstTokenMs;
  if (account.askedModel !== undefined) record.askedModel = account.askedModel;
  if (account.finishReason !== undefined) record.finishReason = account.finishReason;
  if (account.dropped.length > 0) record.dropped = account.dropped;
  if (target !== undefined) {
    record.provider = target.provider.id;
    record.model = target.model;
    record.providerKey = target.key.name;
  }
  if (key !== undefined) notePrincipal(record, key, context.customer);
  if (ending.error !== undefined) noteError(record, ending.error);
  noteMoney(record, account);
  noteClient(record, account, context.sdkOf);
  return record;
}

function noteMoney(record: Draft<RequestRecord>, account: Account): void {
  const { cost, priceVersion, serviceTier, totalUsage } = account;
  if (totalUsage !== undefined) record.usage = totalUsage;
  if (cost !== undefined) record.cost = cost;
  if (priceVersion !== undefined) record.priceVersion = priceVersion;
  if (serviceTier !== undefined) record.serviceTier = serviceTier;
  const limits = account.limits();
  if (limits.length > 0) record.limits = limits.map(({ id }) => id);
}

function noteClient(record: Draft<RequestRecord>, { inference }: Account, sdkOf: SdkReader): void {
  const userAgent = inference.header("user-agent") ?? "";
  record.userAgent = userAgent;
  const sdk = sdkOf(userAgent, inference.header);
  if (sdk !== undefined) record.sdk = sdk;
  const traceId = traceIdOf(inference.header("traceparent"));
  if (traceId !== undefined) record.traceId = traceId;
}

function notePrincipal(record: Draft<RequestRecord>, key: VirtualKey, customer: string | undefined): void {
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
