import { isDeepStrictEqual } from "node:util";
import { isObject, type Json, type JsonObject, parseJson } from "#lib/json";

/** What changed, by field, for audit events. */
export type FieldChanges = { readonly [field: string]: Json };

const longestValue = 500;

/**
 * The fields in which two states differ, `{from, to}` each; a field that was or is not there lacks that side. Of the
 * fields in `secret` only that they changed is kept.
 */
export function fieldChanges(before: object, after: object, secret: readonly string[] = []): FieldChanges {
  const [from, to] = [plain(before), plain(after)];
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  const changed = names.filter((name) => !isDeepStrictEqual(from[name], to[name]));
  return Object.fromEntries(
    changed.map((name) => [name, secret.includes(name) ? "changed" : sides(from[name], to[name])]),
  );
}

function sides(from: Json | undefined, to: Json | undefined): JsonObject {
  return {
    ...(from === undefined ? {} : { from: shortened(from) }),
    ...(to === undefined ? {} : { to: shortened(to) }),
  };
}

function shortened(value: Json): Json {
  const text = JSON.stringify(value);
  return text.length <= longestValue ? value : `${text.slice(0, longestValue)}…`;
}

function plain(state: object): JsonObject {
  const value = parseJson(JSON.stringify(state));
  return isObject(value) ? value : {};
}
