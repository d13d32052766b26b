import { type JsonObject, numberOf } from "#lib/json";

/** A count in a provider's usage: whole, never negative, exact. Absent where it is none of this. */
export function countOf(object: JsonObject, key: string): number | undefined {
  const value = numberOf(object, key);
  if (value === undefined || !(value >= 0)) return undefined;
  return Math.min(Math.ceil(value), Number.MAX_SAFE_INTEGER);
}
