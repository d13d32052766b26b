import { JsonNode } from "#lib/json-node";
import type { JsonText } from "#lib/json-text";
import { schemaTypes, wordOf } from "./enum-words";

/**
 * Google's `Schema` (a part of OpenAPI 3.0, its types in capitals: https://ai.google.dev/api/caching#Schema) as the JSON
 * Schema that others take. Numbers and the order of keys stay as they were written.
 */
export function jsonSchemaOf(written: JsonText): JsonText {
  const schema = JsonNode.ofText(Buffer.from(written));
  rewrite(schema);
  return schema.write().toString();
}

function rewrite(schema: JsonNode): void {
  if (!schema.isObject) return;
  for (const name of foreign) schema.remove(name);
  for (const name of snakeNames) rename(schema, name);
  for (const name of counts) asNumber(schema.get(name));
  const format = schema.get("format")?.text();
  if (format !== undefined && !knownFormats.has(format)) schema.remove("format");
  rewriteType(schema);
  const properties = schema.get("properties");
  for (const name of properties?.names() ?? []) {
    const property = properties?.get(name);
    if (property !== undefined) rewrite(property);
  }
  const items = schema.get("items");
  if (items !== undefined) rewrite(items);
  for (const name of ["anyOf", "prefixItems"]) for (const each of schema.get(name)?.elements() ?? []) rewrite(each);
}

/** No words of JSON Schema. */
const foreign = ["propertyOrdering", "property_ordering"];
const counts = ["minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"];
const snakeNames = [...counts, "anyOf", "prefixItems"];
/** Those of JSON Schema; Google's others (`enum`, `int32`, `float`…) say nothing that the type does not. */
const knownFormats: ReadonlySet<string> = new Set(["date-time", "date", "time", "duration", "email", "uri", "uuid"]);

function rename(schema: JsonNode, name: string): void {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const value = snake === name ? undefined : schema.get(snake);
  if (value === undefined) return;
  schema.remove(snake);
  schema.set(name, value);
}

/** Whole numbers of 64 bits are strings in Google's JSON. */
function asNumber(node: JsonNode | undefined): void {
  const text = node?.text();
  if (text !== undefined && /^\d+$/.test(text)) node?.replace(JsonNode.ofText(Buffer.from(text)));
}

function rewriteType(schema: JsonNode): void {
  const type = wordOf(schemaTypes, schema.get("type")?.json());
  const isNullable = schema.get("nullable")?.json() === true;
  schema.remove("nullable");
  if (typeof type !== "string") return;
  if (type === "TYPE_UNSPECIFIED") schema.remove("type");
  else schema.set("type", isNullable ? [type.toLowerCase(), "null"] : type.toLowerCase());
  const values = schema.get("enum");
  if (isNullable && values?.isArray === true) values.setElements([...values.elements(), JsonNode.of(null)]);
}
