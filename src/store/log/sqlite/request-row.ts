import type { RequestRecord } from "#core/record";
import type { JournaledRecord } from "../log-store";

type Value = string | number | null;

/** What of a record gets a column of its own; the whole record stands beside them as JSON. In the order of the columns. */
const columns: readonly (readonly [name: string, value: (record: RequestRecord) => Value | undefined])[] = [
  ["id", (record) => record.id],
  ["started_at_ms", (record) => record.startedAtMs],
  ["duration_ms", (record) => record.durationMs],
  ["first_token_ms", (record) => record.firstTokenMs],
  ["key_id", (record) => record.keyId],
  ["team", (record) => record.team],
  ["customer", (record) => record.customer],
  ["endpoint", (record) => record.endpoint],
  ["dialect", (record) => record.dialect],
  ["asked_model", (record) => record.askedModel],
  ["provider", (record) => record.provider],
  ["model", (record) => record.model],
  ["status", (record) => record.status],
  ["outcome", (record) => record.outcome],
  ["error_code", (record) => record.errorCode],
  ["stream", (record) => (record.stream ? 1 : 0)],
  ["input_tokens", ({ usage }) => usage && usage.input + usage.inputAudio],
  ["cache_read_tokens", ({ usage }) => usage?.cacheRead],
  ["cache_write_tokens", ({ usage }) => usage && usage.cacheWrite + usage.cacheWrite1h],
  ["output_tokens", ({ usage }) => usage && usage.output + usage.outputAudio],
  ["reasoning_tokens", ({ usage }) => usage?.reasoning],
  ["estimated", ({ usage }) => usage && (usage.estimated ? 1 : 0)],
  ["cost_nanodollars", (record) => record.cost],
];

const names = [...columns.map(([name]) => name), "record"];

/** What is there already stays: a record may be read from the journal twice. (OR IGNORE would pass over any other fault too.) */
export const insertRequest = `INSERT INTO requests (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")}) ON CONFLICT (id) DO NOTHING`;

export function requestValues({ record, json }: JournaledRecord): Value[] {
  const values = columns.map(([, value]) => value(record) ?? null);
  values.push(json);
  return values;
}
