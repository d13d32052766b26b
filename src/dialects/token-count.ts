import { type JsonObject, numberOf } from "#lib/json";

/** More tokens than any request could have: a provider that claims them is not believed. */
const mostTokens = 1e9;

/** A count in a provider's usage: whole, and of a size that can be. Absent where it is none of this. */
export function countOf(object: JsonObject, key: string): number | undefined {
  const value = numberOf(object, key);
  return value !== undefined && value >= 0 && value <= mostTokens ? Math.ceil(value) : undefined;
}
