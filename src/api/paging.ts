import * as z from "zod";
import { invalidFields } from "./parse-input";
import { list } from "./view-fields";

const limit = z
  .string()
  .regex(/^\d{1,4}$/, { message: "must be a whole number" })
  .transform(Number)
  .refine((count) => count >= 1 && count <= 1000, { message: "must be from 1 to 1000" })
  .meta({ description: "Entries a page, at most 1000.", default: "100" });

const cursorWords = { description: "The `next` of the page before." };

/** A cursor is the id of an entry, checked against the list where that is in memory. */
export const pageFields = { limit: limit.exactOptional(), after: z.string().min(1).exactOptional().meta(cursorWords) };

/** A cursor that is one of our own ids. */
export const idCursor = z.string().refine(isOwnId, { message: "must be the `next` of a page" }).meta(cursorWords);

export function isOwnId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

export const pageQuery = z.strictObject(pageFields);

export const defaultLimit = 100;

/** The form of every list. */
export type Page<T> = { readonly data: readonly T[]; readonly has_more: boolean; readonly next?: string };

export function pageView<T>(entry: z.ZodType<T>) {
  return z.strictObject({
    data: list(entry),
    has_more: z.boolean(),
    next: z.string().exactOptional().meta({ description: "The cursor of the next page, where there is more." }),
  });
}

/** @param next The cursor of the next page, where there is more. */
export function pageOf<T>(data: readonly T[], next?: string): Page<T> {
  return { data, has_more: next !== undefined, ...(next !== undefined && { next }) };
}

/** Pages a list that is in memory; the cursor is the id of the last entry shown. Throws `invalid` where that is gone. */
export function pageFrom<T, V>(
  entries: readonly T[],
  { limit = defaultLimit, after }: { readonly limit?: number; readonly after?: string },
  idOf: (entry: T) => string,
  show: (entry: T) => V,
): Page<V> {
  const start = after === undefined ? 0 : entries.findIndex((entry) => idOf(entry) === after) + 1;
  if (after !== undefined && start === 0)
    throw badCursor("must be the `next` of a page, and name an entry that is still there: begin anew");
  const page = entries.slice(start, start + limit);
  const last = page.at(-1);
  const next = start + limit < entries.length && last !== undefined ? idOf(last) : undefined;
  return pageOf(page.map(show), next);
}

/** Of one more entry than the page holds, read from a store, makes the page. */
export function cutPage<T, V>(
  entries: readonly T[],
  limit: number,
  idOf: (entry: T) => string,
  show: (entry: T) => V,
): Page<V> {
  const page = entries.slice(0, limit);
  const last = page.at(-1);
  return pageOf(page.map(show), entries.length > limit && last !== undefined ? idOf(last) : undefined);
}

/** A cursor is untrusted like the rest of a query: what is wrong with it is said by its name. */
export function badCursor(message: string) {
  return invalidFields([{ path: ["after"], message }], "query");
}
