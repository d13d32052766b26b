import * as z from "zod";
import { ControlError } from "#core/control-error";
import { allLimits } from "#limits/all-limits";
import { createLogTail } from "#records/log-tail";
import type { LogFilter } from "#store/log/log-filter";
import { noInput, queryOf } from "../input";
import { defaultLimit, pageFields, pageOf, pageView } from "../paging";
import { eventStream, ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { count } from "../view-fields";
import { showLimitUse } from "./limit-use";
import { logCountRoutes } from "./log-counts";
import { exportRoute } from "./log-export";
import { filterFields, logFilters, rangeFields, rangeOf, recordCursor } from "./log-query";
import { recordNoteRoute } from "./record-notes";
import { recordView, recordWithBodiesView, showBody, showRecord } from "./record-view";
import { savedViewRoutes } from "./saved-views";

const logQuery = z.strictObject({
  limit: pageFields.limit,
  after: recordCursor.exactOptional(),
  ...rangeFields,
  order: z.enum(["newest", "oldest"]).exactOptional().meta({ default: "newest" }),
  text: z.string().min(2).max(500).exactOptional().meta({
    description:
      "Text in the kept request or answer, whatever the case of ASCII letters. Looks for 0.3 s from where the page begins; `partial` and `next` say how to go on.",
  }),
  bookmarked: z.literal("true").exactOptional().meta({ description: "Only bookmarked records." }),
  ...filterFields,
});

const tailQuery = z.strictObject(filterFields);

const pageOfRecords = z.strictObject({
  ...pageView(recordView).shape,
  partial: z
    .literal(true)
    .exactOptional()
    .meta({ description: "The search ended before the page was full: `next` goes on." }),
});

type LogServices = Pick<ApiServices, "logs" | "onRecords" | "nowMs" | "store" | "audit" | "newId" | "configuration">;

export function logRoutes(services: LogServices): readonly ApiRoute[] {
  const { logs, onRecords } = services;
  const tail = createLogTail({ onRecords, show: showRecord });
  return [
    listRoute(services),
    route({
      method: "GET",
      path: "/api/logs/tail",
      summary: "Follow records as they are added, as server-sent events",
      permission: "logs:view",
      input: queryOf(tailQuery),
      response: eventStream({ record: recordView, dropped: z.strictObject({ dropped: count }) }),
      handle: async ({ query }) => tail.open(logFilters(query)),
    }),
    ...logCountRoutes(services),
    exportRoute(logs),
    ...savedViewRoutes(services),
    showRoute(services),
    recordNoteRoute(services),
  ];
}

function listRoute({ logs, store }: LogServices): ApiRoute {
  return route({
    method: "GET",
    path: "/api/logs",
    summary:
      "List records of requests, newest first; a page that says `partial` looked for long enough, `next` goes on",
    permission: "logs:view",
    input: queryOf(logQuery),
    response: ok(pageOfRecords),
    handle: async ({ query: { limit = defaultLimit, after, from, to, order, text, bookmarked, ...filters } }) => {
      const bookmarks = bookmarked === undefined ? [] : [await bookmarkFilter(store)];
      const page = await logs.list({
        limit,
        filters: [...bookmarks, ...logFilters(filters)],
        ...(after !== undefined && { after }),
        ...(order !== undefined && { order }),
        ...(text !== undefined && { text }),
        ...rangeOf(from, to),
      });
      const corrections = new Map(page.corrections.map((correction) => [correction.id, correction]));
      const notes = await store.logNotes.notes(page.data.map(({ id }) => id));
      const records = page.data.map((record) => {
        return showRecord(record, corrections.get(record.id), notes.get(record.id));
      });
      return { ...pageOf(records, page.next), ...(page.partial !== undefined && { partial: page.partial }) };
    },
  });
}

function showRoute({ logs, store, configuration }: LogServices): ApiRoute {
  return route({
    method: "GET",
    path: "/api/logs/{id}",
    summary: "Show one record with its attempts, and its bodies as far as they were kept",
    permission: "logs:view",
    input: noInput,
    response: ok(recordWithBodiesView),
    handle: async ({ params }) => {
      const entry = await logs.get(params.id);
      if (entry === undefined)
        throw new ControlError("not_found", "Cannot find the record: there is none with this id");
      const limitUse = showLimitUse(entry.record, allLimits(configuration.content()));
      const { request, response, unreadable } = (await logs.content.read(entry.record.id)) ?? {};
      return {
        ...showRecord(entry.record, entry.correction, (await store.logNotes.notes([entry.record.id])).get(params.id)),
        ...(limitUse.length > 0 && { limit_use: limitUse }),
        ...(request !== undefined && { request: showBody(request) }),
        ...(response !== undefined && { response: showBody(response) }),
        ...(unreadable !== undefined && { bodies_unreadable: unreadable }),
      };
    },
  });
}

/** More are not looked for at once. */
const maxBookmarks = 200;

async function bookmarkFilter(store: LogServices["store"]): Promise<LogFilter> {
  return { on: "word", field: "id", anyOf: await store.logNotes.bookmarks(maxBookmarks) };
}
