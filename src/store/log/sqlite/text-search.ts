import type { Database } from "bun:sqlite";
import type { RequestRecord } from "#core/record";
import { createContentScan } from "../../content/content-scan";
import type { Correction, LogPage, LogQuery } from "../log-store";
import { createTextMatcher } from "../text-matcher";

/** What a search in bodies may read before it answers with what it has. */
export type TextBudget = { readonly ms: number; readonly bytes: number };
export const defaultTextBudget: TextBudget = { ms: 300, bytes: 128 * 1024 * 1024 };

/** Records whose bodies are looked at before others are asked for. */
const pageSize = 200;

/** Looks into the bodies of the records that a list finds, in its order, until the page is full or the budget is spent. */
export function createTextSearch(
  database: Database,
  list: (query: LogQuery) => LogPage,
  budget: TextBudget,
): (query: LogQuery, text: string) => Promise<LogPage> {
  return async (query, text) => {
    const deadline = performance.now() + budget.ms;
    const scan = createContentScan(database);
    const isMatch = createTextMatcher(text);
    const [data, corrections]: [RequestRecord[], Correction[]] = [[], []];
    for (let after = query.after; ; ) {
      const page = list({ ...query, limit: pageSize, ...(after !== undefined && { after }) });
      for (const record of page.data) {
        const content = await scan.read(record.id);
        if (content !== undefined && isMatch(content)) {
          data.push(record);
          corrections.push(...page.corrections.filter(({ id }) => id === record.id));
        }
        if (data.length === query.limit) return { data, corrections, next: record.id };
        const isSpent = performance.now() > deadline || scan.bytes() > budget.bytes;
        if (isSpent) return { data, corrections, next: record.id, partial: true };
      }
      if (page.next === undefined) return { data, corrections };
      if (performance.now() > deadline) return { data, corrections, next: page.next, partial: true };
      after = page.next;
    }
  };
}
