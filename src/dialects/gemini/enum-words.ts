import type { Json } from "#lib/json";

// Clients built from the protocol buffer (Google's for Go, with `$alt=json;enum-encoding=int`) write the numbers of its enums:
// https://github.com/googleapis/googleapis/blob/master/google/ai/generativelanguage/v1beta/content.proto

/** `Type` of a `Schema`. */
export const schemaTypes = ["TYPE_UNSPECIFIED", "STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"];
/** `FunctionCallingConfig.Mode`. */
export const callingModes = ["MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"];

/** The word behind the number of an enum; any other value as it is. */
export function wordOf(words: readonly string[], value: Json | undefined): Json | undefined {
  return typeof value === "number" ? (words[value] ?? value) : value;
}
