import * as z from "zod";
import { ControlError } from "#core/control-error";
import { allLimits } from "#limits/all-limits";
import { createLogTail } from "#records/log-tail";
import { noInput, queryOf } from "../input";
import { defaultLimit, pageFields, pageOf, pageView } from "../paging";
import { eventStream, ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { count, showTime, time } from "../view-fields";
import { bookmarkedField, bookmarkFilters } from "./bookmark-filter";
import { showLimitUse } from "./limit-use";
import { logCountRoutes } from "./log-counts";
import { exportRoute } from "./log-export";
import { anyRecordCursor, filterFields, logFilters, rangeFields, rangeOf } from "./log-query";
import { recordNoteRoute } from "./record-notes";
import { recordView, recordWithBodiesView, showBody, showRecord } from "./record-view";
import { savedViewRoutes } from "./saved-views";

const logQuery = z.strictObject({
  limit: pageFields.limit,
  after: anyRecordCursor.exactOptional(),
  ...rangeFields,
  order: z.enum(["newest", "oldest", "costliest", "slowest"]).exactOptional().meta({
    default: "newest",
    description:
      "By time, or by cost or duration, the largest first: that looks at all records of the range, the newest first, for 0.15 s; `looked_back_to` says where it ended. Records without a known cost are not among the costliest.",
  }),
  text: z.string().min(2).max(500).exactOptional().meta({
    description:
      "Text in the kept request or answer, whatever the case of ASCII letters. Looks for 0.3 s from where the page begins; `partial` and `next` say how to go on.",
  }),
  bookmarked: bookmarkedField,
  ...filterFields,
});

const tailQuery = z.strictObject(filterFields);

const pageOfRecords = z.strictObject({
  ...pageView(recordView).shape,
  partial: z
    .literal(true)
    .exactOptional()
    .meta({ description: "The search ended before the page was full: `next` goes on." }),
  looked_back_to: time.exactOptional().meta({
    description:
      "Of a list by cost or duration: all that its pages have began at this time or later; what began before was not looked at. To look there, ask with this time as `to`.",
  }),
});

type LogServices = Pick<ApiServices, "logs" | "onRecords" | "nowMs" | "store" | "audit" | "newId" | "configuration">;

export function logRoutes(services: LogServices): readonly ApiRoute[] {
  const { onRecords } = services;
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
    exportRoute(services),
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
      const bookmarks = await bookmarkFilters(bookmarked, store);
      const inOrder = orderOf(order, after, text);
      const page = await logs.list({
        limit,
        filters: [...bookmarks, ...logFilters(filters)],
        ...(after !== undefined && { after }),
        ...inOrder,
        ...(text !== undefined && { text }),
        ...rangeOf(from, to),
      });
      const corrections = new Map(page.corrections.map((correction) => [correction.id, correction]));
      const notes = await store.logNotes.notes(page.data.map(({ id }) => id));
      const records = page.data.map((record) => {
        return showRecord(record, corrections.get(record.id), notes.get(record.id));
      });
      const { partial, lookedBackToMs } = page;
      return {
        ...pageOf(records, page.next),
        ...(partial !== undefined && { partial }),
        ...(lookedBackToMs !== undefined && { looked_back_to: showTime(lookedBackToMs) }),
      };
    },
  });
}

type Order = NonNullable<z.output<typeof logQuery>["order"]>;

function orderOf(order: Order = "newest", after: string | undefined, text: string | undefined) {
  if (order === "newest" || order === "oldest") {
    if (after?.startsWith("rank:") !== true) return { order };
    throw new ControlError("invalid", `Cannot use the query: "after" is of a list by cost or duration, "order" is not`);
  }
  if (text !== undefined) {
    throw new ControlError(
      "invalid",
      `Cannot use the query: "text" looks through records by time, "order" is ${order}`,
    );
  }
  if (after !== undefined && !after.startsWith("rank:")) {
    throw new ControlError("invalid", `Cannot use the query: "after" is of a list by time, "order" is ${order}`);
  }
  return { rankedBy: order };
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
