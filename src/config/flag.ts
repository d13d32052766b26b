import type * as z from "zod";

/** One flag of the command line, for its help and its parser. One without a `value` is a switch. */
export type Flag = { readonly name: string; readonly value: string; readonly help: string; readonly default?: string };

/** Flags as they were given; a switch is an empty text. */
export type GivenFlags = { readonly [name: string]: string | undefined };

/** What was wrong with a flag or variable; the message says what is needed. */
export class OptionError extends Error {}

/**
 * The values of flags, by a schema whose keys are their names and whose messages say what is needed ("a whole number").
 * Flags that the schema does not name are left aside. Throws OptionError for the first that cannot be used.
 */
export function readFlags<Values>(schema: z.ZodType<Values>, given: GivenFlags): Values {
  const { success, data, error } = schema.safeParse(given);
  if (success) return data;
  const [issue] = error.issues;
  const name = String(issue?.path[0] ?? "");
  throw unusable(`--${name}`, String(issue?.message), given[name] ?? "nothing");
}

/** @param label What the operator knows the flag by: a variable's name where that set it. */
export function unusable(label: string, needed: string, found: string): OptionError {
  return new OptionError(`Cannot use ${label}: needs ${needed}, found "${found}"`);
}
