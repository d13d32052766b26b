import { formatDollars } from "#core/money";
import type { AttemptRecord, RequestRecord } from "#core/record";
import type { StoredBody } from "#core/stored-content";
import type { JsonObject } from "#lib/json";
import type { Correction } from "#store/log/log-store";

/** A record as the API names its fields. */
export function showRecord(record: RequestRecord, correction?: Correction): JsonObject {
  const { id, requestId, startedAtMs, durationMs, firstTokenMs, cost, attempts, usage, charges: _, ...rest } = record;
  const shown = {
    id,
    request_id: requestId,
    started_at: new Date(startedAtMs).toISOString(),
    duration_ms: durationMs,
    ...(firstTokenMs === undefined ? {} : { first_token_ms: firstTokenMs }),
    ...snakeCase(rest),
    attempts: attempts.map(showAttempt),
    ...(usage === undefined ? {} : { usage: snakeCase(usage) }),
    ...showCost(cost),
    ...(correction === undefined ? {} : { correction: showCorrection(correction) }),
  };
  return { ...shown, ...(record.tags === undefined ? {} : { tags: record.tags }) };
}

function showAttempt({ usage, cost, ...attempt }: AttemptRecord): JsonObject {
  return {
    ...snakeCase(attempt),
    ...(usage === undefined ? {} : { usage: snakeCase(usage) }),
    ...showCost(cost),
  };
}

function showCost(cost: number | undefined): JsonObject {
  return cost === undefined ? {} : { cost_usd: formatDollars(cost) };
}

export function showCorrection(correction: Correction): JsonObject {
  const { atMs, oldCost, oldPriceVersion, newCost, newPriceVersion } = correction;
  return {
    at: new Date(atMs).toISOString(),
    ...(oldCost === undefined ? {} : { old_cost_usd: formatDollars(oldCost) }),
    ...(oldPriceVersion === undefined ? {} : { old_price_version: oldPriceVersion }),
    new_cost_usd: formatDollars(newCost),
    new_price_version: newPriceVersion,
  };
}

function snakeCase(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name.replace(/[A-Z]|\d+h$/g, (part) => `_${part.toLowerCase()}`),
      value,
    ]),
  );
}

/** Text where it is UTF-8, base64 where it is not. */
export function showBody({ bytes, totalBytes }: StoredBody): JsonObject {
  const cut = bytes.length < totalBytes ? { truncated: true } : {};
  try {
    return {
      text: new TextDecoder("utf-8", { fatal: bytes.length === totalBytes }).decode(bytes),
      total_bytes: totalBytes,
      ...cut,
    };
  } catch {
    return { base64: Buffer.from(bytes).toString("base64"), total_bytes: totalBytes, ...cut };
  }
}
