import type { RequestRecord } from "#core/record";
import { tokensOf } from "../log-fields";

type Value = string | number | null;

/** What of a record gets a column of its own beside its principal and kind. In the order of the columns. */
const columns: readonly (readonly [name: string, value: (record: RequestRecord) => Value | undefined])[] = [
  ["duration_ms", (record) => record.durationMs],
  ["first_token_ms", (record) => record.firstTokenMs],
  ["tokens", tokensOf],
  ["cost_nanodollars", (record) => record.cost],
  ["attempts", (record) => record.attempts.length],
  ["estimated", ({ usage }) => usage && (usage.estimated ? 1 : 0)],
  ["finish_reason", (record) => record.finishReason],
  ["price_version", (record) => record.priceVersion],
  // Mostly ours, then it need not stand there twice.
  ["request_id", ({ id, requestId }) => (requestId === id ? null : requestId)],
  ["trace_id", (record) => record.traceId],
  ["sdk", (record) => record.sdk],
  ["user_agent", (record) => record.userAgent],
];

const names = ["key", "principal", "kind", ...columns.map(([name]) => name)];

export const insertFacts = `INSERT INTO facts (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;

export function factValues(key: number, principal: number, kind: number, record: RequestRecord): Value[] {
  const values: Value[] = [key, principal, kind];
  for (const [, value] of columns) values.push(value(record) ?? null);
  return values;
}
