import type * as z from "zod";
import { describeProblem, problemsOf } from "#config/problem";
import { tryParseJson } from "#lib/json";

/** Where a text was read from, for the message when it cannot be used. `row` identifies the row and holds no secret. */
export type StoredPlace = { readonly table: string; readonly row: string; readonly column: string };

/**
 * Reads JSON that another version may have written, or that was changed by hand. A field that the schema does not know is
 * refused rather than ignored: it may restrict something, as a newer version's limit would. Throws one line that names
 * table, row and field, and no value.
 */
export function parseStored<T>(schema: z.ZodType<T>, text: string, place: StoredPlace): T {
  const value = tryParseJson(text);
  if (value === undefined) throw new Error(unreadable(place, "must be JSON"));
  return checkStored(schema, value, place);
}

/** Checks a value of a column that holds no JSON, such as one of a few words. */
export function checkStored<T>(schema: z.ZodType<T>, value: unknown, place: StoredPlace): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(unreadable(place, problemsOf(parsed.error, schema, value).map(describeProblem).join("; ")));
}

function unreadable({ table, row, column }: StoredPlace, problem: string): string {
  return `Cannot read "${column}" of "${row}" in the table ${table}: ${problem}; the version that wrote it is needed, or a backup`;
}
