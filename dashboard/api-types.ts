// Writes the types of the API's calls out of its OpenAPI document: `bun scripts/openapi.ts | bun dashboard/api-types.ts`.
import { join } from "node:path";

type Schema = { readonly [name: string]: unknown };

const document: Schema = await Bun.stdin.json();
await Bun.write(join(import.meta.dir, "src/api/schema.gen.ts"), typesOf(document));

function typesOf(document: Schema): string {
  const components = Object.entries(inside(document, "components", "schemas")).map(
    ([name, schema]) => `export type ${name} = ${typeOf(schema)};\n`,
  );
  const operations = Object.entries(inside(document, "paths")).flatMap(([path, methods]) =>
    Object.entries(methods ?? {}).map(
      ([method, operation]) => `  ${JSON.stringify(`${method.toUpperCase()} ${path}`)}: ${operationOf(operation)};\n`,
    ),
  );
  const head = "// Written by dashboard/api-types.ts from the OpenAPI document; do not edit.\n\n";
  return `${head}${components.join("\n")}\nexport type Operations = {\n${operations.join("")}};\n`;
}

function operationOf(operation: Schema): string {
  const body = firstContent(inside(operation, "requestBody"));
  const optional = inside(operation, "requestBody").required === false;
  return object([
    ["path", parameters(operation, "path")],
    ["query", parameters(operation, "query")],
    ["body", body === undefined ? "undefined" : `${typeOf(body)}${optional ? " | undefined" : ""}`],
    ["answer", answerOf(operation)],
  ]);
}

function parameters(operation: Schema, place: string): string {
  const found = listOf(operation.parameters).filter((parameter) => parameter.in === place);
  if (found.length === 0) return "undefined";
  const fields = found.map((parameter): readonly [string, string] => [
    `${JSON.stringify(parameter.name)}${parameter.required === true ? "" : "?"}`,
    `${place === "query" ? looseType(typeOf(parameter.schema)) : typeOf(parameter.schema)}${parameter.required === true ? "" : " | undefined"}`,
  ]);
  return object(fields);
}

/** Queries are text: numbers and booleans may be given as such. */
function looseType(type: string): string {
  return type === "string" ? "string | number | boolean" : type;
}

function answerOf(operation: Schema): string {
  const success = Object.entries(inside(operation, "responses")).filter(([status]) => /^2\d\d$/.test(status));
  const types = success.map(([, response]) => {
    const schema = firstContent(asSchema(response));
    return schema === undefined ? "undefined" : typeOf(schema);
  });
  return types.length === 0 ? "unknown" : [...new Set(types)].join(" | ");
}

function firstContent(holder: Schema): unknown {
  const [media] = Object.values(inside(holder, "content"));
  return media === undefined ? undefined : (asSchema(media).schema ?? {});
}

/** A JSON Schema as a type; what it says beyond the shape (lengths, formats) is left to the server. */
function typeOf(value: unknown): string {
  const schema = asSchema(value);
  if (typeof schema.$ref === "string") return schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((each) => JSON.stringify(each)).join(" | ");
  for (const kind of ["anyOf", "oneOf"])
    if (Array.isArray(schema[kind])) return union(schema[kind].map((each: unknown) => typeOf(each)));
  if (Array.isArray(schema.allOf)) return schema.allOf.map((each) => `(${typeOf(each)})`).join(" & ");
  if (Array.isArray(schema.type)) return union(schema.type.map((type: unknown) => typeOf({ ...schema, type })));
  return plainType(schema);
}

function plainType(schema: Schema): string {
  switch (schema.type) {
    case "string":
    case "boolean":
    case "null":
      return schema.type;
    case "integer":
    case "number":
      return "number";
    case "array":
      return `readonly (${typeOf(schema.items)})[]`;
    case "object":
      return objectType(schema);
    default:
      return "unknown";
  }
}

function objectType(schema: Schema): string {
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const fields = Object.entries(inside(schema, "properties")).map(([name, field]): readonly [string, string] =>
    required.has(name)
      ? [JSON.stringify(name), typeOf(field)]
      : [`${JSON.stringify(name)}?`, `${typeOf(field)} | undefined`],
  );
  const more = schema.additionalProperties;
  if (typeof more === "object" && more !== null) {
    if (fields.length === 0) return `{ readonly [name: string]: ${typeOf(more)} }`;
    return `${object(fields)} & { readonly [name: string]: unknown }`;
  }
  return fields.length === 0 ? "{ readonly [name: string]: unknown }" : object(fields);
}

function object(fields: readonly (readonly [string, string])[]): string {
  return `{ ${fields.map(([name, type]) => `readonly ${name}: ${type}`).join("; ")} }`;
}

function union(types: readonly string[]): string {
  return [...new Set(types)].map((type) => (type.includes("&") ? `(${type})` : type)).join(" | ");
}

function inside(holder: Schema, ...names: readonly string[]): Schema {
  return names.reduce<Schema>((found, name) => asSchema(found[name]), holder);
}

function listOf(value: unknown): readonly Schema[] {
  return Array.isArray(value) ? value.map(asSchema) : [];
}

function asSchema(value: unknown): Schema {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
