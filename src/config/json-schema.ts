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
  const json = parseJson(JSON.stringify(z.toJSONSchema(schema, { io: "input" })));
  return isObject(json) ? json : {};
}
