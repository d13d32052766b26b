import { isObject, type Json } from "#lib/json";
import type { JsonNode } from "#lib/json-node";
import type { Traits } from "#traits/vocabulary";

/** Takes a path of something that a schema does not say any more. */
type Lose = (path: string) => void;

/**
 * Makes a JSON Schema one that a target compiles: its objects are closed, and keywords that it does not know move into
 * the description, where the model still reads them.
 */
export function fitSchema(schema: JsonNode, path: string, traits: Traits, lose: Lose): void {
  const { strict_schemas: form = "any", schema_keywords: keywords = [] } = traits;
  if (form !== "closed" && keywords.length === 0) return;
  fit(schema, path, { closes: form === "closed", keywords: new Set(keywords), lose });
}

type Rules = { readonly closes: boolean; readonly keywords: ReadonlySet<string>; readonly lose: Lose };

function fit(schema: JsonNode, path: string, rules: Rules): void {
  if (!schema.isObject) return;
  if (rules.keywords.has("oneOf")) renameOneOf(schema);
  moveKeywords(schema, path, rules);
  if (rules.closes) closeObject(schema, path, rules.lose);
  for (const name of maps) {
    const map = schema.get(name);
    for (const key of map?.names() ?? []) {
      const inner = map?.get(key);
      if (inner !== undefined) fit(inner, `${path}.${name}.${key}`, rules);
    }
  }
  for (const name of [...lists, ...singles]) {
    const inner = schema.get(name);
    if (inner?.isObject === true) fit(inner, `${path}.${name}`, rules);
    for (const [index, each] of (inner?.elements() ?? []).entries()) fit(each, `${path}.${name}[${index}]`, rules);
  }
}

const maps = ["properties", "$defs", "definitions"];
const lists = ["anyOf", "allOf", "oneOf", "prefixItems"];
const singles = ["items", "not"];

/** Only what has properties, or says that it is an object; a reference is closed where it leads. */
function closeObject(schema: JsonNode, path: string, lose: Lose): void {
  const isTyped = schema.get("type")?.text() === "object" || schema.get("properties") !== undefined;
  if (!isTyped) return;
  const open = schema.get("additionalProperties");
  if (open?.json() === false) return;
  // A map whose names are not known beforehand cannot be expressed.
  if (open?.isObject === true) lose(`${path}.additionalProperties`);
  schema.set("additionalProperties", false);
}

function renameOneOf(schema: JsonNode): void {
  const choices = schema.get("oneOf");
  if (choices === undefined || schema.get("anyOf") !== undefined) return;
  schema.remove("oneOf");
  schema.set("anyOf", choices);
}

function moveKeywords(schema: JsonNode, path: string, { keywords, lose }: Rules): void {
  const moved: string[] = [];
  for (const name of schema.names()) {
    const value = keywords.has(name) ? schema.get(name)?.json() : undefined;
    if (value === undefined || isTaken(name, value)) continue;
    schema.remove(name);
    moved.push(`${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
    lose(`${path}.${name}`);
  }
  if (moved.length === 0) return;
  const described = schema.get("description")?.text();
  const note = `{${moved.join(", ")}}`;
  schema.set("description", described === undefined ? note : `${described}\n\n${note}`);
}

/** Values that are taken of keywords that are not. */
function isTaken(keyword: string, value: Json): boolean {
  if (keyword === "minItems") return value === 0 || value === 1;
  return keyword === "format" && typeof value === "string" && formats.has(value);
}

/** https://platform.claude.com/docs/en/build-with-claude/structured-outputs (JSON Schema limitations) */
const formats: ReadonlySet<string> = new Set([
  ...["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"],
]);

/** Whether every object of a schema is closed and requires all of its properties, as OpenAI's strict mode demands. */
export function isComplete(schema: Json | undefined): boolean {
  if (Array.isArray(schema)) return schema.every(isComplete);
  if (!isObject(schema)) return true;
  const { properties, required, additionalProperties } = schema;
  if (isObject(properties) || schema.type === "object") {
    const names = isObject(properties) ? Object.keys(properties) : [];
    const listed = Array.isArray(required) ? required : [];
    if (additionalProperties !== false || !names.every((name) => listed.includes(name))) return false;
  }
  return [...maps, ...lists, ...singles].every((name) => {
    const inner = schema[name];
    return isObject(inner) && maps.includes(name) ? Object.values(inner).every(isComplete) : isComplete(inner);
  });
}
