import { formatDollars } from "#core/money";
import type { RequestRecord } from "#core/record";
import type { Correction } from "#store/log/log-store";
import { showTime } from "../view-fields";
import { type Cell, csvLine } from "./csv";

type Column = (record: RequestRecord, correction: Correction | undefined) => Cell;

/** The columns of an export, named as the API names the fields. */
const columns: { readonly [name: string]: Column } = {
  id: ({ id }) => id,
  request_id: ({ requestId }) => requestId,
  started_at: ({ startedAtMs }) => showTime(startedAtMs),
  duration_ms: ({ durationMs }) => durationMs,
  first_token_ms: ({ firstTokenMs }) => firstTokenMs,
  upstream_ms: ({ upstreamMs }) => upstreamMs,
  endpoint: ({ endpoint }) => endpoint,
  dialect: ({ dialect }) => dialect,
  key_id: ({ keyId }) => keyId,
  key_name: ({ keyName }) => keyName,
  team: ({ team }) => team,
  customer: ({ customer }) => customer,
  tags: ({ tags }) => tags && JSON.stringify(tags),
  asked_model: ({ askedModel }) => askedModel,
  provider: ({ provider }) => provider,
  model: ({ model }) => model,
  provider_key: ({ providerKey }) => providerKey,
  attempts: ({ attempts }) => attempts.length,
  stream: ({ stream }) => stream,
  status: ({ status }) => status,
  outcome: ({ outcome }) => outcome,
  finish_reason: ({ finishReason }) => finishReason,
  error_code: ({ errorCode }) => errorCode,
  error_source: ({ errorSource }) => errorSource,
  error_message: ({ errorMessage }) => errorMessage,
  input: ({ usage }) => usage?.input,
  cache_read: ({ usage }) => usage?.cacheRead,
  cache_write: ({ usage }) => usage?.cacheWrite,
  cache_write_1h: ({ usage }) => usage?.cacheWrite1h,
  input_audio: ({ usage }) => usage?.inputAudio,
  input_image: ({ usage }) => usage?.inputImage,
  output: ({ usage }) => usage?.output,
  reasoning: ({ usage }) => usage?.reasoning,
  output_audio: ({ usage }) => usage?.outputAudio,
  output_image: ({ usage }) => usage?.outputImage,
  searches: ({ usage }) => usage?.searches,
  estimated: ({ usage }) => usage?.estimated,
  cost_usd: ({ cost }) => dollarsOf(cost),
  corrected_cost_usd: (_, correction) => dollarsOf(correction?.newCost),
  price_version: ({ priceVersion }) => priceVersion,
  service_tier: ({ serviceTier }) => serviceTier,
  limits: ({ limits }) => limits?.join(" "),
  user_agent: ({ userAgent }) => userAgent,
  sdk: ({ sdk }) => sdk,
  trace_id: ({ traceId }) => traceId,
  session_id: ({ sessionId }) => sessionId,
  end_user: ({ endUser }) => endUser,
  request_tags: ({ requestTags }) => requestTags?.join(" "),
  paid_by: ({ paidBy }) => paidBy,
  billed_cost_usd: ({ billedCost }) => dollarsOf(billedCost),
  listed_cost_usd: ({ listedCost }) => dollarsOf(listedCost),
  capped: ({ capped }) => capped,
  request_bytes: ({ requestBytes }) => requestBytes,
  response_bytes: ({ responseBytes }) => responseBytes,
};
const all = Object.values(columns);

export const recordHead = csvLine(Object.keys(columns));

/** A record as a line of CSV, in the order of `recordHead`. */
export function recordRow(record: RequestRecord, correction: Correction | undefined): string {
  return csvLine(all.map((column) => column(record, correction)));
}

/** Digits and a point: as a spreadsheet takes a number, and never beginning with a sign. */
function dollarsOf(cost: number | undefined): string | undefined {
  return cost === undefined ? undefined : formatDollars(cost);
}
