import { arrayOf, isObject, type JsonObject, objectOf, stringOf } from "#lib/json";

/**
 * An AWS service's description (botocore's JSON model, Apache-2.0: https://github.com/boto/botocore) as OpenAPI, so that one
 * judge reads both. Of each operation the body: members that stand in the path or a header are left out. Structures have no
 * members but their own, and unions exactly one, as AWS's own SDKs hold them to.
 */
export function openapiOfBotocore(model: JsonObject, operations: readonly string[]): JsonObject {
  const shapes = objectOf(model, "shapes") ?? {};
  const all = objectOf(model, "operations") ?? {};
  const described = operations.map((name) => objectOf(all, name)).filter((found) => found !== undefined);
  return {
    openapi: "3.1.0",
    info: { title: "botocore", version: "1" },
    servers: [{ url: "http://127.0.0.1" }],
    paths: Object.fromEntries(described.map((operation) => pathOf(operation))),
    components: {
      schemas: Object.fromEntries(
        Object.entries(shapes).flatMap(([name, shape]) => (isObject(shape) ? [[name, schemaOf(shape)]] : [])),
      ),
    },
  };
}

function pathOf(operation: JsonObject): readonly [string, JsonObject] {
  const path = stringOf(objectOf(operation, "http") ?? {}, "requestUri") ?? "";
  const schema = { $ref: reference(objectOf(operation, "input") ?? {}) };
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    ...{ name, in: "path", required: true },
    schema: { type: "string" },
  }));
  const post = {
    operationId: stringOf(operation, "name") ?? path,
    parameters,
    requestBody: { required: true, content: { "application/json": { schema } } },
    responses: { "200": { description: "OK", content: { "application/json": { schema: { type: "object" } } } } },
  };
  return [path, { post }];
}

function reference(shape: JsonObject): string {
  return `#/components/schemas/${stringOf(shape, "shape")}`;
}

function schemaOf(shape: JsonObject): JsonObject {
  const { enum: words, max, min, pattern } = shape;
  switch (shape.type) {
    case "structure":
      return structureOf(shape);
    case "list":
      return {
        type: "array",
        items: { $ref: reference(objectOf(shape, "member") ?? {}) },
        ...limits("Items", min, max),
      };
    case "map":
      return { type: "object", additionalProperties: { $ref: reference(objectOf(shape, "value") ?? {}) } };
    case "blob":
      return { type: "string" };
    case "string":
    case "timestamp":
      return {
        type: "string",
        ...(words !== undefined && { enum: words }),
        ...(pattern !== undefined && { pattern: `^(?:${pattern})$` }),
        ...limits("Length", min, max),
      };
    case "boolean":
      return { type: "boolean" };
    default:
      return {
        type: shape.type === "integer" || shape.type === "long" ? "integer" : "number",
        ...(min !== undefined && { minimum: min }),
        ...(max !== undefined && { maximum: max }),
      };
  }
}

function limits(of: string, min: unknown, max: unknown): JsonObject {
  return {
    ...(typeof min === "number" && { [`min${of}`]: min }),
    ...(typeof max === "number" && { [`max${of}`]: max }),
  };
}

function structureOf(shape: JsonObject): JsonObject {
  // Any JSON.
  if (shape.document === true) return {};
  const members = Object.entries(objectOf(shape, "members") ?? {}).flatMap(([name, member]) =>
    isObject(member) && member.location === undefined ? [[name, { $ref: reference(member) }] as const] : [],
  );
  const names = new Set(members.map(([name]) => name));
  const required = arrayOf(shape, "required")
    .map(String)
    .filter((name) => names.has(name));
  return {
    type: "object",
    properties: Object.fromEntries(members),
    additionalProperties: false,
    ...(required.length > 0 && { required }),
    ...(shape.union === true && { minProperties: 1, maxProperties: 1 }),
  };
}
