import * as z from "zod";
import { parseTime } from "#config/schema-fields";
import { formatDollars } from "#core/money";
import type { RequestRecord } from "#core/record";
import type { JsonObject } from "#lib/json";
import type { LogStore, StoredBody } from "#store/log/log-store";
import { type AdminRoute, json } from "./admin-route";
import { defaultLimit, listAnswer, pageFields } from "./paging";
import { parseInput, Refusal } from "./refusal";

const time = z
  .string()
  .refine((text) => timeOf(text) !== undefined, {
    message: "must be a time like 2027-01-01T12:00:00Z, a date, or milliseconds since 1970",
  })
  .meta({ description: "RFC 3339 time, date, or milliseconds since the epoch." });

const logQuery = z.strictObject({
  ...pageFields,
  from: time.exactOptional(),
  to: time.exactOptional(),
  order: z.enum(["newest", "oldest"]).exactOptional().meta({ default: "newest" }),
});

export function logRoutes({ logs }: { readonly logs: LogStore }): readonly AdminRoute[] {
  return [
    {
      method: "GET",
      path: "/api/logs",
      summary: "List records of requests, newest first",
      access: "admin",
      query: logQuery,
      handle: async ({ query }) => {
        const { limit = defaultLimit, after, from, to, order } = parseInput(logQuery, query, "query");
        const [fromMs, toMs] = [timeOf(from), timeOf(to)];
        const { data, next } = await logs.list({
          limit,
          ...(after === undefined ? {} : { after }),
          ...(order === undefined ? {} : { order }),
          ...(fromMs === undefined ? {} : { fromMs }),
          ...(toMs === undefined ? {} : { toMs }),
        });
        return listAnswer(data.map(showRecord), next);
      },
    },
    {
      method: "GET",
      path: "/api/logs/{id}",
      summary: "Show one record with its bodies, as far as they were kept",
      access: "admin",
      handle: async ({ params }) => {
        const entry = await logs.get(params.id ?? "");
        if (entry === undefined) throw new Refusal(404, "Cannot find the record: there is none with this id");
        return json({
          ...showRecord(entry.record),
          ...(entry.request === undefined ? {} : { request: showBody(entry.request) }),
          ...(entry.response === undefined ? {} : { response: showBody(entry.response) }),
        });
      },
    },
  ];
}

function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : parseTime(text);
}

/** A record as the API names its fields. */
export function showRecord(record: RequestRecord): JsonObject {
  const { id, requestId, startedAtMs, durationMs, firstTokenMs, cost, attempts, usage, charges: _, ...rest } = record;
  const shown = {
    id,
    request_id: requestId,
    started_at: new Date(startedAtMs).toISOString(),
    duration_ms: durationMs,
    ...(firstTokenMs === undefined ? {} : { first_token_ms: firstTokenMs }),
    ...snakeCase(rest),
    attempts: attempts.map(snakeCase),
    ...(usage === undefined ? {} : { usage: snakeCase(usage) }),
    ...(cost === undefined ? {} : { cost_usd: formatDollars(cost) }),
  };
  return { ...shown, ...(record.tags === undefined ? {} : { tags: record.tags }) };
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
function showBody({ bytes, totalBytes }: StoredBody): JsonObject {
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
