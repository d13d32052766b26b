import { GatewayError } from "#core/errors";
import { isArray, isObject, type Json, type JsonObject, typeName } from "#lib/json";

// Readers for a client's request: each field is checked once, at the edge, and an error names its path.
// `null` counts as absent, as the providers' own servers take it.

/** The path of a field: `at("messages[1]", "content")` is `messages[1].content`, `at("messages", 1)` is `messages[1]`. */
export function at(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** The error for a field that is not what it must be; `needed` reads like `a string or an array`. */
export function invalidField(path: string, needed: string, found: Json | undefined): GatewayError {
  return new GatewayError(
    "invalid_request",
    `Cannot read the request: "${path}" must be ${needed}, found ${shown(found)}`,
    {
      param: path,
    },
  );
}

function shown(found: Json | undefined): string {
  if (typeof found === "string") return JSON.stringify(found.slice(0, 60));
  return isArray(found) && found.length === 0 ? "an empty array" : typeName(found);
}

export function requireObject(value: Json | undefined, path: string): JsonObject {
  if (!isObject(value)) throw invalidField(path, "an object", value);
  return value;
}

export function requireArray(value: Json | undefined, path: string): readonly Json[] {
  if (!isArray(value)) throw invalidField(path, "an array", value);
  return value;
}

export function requireString(value: Json | undefined, path: string): string {
  if (typeof value !== "string") throw invalidField(path, "a string", value);
  return value;
}

export function optionalObject(object: JsonObject, path: string, key: string): JsonObject | undefined {
  const value = object[key] ?? undefined;
  return value === undefined ? undefined : requireObject(value, at(path, key));
}

export function optionalArray(object: JsonObject, path: string, key: string): readonly Json[] | undefined {
  const value = object[key] ?? undefined;
  return value === undefined ? undefined : requireArray(value, at(path, key));
}

export function optionalString(object: JsonObject, path: string, key: string): string | undefined {
  const value = object[key] ?? undefined;
  return value === undefined ? undefined : requireString(value, at(path, key));
}

export function optionalNumber(object: JsonObject, path: string, key: string): number | undefined {
  const value = object[key] ?? undefined;
  if (value === undefined || typeof value === "number") return value;
  throw invalidField(at(path, key), "a number", value);
}

export function optionalInteger(object: JsonObject, path: string, key: string): number | undefined {
  const value = optionalNumber(object, path, key);
  if (value === undefined || Number.isSafeInteger(value)) return value;
  throw wrongNumber(at(path, key), "a whole number", value);
}

/** A whole number of at least `least`. */
export function optionalCount(object: JsonObject, path: string, key: string, least: number): number | undefined {
  const value = optionalInteger(object, path, key);
  if (value === undefined || value >= least) return value;
  throw wrongNumber(at(path, key), `at least ${least}`, value);
}

function wrongNumber(path: string, needed: string, found: number): GatewayError {
  return new GatewayError("invalid_request", `Cannot read the request: "${path}" must be ${needed}, found ${found}`, {
    param: path,
  });
}

export function optionalBoolean(object: JsonObject, path: string, key: string): boolean | undefined {
  const value = object[key] ?? undefined;
  if (value === undefined || typeof value === "boolean") return value;
  throw invalidField(at(path, key), "true or false", value);
}

/** The fields that are not in `known` and not null, as the client wrote them; of very many the first 4,096. */
export function unknownFields(object: JsonObject, known: ReadonlySet<string>): JsonObject {
  // Most objects have none. Lists of all their fields would cost more than reading them.
  for (const key in object) if (object[key] !== null && !known.has(key)) return pickUnknown(object, known);
  return noFields;
}

const noFields: JsonObject = {};

/** More than anything real has: a million of them are not copied from place to place. */
const mostUnknown = 4096;

function pickUnknown(object: JsonObject, known: ReadonlySet<string>): JsonObject {
  const unknown: (readonly [string, Json | undefined])[] = [];
  for (const key in object) {
    if (unknown.length === mostUnknown) break;
    if (!known.has(key) && object[key] !== null) unknown.push([key, object[key]]);
  }
  return Object.fromEntries(unknown);
}

/** Without the list of names that `Object.keys` would make. */
export function isEmpty(object: JsonObject): boolean {
  for (const _ in object) return false;
  return true;
}

/** The object's other fields; safe for a field named `__proto__`. */
export function withoutFields(object: JsonObject, names: readonly string[]): JsonObject {
  let isIn = false;
  for (let index = 0; index < names.length; index++) isIn ||= Object.hasOwn(object, names[index] ?? "");
  return isIn ? omit(object, names) : object;
}

function omit(object: JsonObject, names: readonly string[]): JsonObject {
  const others: (readonly [string, Json | undefined])[] = [];
  for (const key in object) if (!names.includes(key)) others.push([key, object[key]]);
  return others.length === 0 ? noFields : Object.fromEntries(others);
}

/** Sets an optional field where there is a value for it, so that an absent one stays absent. */
export function setDefined<T, Key extends keyof T>(draft: T, key: Key, value: T[Key] | undefined): void {
  if (value !== undefined) draft[key] = value;
}
