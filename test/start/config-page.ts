import { configJsonSchema } from "#config/json-schema";
import { arrayOf, isArray, isObject, type Json, type JsonObject, objectOf, stringOf } from "#lib/json";

/** The reference page of the configuration file, in Markdown: one table a map, from the same schema that validates. */
export function configReferencePage(): string {
  return [
    "# Configuration file",
    "",
    "<!-- Generated from src/config/schema.ts by scripts/write-reference.ts; a test holds it to the schema. -->",
    "",
    "YAML, given with `--config FILE`. Optional: everything can be done over the API too. `headgate check FILE` validates a",
    "file and says what it would do; SIGHUP reads it again. Secrets are literals or references: `env:NAME`, `file:PATH`",
    "(relative to the file's directory). [The JSON Schema](config.schema.json) completes and checks the file in an editor.",
    "",
    "[Budgets and limits](../guides/budgets.md) says how those work together. Audit events name clients by `trusted_proxies`.",
    "",
    ...sections(configJsonSchema(), ""),
  ].join("\n");
}

type Section = { readonly title: string; readonly schema: JsonObject };

function sections(schema: JsonObject, title: string): readonly string[] {
  const properties = Object.entries(objectOf(schema, "properties") ?? {});
  const required = new Set(arrayOf(schema, "required"));
  const rows = properties.flatMap(([name, value]) => (isObject(value) ? [row(name, value, required.has(name))] : []));
  const nested = properties.flatMap(([name, value]) =>
    isObject(value) ? nestedSections(join(title, name), value) : [],
  );
  return [
    ...(title === "" ? [] : [`## \`${title}\``, ""]),
    ...(title === "" || schema.description === undefined ? [] : [String(schema.description), ""]),
    "| key | value | default | |",
    "|---|---|---|---|",
    ...rows,
    "",
    ...nested.flatMap((section) => sections(section.schema, section.title)),
  ];
}

function nestedSections(title: string, schema: JsonObject): readonly Section[] {
  if (objectOf(schema, "properties") !== undefined) return [{ title, schema }];
  const items = objectOf(schema, "items");
  if (items !== undefined) return nestedSections(`${title}[]`, items);
  const values = objectOf(schema, "additionalProperties");
  if (values !== undefined && objectOf(values, "properties") !== undefined)
    return [{ title: `${title}.<id>`, schema: values }];
  const kinds = arrayOf(schema, "oneOf").filter(isObject);
  return [
    ...arrayOf(schema, "anyOf").flatMap((option) => (isObject(option) ? nestedSections(title, option) : [])),
    ...kinds.flatMap((kind) => nestedSections(`${title} (${kindOf(kind)})`, kind)),
  ];
}

/** What tells one form of a map from the others. */
function kindOf(schema: JsonObject): string {
  return stringOf(objectOf(objectOf(schema, "properties") ?? {}, "type") ?? {}, "const") ?? "";
}

function row(name: string, schema: JsonObject, required: boolean): string {
  const fallback =
    schema.default === undefined ? (required ? "required" : "") : `\`${JSON.stringify(schema.default)}\``;
  const description = stringOf(schema, "description") ?? "";
  return `| \`${name}\` | ${valueText(schema)} | ${fallback} | ${description.replaceAll("|", "\\|")} |`;
}

function valueText(schema: JsonObject): string {
  const options = arrayOf(schema, "enum");
  if (options.length > 0) return options.map((option) => `\`${option}\``).join(" \\| ");
  if (typeof schema.const === "string") return `\`${schema.const}\``;
  const alternatives = [...arrayOf(schema, "anyOf"), ...arrayOf(schema, "oneOf")].filter(isObject);
  if (alternatives.length > 0) return [...new Set(alternatives.map(valueText))].join(" or ");
  return typeText(schema.type, schema);
}

function typeText(type: Json | undefined, schema: JsonObject): string {
  if (isArray(type)) return type.join(" or ");
  switch (type) {
    case "array":
      return `list of ${valueText(objectOf(schema, "items") ?? {})}`;
    case "object":
      return objectOf(schema, "additionalProperties") === undefined ? "map" : "map by name";
    case "integer":
      return `whole number${range(schema)}`;
    default:
      return typeof type === "string" ? type : "any";
  }
}

function range({ minimum, maximum }: JsonObject): string {
  const bounded = typeof maximum === "number" && maximum < Number.MAX_SAFE_INTEGER;
  if (typeof minimum !== "number" || minimum < 0) return "";
  return bounded ? `, ${minimum} to ${maximum}` : `, from ${minimum}`;
}

function join(title: string, name: string): string {
  return title === "" ? name : `${title}.${name}`;
}
