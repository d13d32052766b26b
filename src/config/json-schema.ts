import * as z from "zod";
import type { JsonObject } from "#lib/json";
import { isObject, parseJson } from "#lib/json";
import { configSchema } from "./schema";

/** The published JSON Schema (2020-12) of the configuration file, for editors. */
export function configJsonSchema(): JsonObject {
  return toJsonSchema(configSchema);
}

/** The JSON Schema of what a schema takes in. */
export function toJsonSchema(schema: z.ZodType): JsonObject {
  return plainObject(z.toJSONSchema(schema, { io: "input" }));
}

/** The JSON Schema of what a schema gives out. Objects are open: later versions add fields. */
export function toOutputJsonSchema(schema: z.ZodType): JsonObject {
  return plainObject(z.toJSONSchema(schema, { io: "output", override: ({ jsonSchema }) => open(jsonSchema) }));
}

function open(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  // That integers are safe says nothing about a value.
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

function plainObject(value: object): JsonObject {
  const json = parseJson(JSON.stringify(value));
  return isObject(json) ? json : {};
}
