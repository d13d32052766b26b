import { setTimeout } from "node:timers/promises";
import * as z from "zod";
import { ControlError } from "#core/control-error";
import type { ConfigStore } from "#store/config/config-store";
import { type LogPage, type LogQuery, LogQueryRefused, type LogStore } from "#store/log/log-store";
import { queryOf } from "../input";
import { download } from "../response";
import { type ApiRoute, route } from "../route";
import { bookmarkedField, bookmarkFilters } from "./bookmark-filter";
import { filterFields, logFilters, rangeFields, rangeOf } from "./log-query";
import { recordHead, recordRow } from "./record-row";
import { showRecord } from "./record-view";

const exportQuery = z.strictObject({
  format: z.enum(["csv", "jsonl"]),
  ...rangeFields,
  order: z.enum(["newest", "oldest"]).exactOptional().meta({ default: "newest" }),
  text: z.string().min(2).max(500).exactOptional().meta({
    description: "Text in the kept request or answer, as of a list; looked for during ten minutes at most.",
  }),
  bookmarked: bookmarkedField,
  ...filterFields,
});

const contentTypes = { csv: "text/csv; charset=utf-8", jsonl: "application/jsonl" } as const;

/** At the same time: each keeps the query thread busy for as long as its reader reads. */
const maxExports = 4;
const pageSize = 1000;
/** Of bodies that are looked through: what would take longer fails, and so ends without its last chunk. */
const maxTextMs = 600_000;

type ExportServices = { readonly logs: Pick<LogStore, "list">; readonly store: Pick<ConfigStore, "logNotes"> };

export function exportRoute({ logs, store }: ExportServices): ApiRoute {
  let running = 0;
  return route({
    method: "GET",
    path: "/api/logs/export",
    summary: "Download records, one a line, as many as there are; an export that fails ends without its last chunk",
    permission: "logs:view",
    input: queryOf(exportQuery),
    response: download(Object.values(contentTypes)),
    handle: async ({ query: { format, from, to, order, text, bookmarked, ...filters } }) => {
      if (running >= maxExports)
        throw new ControlError("unavailable", `Cannot export the records: ${maxExports} exports are running already`);
      running += 1;
      const end = () => {
        running -= 1;
      };
      try {
        const query = {
          ...rangeOf(from, to),
          ...(order !== undefined && { order }),
          ...(text !== undefined && { text }),
          filters: [...(await bookmarkFilters(bookmarked, store)), ...logFilters(filters)],
        };
        const stream = await exportStream(logs, query, linesOf[format], end);
        return { contentType: contentTypes[format], filename: `headgate-logs.${format}`, stream };
      } catch (error) {
        end();
        throw error;
      }
    },
  });
}

type Lines = { readonly head: string; readonly of: (page: LogPage) => string };

const linesOf: { readonly [F in keyof typeof contentTypes]: Lines } = {
  csv: { head: recordHead, of: (page) => linesBy(page, recordRow) },
  jsonl: { head: "", of: (page) => linesBy(page, (...entry) => `${JSON.stringify(showRecord(...entry))}\n`) },
};

function linesBy({ data, corrections }: LogPage, line: typeof recordRow): string {
  const byId = new Map(corrections.map((correction) => [correction.id, correction]));
  return data.map((record) => line(record, byId.get(record.id))).join("");
}

/** Reads a page when the one before has gone out. The first is read before the answer begins, so that it can be refused. */
async function exportStream(
  logs: Pick<LogStore, "list">,
  query: Omit<LogQuery, "limit">,
  lines: Lines,
  onEnd: () => void,
): Promise<ReadableStream<Uint8Array>> {
  const deadlineMs = query.text === undefined ? Number.POSITIVE_INFINITY : performance.now() + maxTextMs;
  const read = (after: string | undefined) => {
    if (performance.now() > deadlineMs) throw new Error("Cannot export more: the text was looked for long enough");
    return patiently(() => logs.list({ ...query, limit: pageSize, ...(after !== undefined && { after }) }));
  };
  let page: LogPage | undefined = await read(undefined);
  let head = lines.head;
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          let text = head;
          head = "";
          while (page !== undefined && text === "") {
            text = lines.of(page);
            page = page.next === undefined ? undefined : await read(page.next);
          }
          if (text !== "") controller.enqueue(encoder.encode(text));
          if (page !== undefined) return;
          controller.close();
          onEnd();
        } catch (error) {
          onEnd();
          throw error;
        }
      },
      cancel: onEnd,
    },
    { highWaterMark: 1 },
  );
}

const patienceMs = 30_000;
const pauseMs = 250;

/** The query thread may be asked too much for a moment: an export waits. */
async function patiently(read: () => Promise<LogPage>): Promise<LogPage> {
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof LogQueryRefused) || error.reason !== "busy" || waitedMs >= patienceMs) throw error;
      await setTimeout(pauseMs);
    }
  }
}
