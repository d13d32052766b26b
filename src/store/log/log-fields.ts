import type { RequestRecord } from "#core/record";

/** Who asked. One row of a dictionary stands for each combination. */
export type Principal = Pick<RequestRecord, "keyId" | "keyName" | "team" | "customer" | "tags">;

/** What was asked and what came of it. One row of a dictionary stands for each combination. */
export type Kind = Pick<
  RequestRecord,
  | "endpoint"
  | "dialect"
  | "askedModel"
  | "provider"
  | "model"
  | "providerKey"
  | "stream"
  | "status"
  | "outcome"
  | "errorCode"
  | "errorSource"
>;

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

export function kindOf(record: RequestRecord): Kind {
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

export const kindFields = {
  endpoint: (kind: Kind): Words => [kind.endpoint],
  dialect: (kind: Kind): Words => [kind.dialect],
  asked_model: (kind: Kind): Words => [kind.askedModel],
  model: (kind: Kind): Words => [kind.model, servedTarget(kind)],
  provider: (kind: Kind): Words => [kind.provider],
  provider_key: (kind: Kind): Words => [kind.providerKey],
  status: (kind: Kind): Words => [String(kind.status), `${Math.floor(kind.status / 100)}xx`],
  outcome: (kind: Kind): Words => [kind.outcome],
  error_code: (kind: Kind): Words => [kind.errorCode],
  error_source: (kind: Kind): Words => [kind.errorSource],
  stream: (kind: Kind): Words => [String(kind.stream)],
} as const;

type WordColumn = { readonly words: (record: RequestRecord) => Words; readonly sql: string };

const listed = "IN (SELECT value FROM json_each(?))";

/** What has a column of its own, and the condition over it; the parameter is a JSON list of words. */
export const wordColumns = {
  id: {
    words: (record) => [record.id],
    sql: `(SELECT id FROM requests WHERE requests.key = facts.key) ${listed}`,
  },
  request_id: {
    words: (record) => [record.requestId],
    // Left out of the column where it is our own id.
    sql: `coalesce(request_id, (SELECT id FROM requests WHERE requests.key = facts.key)) ${listed}`,
  },
  trace_id: { words: (record) => [record.traceId], sql: `trace_id ${listed}` },
  finish_reason: { words: (record) => [record.finishReason], sql: `finish_reason ${listed}` },
  price_version: { words: (record) => [record.priceVersion], sql: `price_version ${listed}` },
  estimated: {
    words: (record) => [String(record.usage?.estimated === true)],
    sql: `iif(estimated, 'true', 'false') ${listed}`,
  },
  retried: {
    words: (record) => [String(record.attempts.length > 1)],
    sql: `iif(attempts > 1, 'true', 'false') ${listed}`,
  },
  limit_id: {
    words: (record) => record.limits ?? [],
    sql: `EXISTS (SELECT 1 FROM requests, json_each(requests.record, '$.limits') AS held WHERE requests.key = facts.key AND held.value ${listed})`,
  },
} as const satisfies { readonly [name: string]: WordColumn };

type NumberColumn = { readonly amount: (record: RequestRecord) => number | undefined; readonly column: string };

export const numberColumns = {
  cost: { amount: (record) => record.cost, column: "cost_nanodollars" },
  duration_ms: { amount: (record) => record.durationMs, column: "duration_ms" },
  first_token_ms: { amount: (record) => record.firstTokenMs, column: "first_token_ms" },
  tokens: { amount: (record) => tokensOf(record), column: "tokens" },
} as const satisfies { readonly [name: string]: NumberColumn };

type TextColumn = { readonly text: (record: RequestRecord) => string | undefined; readonly column: string };

/** Found by a part of them, whatever the case of its ASCII letters. */
export const textColumns = {
  user_agent: { text: (record) => record.userAgent, column: "user_agent" },
  sdk: { text: (record) => record.sdk, column: "sdk" },
} as const satisfies { readonly [name: string]: TextColumn };

/** Input and output tokens of all classes; undefined where no usage is known. */
export function tokensOf({ usage }: RequestRecord): number | undefined {
  if (usage === undefined) return undefined;
  const { searches: _, estimated: __, ...tokens } = usage;
  return Object.values(tokens).reduce((sum, count) => sum + count, 0);
}

function servedTarget({ provider, model }: Kind): string | undefined {
  return provider === undefined || model === undefined ? undefined : `${provider}/${model}`;
}
