import * as z from "zod";
import { parseTime } from "#config/schema-fields";
import { recordOutcomes } from "#core/record-fields";
import { scaleDecimal } from "#lib/decimal";
import { classFields, numberColumns, principalFields, textColumns, wordColumns } from "#store/log/log-fields";
import type { DimensionFilter, LogFilter } from "#store/log/log-filter";

const time = z
  .string()
  .refine((text) => timeOf(text) !== undefined, {
    message: "must be a time like 2027-01-01T12:00:00Z, a date, or milliseconds since 1970, up to the year 9999",
  })
  .meta({ description: "RFC 3339 time, date, or milliseconds since the epoch." });

/** Where a page of records goes on. */
export const recordCursor = z
  .string()
  .regex(/^([0-9a-f]{32}|key:-?\d{1,16})$/, { message: "must be the `next` of a page" })
  .meta({ description: "The `next` of the page before." });

/** The same, or where a page by an amount goes on. */
export const anyRecordCursor = z
  .string()
  .regex(/^([0-9a-f]{32}|key:-?\d{1,16}|rank:\d{1,16}(\.\d{1,9})?:-?\d{1,16}:(-?\d{1,16})?)$/, {
    message: "must be the `next` of a page",
  })
  .meta({ description: "The `next` of the page before, in the same order." });

export const rangeFields = { from: time.exactOptional(), to: time.exactOptional() };

const words = (description: string) => z.string().min(1).exactOptional().meta({ description });
/** Each is looked up in every day, or compared with all that there are. */
const mostListed = { any: 1000, "looked up": 250 } as const;
const isAtMost = (most: number) => (text: string) => text.split(",", most + 1).length <= most;
const tooMany = (most: number) => ({ message: `must be at most ${most} values` });
const listed = (what: string, most: number = mostListed.any) =>
  z
    .string()
    .min(1)
    .refine(isAtMost(most), tooMany(most))
    .exactOptional()
    .meta({ description: `${what}; several separated by commas are any of them, at most ${most}.` });
/** Of a few that are known: a misspelt one is refused, where it would find nothing. */
const chosen = (known: readonly string[]) =>
  z
    .string()
    .refine((text) => text.split(",").every((word) => known.includes(word)), {
      message: `must be of ${known.join(", ")}, separated by commas`,
    })
    .exactOptional()
    .meta({ description: `Of ${known.join(", ")}; several separated by commas are any of them.` });
const yesOrNo = (description: string) => z.enum(["true", "false"]).exactOptional().meta({ description });
const amount = (digits: number, description: string) =>
  z
    .string()
    .refine((text) => (scaleDecimal(text, digits) ?? -1) >= 0, { message: "must be an amount from 0" })
    .exactOptional()
    .meta({ description });

/** Filters on what roll-ups keep apart: of records and of statistics. */
export const dimensionFields = {
  key: listed("Id or name of a virtual key"),
  team: listed("Team"),
  customer: listed("Customer"),
  tag: z
    .string()
    .regex(/^[^,:]+:[^,]*(,[^,:]+:[^,]*)*$/, { message: "must be name:value" })
    .refine(isAtMost(mostListed.any), tooMany(mostListed.any))
    .exactOptional()
    .meta({ description: "A tag as `name:value`; several separated by commas are any of them." }),
  endpoint: listed("Endpoint, e.g. `chat.completions`"),
  dialect: listed("Dialect of the client"),
  asked_model: listed("Model that the client asked for"),
  model: listed("Model that answered, with or without its provider"),
  provider: listed("Provider that answered"),
  provider_key: listed("Name of the provider key"),
  status: z
    .string()
    .regex(/^(\d{1,3}|\dxx)(,(\d{1,3}|\dxx))*$/, { message: "must be a status like 429, or a class like 5xx" })
    .refine(isAtMost(mostListed.any), tooMany(mostListed.any))
    .exactOptional()
    .meta({ description: "Status that the client got, e.g. `429`, or a class, `5xx`." }),
  outcome: chosen(recordOutcomes),
  error_code: listed("Code of the error"),
  error_source: chosen(["client", "gateway", "upstream"]),
  stream: yesOrNo("Whether the answer was a stream."),
};

/** Every filter on records. */
export const filterFields = {
  ...dimensionFields,
  id: listed("Our id", mostListed["looked up"]),
  request_id: listed("The client's `x-request-id`, or ours", mostListed["looked up"]),
  trace_id: listed("Trace id of `traceparent`", mostListed["looked up"]),
  session_id: listed("What the client calls the conversation or run", mostListed["looked up"]),
  end_user: listed("Whom the client says it asks for"),
  finish_reason: listed("Why the answer ended"),
  price_version: listed("Version of the price"),
  limit_id: listed("Limit that the request was held against"),
  canonical_model: listed(
    "The one name of all states and spellings of the model that answered, such as `openai/gpt-4o`",
  ),
  bill_differs: yesOrNo(
    "Of requests whose provider said what they cost: whether that differs from the price list by over 2 %.",
  ),
  service_tier: listed("The tier that the provider says it served"),
  paid_by: chosen(["client"]),
  capped: z.enum(["true"]).exactOptional().meta({ description: "Whether a budget limited the output." }),
  estimated: yesOrNo("Whether usage was counted by Headgate and not by the provider."),
  retried: yesOrNo("Whether there was more than one attempt."),
  min_cost_usd: amount(9, "US dollars, at least."),
  max_cost_usd: amount(9, "US dollars, at most."),
  min_duration_ms: amount(3, "Milliseconds, at least."),
  max_duration_ms: amount(3, "Milliseconds, at most."),
  min_first_token_ms: amount(3, "Milliseconds until the first token, at least."),
  max_first_token_ms: amount(3, "Milliseconds until the first token, at most."),
  min_tokens: amount(0, "Input and output tokens together, at least."),
  max_tokens: amount(0, "Input and output tokens together, at most."),
  user_agent: words("Part of the client's `user-agent`."),
  sdk: words("Part of the name of the client's SDK."),
};

type Query = { readonly [name: string]: string | number | undefined };

/** The filters of a query that was parsed with `dimensionFields`. */
export function dimensionFilters(query: Query): readonly DimensionFilter[] {
  const ofPrincipal = given(query, namesOf(principalFields)).map(
    ({ field, text }): DimensionFilter => ({ on: "principal", field, anyOf: text.split(",") }),
  );
  const ofKind = given(query, namesOf(classFields)).map(
    ({ field, text }): DimensionFilter => ({ on: "class", field, anyOf: text.split(",") }),
  );
  return [...ofPrincipal, ...ofKind];
}

/** Refused requests are listed where they are asked for, by their outcome. */
const noRefusals: LogFilter = { on: "number", field: "refused", max: 0 };

/** The filters of a query that was parsed with `filterFields`. */
export function logFilters(query: Query): readonly LogFilter[] {
  const ofWords = given(query, namesOf(wordColumns)).map(
    ({ field, text }): LogFilter => ({ on: "word", field, anyOf: text.split(",") }),
  );
  const ofTexts = given(query, namesOf(textColumns)).map(
    ({ field, text }): LogFilter => ({ on: "text", field, contains: text }),
  );
  const ofNumbers = namesOf(numberColumns).flatMap((field): readonly LogFilter[] => {
    const [min, max] = [numberOf(query, "min", field), numberOf(query, "max", field)];
    if (min === undefined && max === undefined) return [];
    return [{ on: "number", field, ...(min !== undefined && { min }), ...(max !== undefined && { max }) }];
  });
  const filters = [...dimensionFilters(query), ...ofWords, ...ofTexts, ...ofNumbers];
  return query.outcome === undefined ? [...filters, noRefusals] : filters;
}

function given<F extends string>(query: Query, fields: readonly F[]): readonly { field: F; text: string }[] {
  return fields.flatMap((field) => {
    const text = query[field];
    return text === undefined ? [] : [{ field, text: String(text) }];
  });
}

function numberOf(query: Query, end: "min" | "max", field: keyof typeof numberColumns): number | undefined {
  const text = query[`${end}_${field === "cost" ? "cost_usd" : field}`];
  if (text === undefined) return undefined;
  return field === "cost" ? scaleDecimal(String(text), 9) : Number(text);
}

function namesOf<K extends string>(table: { readonly [name in K]: unknown }): readonly K[] {
  const isName = (name: string): name is K => name in table;
  return Object.keys(table).filter(isName);
}

/** The range of a query that was parsed with `rangeFields`. */
export function rangeOf(from: string | undefined, to: string | undefined): { fromMs?: number; toMs?: number } {
  const [fromMs, toMs] = [timeOf(from), timeOf(to)];
  return { ...(fromMs !== undefined && { fromMs }), ...(toMs !== undefined && { toMs }) };
}

/** The last day that answers can show, as RFC 3339 has four digits for a year. */
const latestMs = Date.UTC(9999, 11, 31);

/** Milliseconds since the epoch. */
export function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d{1,15}$/.test(text) ? Number(text) : parseTime(text);
  return ms !== undefined && ms <= latestMs ? ms : undefined;
}
