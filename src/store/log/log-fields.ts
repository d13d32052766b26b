import { billDiffers } from "#core/bill-differs";
import type { RequestRecord } from "#core/record";
import type { ShapeValue } from "#core/record-field";
import { recordShape } from "#core/record-fields";
import { inputTotal, outputTotal } from "#core/usage";

const { required, optional } = recordShape;

/** Who asked. One row of a dictionary stands for each combination. */
export const principalShape = {
  required: {},
  optional: {
    keyId: optional.keyId,
    keyName: optional.keyName,
    team: optional.team,
    customer: optional.customer,
    tags: optional.tags,
  },
} as const;
export type Principal = ShapeValue<typeof principalShape>;

/** What was asked and what came of it. One row of a dictionary stands for each combination. */
export const classShape = {
  required: {
    endpoint: required.endpoint,
    stream: required.stream,
    status: required.status,
    outcome: required.outcome,
  },
  optional: {
    dialect: optional.dialect,
    askedModel: optional.askedModel,
    provider: optional.provider,
    model: optional.model,
    providerKey: optional.providerKey,
    errorCode: optional.errorCode,
    errorSource: optional.errorSource,
  },
} as const;
export type RequestClass = ShapeValue<typeof classShape>;

/** Keeps the fields of a record that its principal consists of, always in the same order. */
export function principalOf({ keyId, keyName, team, customer, tags }: RequestRecord): Principal {
  return {
    ...(keyId !== undefined && { keyId }),
    ...(keyName !== undefined && { keyName }),
    ...(team !== undefined && { team }),
    ...(customer !== undefined && { customer }),
    ...(tags !== undefined && { tags }),
  };
}

export function classOf(record: RequestRecord): RequestClass {
  const { endpoint, dialect, askedModel, provider, model, providerKey, stream, status, outcome } = record;
  return {
    endpoint,
    ...(dialect !== undefined && { dialect }),
    ...(askedModel !== undefined && { askedModel }),
    ...(provider !== undefined && { provider }),
    ...(model !== undefined && { model }),
    ...(providerKey !== undefined && { providerKey }),
    stream,
    status,
    outcome,
    ...(record.errorCode !== undefined && { errorCode: record.errorCode }),
    ...(record.errorSource !== undefined && { errorSource: record.errorSource }),
  };
}

type Words = readonly (string | undefined)[];

/** What can be filtered by the principal alone: the words by which a filter may name each field. */
export const principalFields = {
  key: (principal: Principal): Words => [principal.keyId, principal.keyName],
  team: (principal: Principal): Words => [principal.team],
  customer: (principal: Principal): Words => [principal.customer],
  tag: (principal: Principal): Words => Object.entries(principal.tags ?? {}).map(([name, value]) => `${name}:${value}`),
} as const;

export const classFields = {
  endpoint: (requestClass: RequestClass): Words => [requestClass.endpoint],
  dialect: (requestClass: RequestClass): Words => [requestClass.dialect],
  asked_model: (requestClass: RequestClass): Words => [requestClass.askedModel],
  model: (requestClass: RequestClass): Words => [requestClass.model, servedTarget(requestClass)],
  provider: (requestClass: RequestClass): Words => [requestClass.provider],
  provider_key: (requestClass: RequestClass): Words => [requestClass.providerKey],
  status: (requestClass: RequestClass): Words => [
    String(requestClass.status),
    `${Math.floor(requestClass.status / 100)}xx`,
  ],
  outcome: (requestClass: RequestClass): Words => [requestClass.outcome],
  error_code: (requestClass: RequestClass): Words => [requestClass.errorCode],
  error_source: (requestClass: RequestClass): Words => [requestClass.errorSource],
  stream: (requestClass: RequestClass): Words => [String(requestClass.stream)],
} as const;

/** What a record has of a word: one, none, or a list. No list of one is made, for that would be nine of each record. */
export type WordOrWords = string | undefined | readonly string[];
type WordsOfRecord = (record: RequestRecord) => WordOrWords;

export const wordColumns = {
  id: (record) => record.id,
  request_id: (record) => record.requestId,
  trace_id: (record) => record.traceId,
  session_id: (record) => record.sessionId,
  end_user: (record) => record.endUser,
  finish_reason: (record) => record.finishReason,
  price_version: (record) => record.priceVersion,
  estimated: (record) => String(record.usage?.estimated === true),
  retried: (record) => String(record.attempts.length > 1),
  limit_id: (record) => record.limits,
  canonical_model: (record) => record.canonicalModel,
  bill_differs: (record) => billDifferenceOf(record),
  capped: (record) => (record.capped === undefined ? undefined : "true"),
  service_tier: (record) => record.serviceTier,
  paid_by: (record) => record.paidBy,
} as const satisfies { readonly [name: string]: WordsOfRecord };

/** Undefined where the provider said nothing of what it cost. */
export function billDifferenceOf(record: Pick<RequestRecord, "billedCost" | "listedCost">): string | undefined {
  return record.billedCost === undefined ? undefined : String(billDiffers(record));
}

type AmountOfRecord = (record: RequestRecord) => number | undefined;

export const numberColumns = {
  cost: (record) => record.cost,
  duration_ms: (record) => record.durationMs,
  first_token_ms: (record) => record.firstTokenMs,
  tokens: (record) => tokensOf(record),
  refused: (record) => refusalsOf(record),
} as const satisfies { readonly [name: string]: AmountOfRecord };

type TextOfRecord = (record: RequestRecord) => string | undefined;

/** Found by a part of them, whatever the case of their ASCII letters. */
export const textColumns = {
  user_agent: (record) => record.userAgent,
  sdk: (record) => record.sdk,
} as const satisfies { readonly [name: string]: TextOfRecord };

/** Input and output tokens of all classes; undefined where no usage is known. */
export function tokensOf({ usage }: RequestRecord): number | undefined {
  return usage === undefined ? undefined : inputTotal(usage) + outputTotal(usage);
}

/** How many refused requests a record stands for; zero where its request was let in. */
export function refusalsOf({ outcome, refusal }: RequestRecord): number {
  return outcome === "refused" ? (refusal?.weight ?? 1) : 0;
}

function servedTarget({ provider, model }: RequestClass): string | undefined {
  return provider === undefined || model === undefined ? undefined : `${provider}/${model}`;
}
