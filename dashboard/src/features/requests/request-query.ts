import type { Query } from "#api/call";
import type { Filter } from "#lib/filters";
import { parseRange } from "#lib/range";

export type RequestFilters = Omit<NonNullable<Query<"GET /api/logs/tail">>, never>;

/** What the API calls the ends of an amount, and what its units are worth. */
const amounts: { readonly [field: string]: { readonly name: string; readonly time: boolean } } = {
  cost: { name: "cost_usd", time: false },
  duration: { name: "duration_ms", time: true },
  first_token: { name: "first_token_ms", time: true },
  tokens: { name: "tokens", time: false },
};

/** Conditions that only lists know: they are not counted over time, followed or exported. */
const listOnly: ReadonlySet<string> = new Set(["bookmarked", "text"]);

/** Conditions as the API takes them, but those that only lists know. Values of the same field are any of them. */
export function requestQuery(filters: readonly Filter[]): RequestFilters {
  const query: { [name: string]: string } = {};
  for (const { field, value } of filters) {
    const amount = amounts[field];
    if (listOnly.has(field)) continue;
    if (amount === undefined) query[field] = query[field] === undefined ? value : `${query[field]},${value}`;
    else Object.assign(query, amountQuery(amount.name, amount.time, value));
  }
  return query;
}

export function isListOnly(filters: readonly Filter[]): boolean {
  return filters.some(({ field }) => listOnly.has(field));
}

/** What only lists know of the conditions: bookmarks, and the text that was typed last. */
export function listQuery(filters: readonly Filter[]): { readonly bookmarked?: "true"; readonly text?: string } {
  const text = filters.findLast(({ field }) => field === "text")?.value;
  return {
    ...(filters.some(({ field, value }) => field === "bookmarked" && value === "true") && { bookmarked: "true" }),
    ...(text !== undefined && { text }),
  };
}

/** `>0.5`, `<=2s`, `1..2`, `3`. What cannot be read goes to the API as it is, which says what is wrong with it. */
function amountQuery(name: string, isTime: boolean, text: string): { readonly [name: string]: string } {
  const [from = "", to] = text.split("..");
  if (to !== undefined) return { [`min_${name}`]: plain(from, isTime), [`max_${name}`]: plain(to, isTime) };
  const [, sign = "", amount = text] = /^([<>])=?\s*(.*)$/.exec(text.trim()) ?? [];
  if (sign === "<") return { [`max_${name}`]: plain(amount, isTime) };
  if (sign === ">") return { [`min_${name}`]: plain(amount, isTime) };
  return { [`min_${name}`]: plain(text, isTime), [`max_${name}`]: plain(text, isTime) };
}

const unitMs: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, min: 60_000 };

/** The number alone: `2s` → `2000`, `$0.5` → `0.5`, `1k` → `1000`. */
function plain(text: string, isTime: boolean): string {
  const [, amount = "", unit = ""] = /^\$?\s*([\d.]+)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  if (amount === "") return text.trim();
  const factor = unit === "" ? 1 : isTime ? unitMs[unit.toLowerCase()] : { k: 1000, m: 1_000_000 }[unit.toLowerCase()];
  return factor === undefined ? text.trim() : String(Number(amount) * factor);
}

/** From and to of a range at the moment of asking; one that is live has no end, so that nothing new is missed. */
export function rangeQuery(text: string, utc: boolean): { readonly from?: string; readonly to?: string } {
  const range = parseRange(text, Date.now(), utc) ?? parseRange("24h", Date.now(), utc);
  if (range === undefined) return {};
  return { from: String(Math.floor(range.fromMs)), ...(!range.live && { to: String(Math.ceil(range.toMs)) }) };
}
