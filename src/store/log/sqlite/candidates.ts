import type { LogFilter } from "../log-filter";
import { isLookedUp } from "./fact-tests";
import type { FindRecord } from "./find-record";
import type { FindLabelled } from "./labels";

export type KeyRange = { readonly low: number; readonly high: number };

/** Keys of the records that can match, ascending. `reached`: beyond this key there are more that were not looked up. */
export type Candidates = { readonly keys: readonly number[]; readonly reached?: number };

/** A label is the client's, which may give the same one to every request. */
const mostLabelled = 20_000;
/** Of each of several labels, where there are so many that they share the others. */
const leastLabelled = 1000;

/** Looks up what filters on ids, request ids, trace ids and sessions leave; undefined without such a filter. */
export function findCandidates(
  filters: readonly LogFilter[],
  range: KeyRange,
  order: "newest" | "oldest",
  parts: { readonly findRecord: FindRecord; readonly findLabelled: FindLabelled },
): Candidates | undefined {
  const found = filters.filter(isLookedUp).map((filter) => lookUp(filter, range, order, parts));
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  const sets = others.map(({ keys }) => new Set(keys));
  const inAll = first.keys.filter((key) => sets.every((keys) => keys.has(key)));
  const reached = found.flatMap((each) => each.reached ?? []);
  const nearest = order === "newest" ? Math.max(...reached) : Math.min(...reached);
  return { keys: inAll.toSorted((a, b) => a - b), ...(reached.length > 0 && { reached: nearest }) };
}

function lookUp(
  { field, anyOf }: Extract<LogFilter, { on: "word" }>,
  range: KeyRange,
  order: "newest" | "oldest",
  { findRecord, findLabelled }: Parameters<typeof findCandidates>[3],
): Candidates {
  const own = field === "trace_id" || field === "session_id" ? [] : anyOf.flatMap((word) => findRecord(word) ?? []);
  // By request id only those whose client gave none.
  const ids = own.filter(({ record }) => field === "id" || record.requestId === record.id).map(({ key }) => key);
  if (field !== "request_id" && field !== "trace_id" && field !== "session_id") return { keys: ids };
  const most = Math.max(leastLabelled, Math.floor(mostLabelled / anyOf.length));
  const lists = anyOf.map((label) => findLabelled(field, label, range, order, most));
  const reached = lists.flatMap((keys) => (keys.length < most ? [] : (keys.at(-1) ?? [])));
  const nearest = order === "newest" ? Math.max(...reached) : Math.min(...reached);
  return { keys: [...new Set([...ids, ...lists.flat()])], ...(reached.length > 0 && { reached: nearest }) };
}
