import type { OutputFormat } from "#core/completion";
import type { JsonObject } from "#lib/json";
import { optionalBoolean, optionalString } from "./fields";

/** The answer's form by a schema, with what stands beside it: `name`, `description` and `strict`, which holds where nothing is said. */
export function jsonSchemaFormat(format: JsonObject, path: string, schema: string, strict?: boolean): OutputFormat {
  const name = optionalString(format, path, "name");
  const description = optionalString(format, path, "description");
  const isStrict = optionalBoolean(format, path, "strict") ?? strict;
  return {
    type: "json-schema",
    schema,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(isStrict !== undefined && { strict: isStrict }),
  };
}
