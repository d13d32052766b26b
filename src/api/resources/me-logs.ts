import * as z from "zod";
import { ControlError } from "#core/control-error";
import type { RequestRecord } from "#core/record";
import type { DimensionFilter } from "#store/log/log-filter";
import { noInput, queryOf } from "../input";
import { defaultLimit, pageFields, pageOf, pageView } from "../paging";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { filterFields, logFilters, rangeFields, rangeOf, recordCursor } from "./log-query";
import { findHolder } from "./own-key-view";
import { recordView, recordWithBodiesView, showBody, showRecord } from "./record-view";

type Services = Pick<ApiServices, "logs" | "store" | "configuration" | "nowMs">;

const { asked_model, model, endpoint, status, outcome, error_code, stream, request_id, trace_id, session_id } =
  filterFields;

const ownLogQuery = z.strictObject({
  limit: pageFields.limit,
  after: recordCursor.exactOptional(),
  ...rangeFields,
  order: z.enum(["newest", "oldest"]).exactOptional().meta({ default: "newest" }),
  ...{ asked_model, model, endpoint, status, outcome, error_code, stream, request_id, trace_id, session_id },
});

/** What the holder of a key is told of its requests: how they went and what they cost, not how the gateway is set up. */
const ownFields = {
  id: true,
  request_id: true,
  started_at: true,
  duration_ms: true,
  first_token_ms: true,
  dialect: true,
  endpoint: true,
  tags: true,
  asked_model: true,
  provider: true,
  model: true,
  stream: true,
  status: true,
  outcome: true,
  finish_reason: true,
  error_code: true,
  error_source: true,
  error_message: true,
  usage: true,
  cost_usd: true,
  dropped: true,
  trace_id: true,
  session_id: true,
  end_user: true,
  request_bytes: true,
  response_bytes: true,
} as const;

const ownRecordView = recordView
  .pick(ownFields)
  .meta({ id: "OwnRecord", description: "A request as the holder of its virtual key sees it, without content." });

const { request, response, bodies_unreadable } = recordWithBodiesView.shape;
const ownRecordWithBodiesView = z
  .strictObject({ ...ownRecordView.shape, request, response, bodies_unreadable })
  .meta({ id: "OwnRecordWithBodies", description: "With its content where the key's `self_view` is `content`." });

/** Leaves out all other fields. */
const shown = z.object(ownRecordView.shape);

const pageOfRecords = z.strictObject({
  ...pageView(ownRecordView).shape,
  partial: z
    .literal(true)
    .exactOptional()
    .meta({ description: "The search ended before the page was full: `next` goes on." }),
});

export function ownLogRoutes(services: Services): readonly ApiRoute[] {
  const { logs } = services;
  return [
    route({
      method: "GET",
      path: "/api/me/logs",
      summary: "List the requests of a virtual key to its holder, newest first, without content",
      access: "virtual-key",
      input: queryOf(ownLogQuery),
      response: ok(pageOfRecords),
      handle: async ({ query: { limit = defaultLimit, after, from, to, order, ...filters }, ...asked }) => {
        const { key } = await findHolder(asked, "requests", services);
        const page = await logs.list({
          limit,
          filters: [ofKey(key.id), ...logFilters(filters)],
          ...(after !== undefined && { after }),
          ...(order !== undefined && { order }),
          ...rangeOf(from, to),
        });
        const own = page.data.filter(({ keyId }) => keyId === key.id);
        return { ...pageOf(own.map(showOwn), page.next), ...(page.partial !== undefined && { partial: page.partial }) };
      },
    }),
    route({
      method: "GET",
      path: "/api/me/logs/{id}",
      summary: "Show a request of a virtual key to its holder, with its content where `self_view` allows it",
      access: "virtual-key",
      input: noInput,
      response: ok(ownRecordWithBodiesView),
      handle: async ({ params, ...asked }) => {
        const { key, spec } = await findHolder(asked, "requests", services);
        const entry = await logs.get(params.id);
        // Another key's record is not told from one that is not there.
        if (entry === undefined || entry.record.keyId !== key.id)
          throw new ControlError("not_found", "Cannot find the record: there is none of this key with this id");
        const bodies = spec.self_view === "content" ? await showBodies(entry.record, logs) : {};
        return { ...showOwn(entry.record), ...bodies };
      },
    }),
  ];
}

/** Of a virtual key alone. */
export function ofKey(id: string): DimensionFilter {
  return { on: "principal", field: "key", anyOf: [id] };
}

function showOwn(record: RequestRecord): z.output<typeof ownRecordView> {
  return shown.parse(showRecord(record));
}

async function showBodies(record: RequestRecord, logs: Services["logs"]) {
  const { request: sent, response: got, unreadable } = (await logs.content.read(record.id)) ?? {};
  return {
    ...(sent !== undefined && { request: showBody(sent) }),
    ...(got !== undefined && { response: showBody(got) }),
    ...(unreadable !== undefined && { bodies_unreadable: unreadable }),
  };
}
