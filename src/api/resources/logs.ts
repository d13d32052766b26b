import * as z from "zod";
import { ControlError } from "#core/control-error";
import { createLogTail, type LogTailParts } from "#records/log-tail";
import type { LogStore } from "#store/log/log-store";
import { defaultLimit, pageFields } from "../paging";
import { parseInput } from "../parse-input";
import { type ApiRoute, json } from "../route";
import { filterFields, logFilters, rangeFields, timeOf } from "./log-query";
import { showBody, showRecord } from "./show-record";

const logQuery = z.strictObject({
  limit: pageFields.limit,
  after: z
    .string()
    .regex(/^([0-9a-f]{32}|key:-?\d{1,16})$/, { message: "must be the `next` of a page" })
    .exactOptional()
    .meta({ description: "The `next` of the page before." }),
  ...rangeFields,
  order: z.enum(["newest", "oldest"]).exactOptional().meta({ default: "newest" }),
  ...filterFields,
});

const tailQuery = z.strictObject(filterFields);

export type LogParts = Pick<LogTailParts, "onRecords"> & { readonly logs: LogStore };

export function logRoutes(parts: LogParts): readonly ApiRoute[] {
  const tail = createLogTail({ ...parts, show: showRecord });
  return [
    listRoute(parts.logs),
    {
      method: "GET",
      path: "/api/logs/tail",
      summary: "Follow records as they are added, as server-sent events",
      access: "admin",
      query: tailQuery,
      handle: async ({ query }) => ({
        status: 200,
        contentType: "text/event-stream; charset=utf-8",
        body: "",
        stream: tail.open(logFilters(parseInput(tailQuery, query, "query"))),
      }),
    },
    showRoute(parts.logs),
  ];
}

function listRoute(logs: LogStore): ApiRoute {
  return {
    method: "GET",
    path: "/api/logs",
    summary:
      "List records of requests, newest first; a page that says `partial` looked for long enough, `next` goes on",
    access: "admin",
    query: logQuery,
    handle: async ({ query }) => {
      const { limit = defaultLimit, after, from, to, order, ...filters } = parseInput(logQuery, query, "query");
      const [fromMs, toMs] = [timeOf(from), timeOf(to)];
      const page = await logs.list({
        limit,
        filters: logFilters(filters),
        ...(after === undefined ? {} : { after }),
        ...(order === undefined ? {} : { order }),
        ...(fromMs === undefined ? {} : { fromMs }),
        ...(toMs === undefined ? {} : { toMs }),
      });
      const corrections = new Map(page.corrections.map((correction) => [correction.id, correction]));
      return json({
        data: page.data.map((record) => showRecord(record, corrections.get(record.id))),
        has_more: page.next !== undefined,
        ...(page.next === undefined ? {} : { next: page.next }),
        ...(page.partial === undefined ? {} : { partial: true }),
      });
    },
  };
}

function showRoute(logs: LogStore): ApiRoute {
  return {
    method: "GET",
    path: "/api/logs/{id}",
    summary: "Show one record with its attempts, and its bodies as far as they were kept",
    access: "admin",
    handle: async ({ params }) => {
      const entry = await logs.get(params.id ?? "");
      if (entry === undefined)
        throw new ControlError("not_found", "Cannot find the record: there is none with this id");
      const { request, response } = (await logs.content.read(entry.record.id)) ?? {};
      return json({
        ...showRecord(entry.record, entry.correction),
        ...(request !== undefined && { request: showBody(request) }),
        ...(response !== undefined && { response: showBody(response) }),
      });
    },
  };
}
