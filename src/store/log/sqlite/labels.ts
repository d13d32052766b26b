import type { Database } from "bun:sqlite";
import type { RequestRecord } from "#core/record";
import { dayMs } from "../time-buckets";
import { keyFrom, timeOfKey } from "./record-key";

/** By what else a record is looked up: the client's own request id, its session, and the trace id. */
export type LabelKind = "request_id" | "trace_id" | "session_id";

/** Labels of a day stand together, so that random ones do not scatter what a batch writes over the whole index. */
export function createLabelWriter(database: Database): (key: number, record: RequestRecord) => void {
  const insert = database.prepare("INSERT OR IGNORE INTO labels VALUES (?, ?, ?)");
  return (key, { id, requestId, traceId, sessionId }) => {
    const day = Math.floor(timeOfKey(key) / dayMs);
    if (requestId !== id) insert.run(day, labelOf("request_id", requestId), key);
    if (traceId !== undefined) insert.run(day, labelOf("trace_id", traceId), key);
    if (sessionId !== undefined) insert.run(day, labelOf("session_id", sessionId), key);
  };
}

/** Keys in a range under a label, at most so many: the newest, or the oldest. */
export type FindLabelled = (
  kind: LabelKind,
  label: string,
  range: { readonly low: number; readonly high: number },
  order: "newest" | "oldest",
  most: number,
) => readonly number[];

export function createFindLabelled(database: Database): FindLabelled {
  const ends = database.prepare<{ first: number | null; last: number | null }, []>(
    "SELECT (SELECT min(day) FROM labels) AS first, (SELECT max(day) FROM labels) AS last",
  );
  const statements = {
    newest: database.prepare<{ key: number }, Parameters>(`${ofDay} ORDER BY key DESC LIMIT ?`),
    oldest: database.prepare<{ key: number }, Parameters>(`${ofDay} ORDER BY key LIMIT ?`),
  };
  return (kind, label, { low, high }, order, most) => {
    const { first, last } = ends.get() ?? { first: null, last: null };
    if (first === null || last === null) return [];
    const [from, to] = [Math.max(first, dayOf(low)), Math.min(last, dayOf(high))];
    const keys: number[] = [];
    for (let step = 0; step <= to - from && keys.length < most; step++) {
      const day = order === "newest" ? to - step : from + step;
      const rows = statements[order].all(day, labelOf(kind, label), low, high, most - keys.length);
      keys.push(...rows.map(({ key }) => key));
    }
    return keys;
  };
}

type Parameters = [number, string, number, number, number];
const ofDay = "SELECT key FROM labels WHERE day = ? AND label = ? AND key BETWEEN ? AND ?";

/** Deletes labels of the days that ended before a time. Returns how many, at most `batch`. */
export function deleteLabels(database: Database, beforeMs: number, batch: number): number {
  return database
    .query(
      `DELETE FROM labels WHERE (day, label, key) IN
      (SELECT day, label, key FROM labels WHERE day < ? ORDER BY day, label, key LIMIT ?)`,
    )
    .run(dayOf(keyFrom(beforeMs)), batch).changes;
}

function dayOf(key: number): number {
  return Math.floor(timeOfKey(key) / dayMs);
}

const letters: { readonly [K in LabelKind]: string } = { request_id: "r", trace_id: "t", session_id: "s" };

function labelOf(kind: LabelKind, label: string): string {
  return letters[kind] + label;
}
