import { rewriteStrings, type StringRule } from "#lib/json-rewrite";
import type { JsonScan } from "#lib/json-scan";
import type { FieldChanges } from "#lib/json-splice";
import type { RequestBody } from "./request-body";

/**
 * A named difference of look-alike providers from a dialect's own one, as data. `Rules` is what the dialect's codec
 * writes by. Both ways have to be spoken for: a client of the dialect itself meets the same provider.
 */
export type Quirk<Rules> = {
  /** For the reference page: what such a provider does differently. */
  readonly description: string;
  /** What it changes of the rules by which a translated request is written. */
  readonly translated: Partial<Rules>;
  /** What it changes in a request that passes through, or why nothing. */
  readonly passed: PassedChanges | { readonly unchanged: string };
};

export type Quirks<Rules> = { readonly [name: string]: Quirk<Rules> };

export type PassedChanges = {
  /** New values of top-level fields. */
  readonly fields?: (scan: JsonScan) => FieldChanges;
  /** Strings inside of fields. */
  readonly strings?: readonly StringRule[];
};

/** The rules for a provider with these quirks. Names of other dialects' quirks change nothing. */
export function rulesFor<Rules>(own: Rules, quirks: Quirks<Rules>, names: readonly string[]): Rules {
  let rules = own;
  for (const name of names) rules = { ...rules, ...quirks[name]?.translated };
  return rules;
}

/** Adds to the changes of a request that passes through what its provider's quirks change. Looks at nothing without one; quirks are of JSON alone. */
export function withQuirks(
  changes: FieldChanges,
  quirks: { readonly [name: string]: Pick<Quirk<unknown>, "passed"> },
  names: readonly string[],
  body: RequestBody,
): FieldChanges {
  if (names.length === 0 || body.kind !== "json") return changes;
  const strings: StringRule[] = [];
  const fields: FieldChanges[] = [];
  for (const name of names) {
    const { passed = { unchanged: "unknown here" } } = quirks[name] ?? {};
    if ("unchanged" in passed) continue;
    if (passed.fields !== undefined) fields.push(passed.fields(body));
    if (passed.strings !== undefined) strings.push(...passed.strings);
  }
  return Object.assign({}, changes, ...fields, rewriteStrings(body, strings));
}
