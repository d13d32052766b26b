import { isArray, isObject, type Json, type JsonObject, tryParseJson } from "#lib/json";
import type { RequestRecord } from "./record";
import type { Field, Fields, FieldType, Shape, ShapeValue } from "./record-field";
import { recordShape } from "./record-fields";

/** Reads a record from its JSON; undefined for anything else. */
export const parseRecord: (json: string) => RequestRecord | undefined = createShapeParser(recordShape);

/**
 * Makes a reader of a shape from JSON, which returns undefined for anything else. What other versions wrote is read by
 * these rules: a field that is missing because the object is older gets the value that its row says; a field that this
 * version does not know is passed over (the text that it was read from is what is stored, so a later version finds it);
 * a word that this version does not know, or null, in an optional field counts as no field.
 */
export function createShapeParser<S extends Shape>(shape: S): (json: string) => ShapeValue<S> | undefined {
  const check = shapeCheck(shape);
  const isOfShape = (value: unknown): value is ShapeValue<S> => check(value);
  return (json) => {
    const parsed = tryParseJson(json);
    if (isOfShape(parsed)) return parsed;
    if (!isObject(parsed)) return undefined;
    const adapted = adapt(parsed, shape);
    return isOfShape(adapted) ? adapted : undefined;
  };
}

type Check = (value: unknown) => boolean;

/** Made once of the table, so that checking a record is a walk over its fields: 0.8 µs, where parsing its JSON takes 1.0. */
function shapeCheck({ required, optional }: Shape): Check {
  const needed = fieldChecks(required);
  const possible = fieldChecks(optional);
  return (value) => {
    if (!isTable(value)) return false;
    for (const { name, check } of needed) if (!check(value[name])) return false;
    for (const { name, check } of possible) {
      const field = value[name];
      if (field !== undefined && !check(field)) return false;
    }
    return true;
  };
}

function fieldChecks(fields: Fields): readonly { readonly name: string; readonly check: Check }[] {
  return Object.entries(fields).map(([name, { type }]) => ({ name, check: checkOf(type) }));
}

function checkOf(type: FieldType): Check {
  switch (type.kind) {
    case "id":
      return (value) => typeof value === "string" && /^[0-9a-f]{32}$/.test(value);
    case "text":
      return isText;
    case "number":
      return Number.isFinite;
    case "integer":
      return Number.isInteger;
    case "flag":
      return (value) => typeof value === "boolean";
    case "choice": {
      const words = new Set<unknown>(type.of);
      return (value) => words.has(value);
    }
    case "texts":
      return (value) => Array.isArray(value) && value.every(isText);
    case "labels":
      return (value) => isTable(value) && Object.values(value).every(isText);
    case "object":
      return shapeCheck(type.shape);
    case "objects": {
      const check = shapeCheck(type.shape);
      return (value) => Array.isArray(value) && value.every(check);
    }
  }
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isTable(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Makes of an object of another version what it is in this one. */
function adapt(object: JsonObject, { required, optional }: Shape): JsonObject {
  const adapted: { [name: string]: Json | undefined } = { ...object };
  for (const [name, field] of Object.entries(required)) {
    const value = adaptValue(object[name], field);
    if (value !== undefined) adapted[name] = value;
  }
  for (const [name, field] of Object.entries(optional)) {
    const value = adaptValue(object[name], field);
    const isUnknownWord = field.type.kind === "choice" && isText(value) && !checkOf(field.type)(value);
    if (value !== undefined && value !== null && !isUnknownWord) adapted[name] = value;
    else delete adapted[name];
  }
  return adapted;
}

function adaptValue(value: Json | undefined, { type, before }: Field): Json | undefined {
  if (value === undefined) return before;
  if (type.kind === "object" && isObject(value)) return adapt(value, type.shape);
  if (type.kind !== "objects" || !isArray(value)) return value;
  return value.map((entry) => (isObject(entry) ? adapt(entry, type.shape) : entry));
}
