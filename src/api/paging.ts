import * as z from "zod";
import type { Json } from "#lib/json";
import { invalidFields } from "./parse-input";
import { type ApiResponse, json } from "./route";

const limit = z
  .string()
  .regex(/^\d{1,4}$/, { message: "must be a whole number" })
  .transform(Number)
  .refine((count) => count >= 1 && count <= 1000, { message: "must be from 1 to 1000" })
  .meta({ description: "Entries a page, at most 1000.", default: "100" });

export const pageFields = {
  limit: limit.exactOptional(),
  after: z.string().min(1).exactOptional().meta({ description: "The `next` of the page before." }),
};

export const pageQuery = z.strictObject(pageFields);

export const defaultLimit = 100;

/** The form of every list. `next` is there when there is more. */
export function listAnswer(data: readonly Json[], next?: string): ApiResponse {
  return json({ data, has_more: next !== undefined, ...(next === undefined ? {} : { next }) });
}

/** Pages a list that is in memory; the cursor is the id of the last entry shown. Throws a 400 where that is gone. */
export function pageOf<T>(
  entries: readonly T[],
  idOf: (entry: T) => string,
  query: { readonly limit?: number; readonly after?: string },
): { readonly page: readonly T[]; readonly next?: string } {
  const start = query.after === undefined ? 0 : entries.findIndex((entry) => idOf(entry) === query.after) + 1;
  if (query.after !== undefined && start === 0) {
    const message = "must be the `next` of a page, and name an entry that is still there: begin anew";
    throw invalidFields([{ path: ["after"], message }], "query");
  }
  const end = start + (query.limit ?? defaultLimit);
  const page = entries.slice(start, end);
  const last = page.at(-1);
  return end < entries.length && last !== undefined ? { page, next: idOf(last) } : { page };
}
