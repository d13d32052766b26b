/** JSON values as a type, so that parsed input never enters the program as `any`. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json | undefined };

/** Parses JSON text. Throws SyntaxError as `JSON.parse` does. */
export function parseJson(text: string): Json {
  return JSON.parse(text);
}

/** Parses JSON text that may be broken; returns undefined for it. */
export function tryParseJson(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** Writes JSON; returns undefined for what is nested too deep for it. */
export function tryWriteJson(value: Json): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Names a JSON type the way error messages do: `null`, `array`, `object`, `string`, `number`, `boolean` or `nothing`. */
export function typeName(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

// Lenient getters for answers of providers: a field of the wrong type counts as absent.
export function stringOf(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === "string" ? value : undefined;
}
export function numberOf(object: JsonObject, key: string): number | undefined {
  const value = object[key];
  return typeof value === "number" ? value : undefined;
}
export function objectOf(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key];
  return isObject(value) ? value : undefined;
}
export function arrayOf(object: JsonObject, key: string): readonly Json[] {
  const value = object[key];
  return isArray(value) ? value : [];
}
