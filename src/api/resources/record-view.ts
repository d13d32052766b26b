import * as z from "zod";
import { formatDollars } from "#core/money";
import type { RequestRecord } from "#core/record";
import { recordOutcomes } from "#core/record-fields";
import type { StoredBody } from "#core/stored-content";
import type { RecordNote } from "#store/config/log-note";
import type { Correction } from "#store/log/log-store";
import { count, dollars, list, milliseconds, showTime, tags, time, words } from "../view-fields";
import { attemptView, showAttempt, showCost, showUsage, usageView } from "./attempt-view";
import { limitUseView } from "./limit-use";
import { refusalView, showRefusal } from "./refusal-view";

const correctionView = z
  .strictObject({
    at: time,
    old_cost_usd: dollars.exactOptional(),
    old_price_version: z.string().exactOptional(),
    new_cost_usd: dollars,
    new_price_version: z.string(),
  })
  .meta({ id: "Correction", description: "What the request would have cost by other prices." });

const recordFields = {
  id: z.string(),
  request_id: z.string().meta({ description: "The client's `x-request-id`, else ours; may repeat." }),
  started_at: time,
  duration_ms: milliseconds,
  first_token_ms: milliseconds.exactOptional(),
  upstream_ms: milliseconds.meta({ description: "Waiting for providers, and between attempts." }),
  worker: count,
  dialect: z.string().exactOptional(),
  endpoint: z.string(),
  key_id: z.string().exactOptional(),
  key_name: z.string().exactOptional(),
  team: z.string().exactOptional(),
  customer: z.string().exactOptional(),
  tags: tags.exactOptional(),
  asked_model: z.string().exactOptional(),
  provider: z.string().exactOptional(),
  model: z.string().exactOptional(),
  provider_key: z.string().exactOptional(),
  canonical_model: z
    .string()
    .exactOptional()
    .meta({ description: "The one name of all states and spellings of `model`, as its maker has it." }),
  attempts: list(attemptView),
  stream: z.boolean(),
  status: z
    .int()
    .meta({ description: "That the client got; 499 when it left first, 0 when its worker died and it is unknown." }),
  outcome: z.enum(recordOutcomes),
  finish_reason: z.string().exactOptional(),
  capped: count.exactOptional().meta({ description: "The output limit that a budget set, in tokens of each answer." }),
  error_code: z.string().exactOptional(),
  error_source: z.enum(["client", "gateway", "upstream"]).exactOptional(),
  error_message: z.string().exactOptional(),
  usage: usageView.exactOptional().meta({ description: "Of all attempts together." }),
  cost_usd: dollars.exactOptional().meta({ description: "Of all attempts together; absent when a price is unknown." }),
  billed_cost_usd: dollars.exactOptional().meta({
    description: "What the provider says that it cost; charged where it is an amount that was held for.",
  }),
  listed_cost_usd: dollars
    .exactOptional()
    .meta({ description: "What the price list says, where the provider says something." }),
  price_version: z.string().exactOptional(),
  service_tier: z.string().exactOptional(),
  limits: words.exactOptional().meta({ description: "Ids of the limits that it was held against, or refused by." }),
  dropped: words.exactOptional().meta({ description: "What a translation could not carry." }),
  user_agent: z.string().exactOptional(),
  sdk: z.string().exactOptional(),
  trace_id: z.string().exactOptional(),
  session_id: z.string().exactOptional().meta({ description: "What the client calls the conversation or run." }),
  end_user: z.string().exactOptional().meta({ description: "Whom the client says it asks for." }),
  request_tags: words.exactOptional().meta({ description: "What the client tagged the request with." }),
  paid_by: z.literal("client").exactOptional().meta({
    description: "Whose money it is, where that is not yours: the client's, which sent its own credential.",
  }),
  refusal: refusalView.exactOptional(),
  request_bytes: count,
  response_bytes: count,
  correction: correctionView.exactOptional(),
  bookmarked: z.literal(true).exactOptional(),
  note: z.string().exactOptional().meta({ description: "What admins noted of it." }),
};

const bodyView = z
  .strictObject({
    text: z.string().exactOptional(),
    base64: z.string().exactOptional().meta({ description: "In place of `text`, where it is not UTF-8." }),
    total_bytes: count,
    truncated: z.literal(true).exactOptional(),
  })
  .meta({ id: "Body" });

export const recordView = z.strictObject(recordFields).meta({ id: "Record", description: "A request and its answer." });
export const recordWithBodiesView = z
  .strictObject({
    ...recordFields,
    limit_use: list(limitUseView).exactOptional().meta({
      description: "What the limits that it was held against held and took.",
    }),
    request: bodyView.exactOptional(),
    response: bodyView.exactOptional(),
    bodies_unreadable: z.string().exactOptional().meta({
      description: "Why the bodies were kept and cannot be read any more: the file, the place in it, what is wrong.",
    }),
  })
  .meta({ id: "RecordWithBodies", description: "A record, and its bodies as far as they were kept." });

type RecordView = z.output<typeof recordView>;

/** A record as the API names its fields. */
export function showRecord(record: RequestRecord, correction?: Correction, note?: RecordNote): RecordView {
  const { firstTokenMs, usage, dropped, limits, refusal } = record;
  return {
    id: record.id,
    request_id: record.requestId,
    started_at: showTime(record.startedAtMs),
    duration_ms: record.durationMs,
    ...(firstTokenMs !== undefined && { first_token_ms: firstTokenMs }),
    upstream_ms: record.upstreamMs,
    worker: record.worker,
    ...(record.dialect !== undefined && { dialect: record.dialect }),
    endpoint: record.endpoint,
    ...showPrincipal(record),
    ...showServed(record),
    attempts: record.attempts.map(showAttempt),
    stream: record.stream,
    status: record.status,
    outcome: record.outcome,
    ...showError(record),
    ...(usage !== undefined && { usage: showUsage(usage) }),
    ...showCost(record.cost),
    ...showBill(record),
    ...(record.priceVersion !== undefined && { price_version: record.priceVersion }),
    ...(record.serviceTier !== undefined && { service_tier: record.serviceTier }),
    ...(limits !== undefined && { limits }),
    ...(dropped !== undefined && { dropped }),
    ...showClient(record),
    ...(refusal !== undefined && { refusal: showRefusal(refusal) }),
    request_bytes: record.requestBytes,
    response_bytes: record.responseBytes,
    ...(correction !== undefined && { correction: showCorrection(correction) }),
    ...(note?.bookmarked === true && { bookmarked: true }),
    ...(note?.note !== undefined && { note: note.note }),
  };
}

function showPrincipal({ keyId, keyName, team, customer, tags: labels }: RequestRecord) {
  return {
    ...(keyId !== undefined && { key_id: keyId }),
    ...(keyName !== undefined && { key_name: keyName }),
    ...(team !== undefined && { team }),
    ...(customer !== undefined && { customer }),
    ...(labels !== undefined && { tags: { ...labels } }),
  };
}

function showServed(record: RequestRecord) {
  const { askedModel, provider, model, canonicalModel, providerKey, finishReason, capped } = record;
  return {
    ...(askedModel !== undefined && { asked_model: askedModel }),
    ...(provider !== undefined && { provider }),
    ...(model !== undefined && { model }),
    ...(providerKey !== undefined && { provider_key: providerKey }),
    ...(canonicalModel !== undefined && { canonical_model: canonicalModel }),
    ...(finishReason !== undefined && { finish_reason: finishReason }),
    ...(capped !== undefined && { capped }),
  };
}

function showBill({ billedCost, listedCost }: RequestRecord) {
  return {
    ...(billedCost !== undefined && { billed_cost_usd: formatDollars(billedCost) }),
    ...(listedCost !== undefined && { listed_cost_usd: formatDollars(listedCost) }),
  };
}

function showError({ errorCode, errorSource, errorMessage }: RequestRecord) {
  return {
    ...(errorCode !== undefined && { error_code: errorCode }),
    ...(errorSource !== undefined && { error_source: errorSource }),
    ...(errorMessage !== undefined && { error_message: errorMessage }),
  };
}

function showClient({ userAgent, sdk, traceId, sessionId, endUser, requestTags, paidBy }: RequestRecord) {
  return {
    ...(userAgent !== undefined && { user_agent: userAgent }),
    ...(sdk !== undefined && { sdk }),
    ...(traceId !== undefined && { trace_id: traceId }),
    ...(sessionId !== undefined && { session_id: sessionId }),
    ...(endUser !== undefined && { end_user: endUser }),
    ...(requestTags !== undefined && { request_tags: requestTags }),
    ...(paidBy !== undefined && { paid_by: paidBy }),
  };
}

function showCorrection(correction: Correction): z.output<typeof correctionView> {
  const { atMs, oldCost, oldPriceVersion, newCost, newPriceVersion } = correction;
  return {
    at: showTime(atMs),
    ...(oldCost !== undefined && { old_cost_usd: formatDollars(oldCost) }),
    ...(oldPriceVersion !== undefined && { old_price_version: oldPriceVersion }),
    new_cost_usd: formatDollars(newCost),
    new_price_version: newPriceVersion,
  };
}

/** Text where it is UTF-8, base64 where it is not. */
export function showBody({ bytes, totalBytes }: StoredBody): z.output<typeof bodyView> {
  const cut = bytes.length < totalBytes ? { truncated: true as const } : {};
  try {
    // Of a body that was cut, the last character may lack its end.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: bytes.length < totalBytes });
    return { text, total_bytes: totalBytes, ...cut };
  } catch {
    return { base64: Buffer.from(bytes).toString("base64"), total_bytes: totalBytes, ...cut };
  }
}
