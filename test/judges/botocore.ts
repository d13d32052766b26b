import { arrayOf, isObject, type JsonObject, objectOf, stringOf } from "#lib/json";

/** JSON Schemas of the bodies that operations take, by the last piece of their paths. */
export type Bodies = {
  readonly operations: { readonly [method: string]: string };
  readonly $defs: { readonly [shape: string]: JsonObject };
};

/**
 * An AWS service's description (botocore's JSON model: https://github.com/boto/botocore) as JSON Schema. Members that stand in
 * the path or a header are left out. Structures have no members but their own, and unions exactly one, as AWS's SDKs hold
 * them to.
 */
export function schemasOfBotocore(model: JsonObject, operations: readonly string[]): Bodies {
  const shapes = objectOf(model, "shapes") ?? {};
  const all = objectOf(model, "operations") ?? {};
  const described = operations.map((name) => objectOf(all, name)).filter((found) => found !== undefined);
  const named = Object.fromEntries(described.map((operation) => [methodOf(operation), inputOf(operation)]));
  const $defs = new Map<string, JsonObject>();
  const queue = [...namesIn(Object.values(named))];
  for (const name of queue) {
    const shape = $defs.has(name) ? undefined : objectOf(shapes, name);
    if (shape === undefined) continue;
    $defs.set(name, schemaOf(shape));
    queue.push(...namesIn($defs.get(name)));
  }
  return { operations: named, $defs: Object.fromEntries([...$defs].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function methodOf(operation: JsonObject): string {
  const path = stringOf(objectOf(operation, "http") ?? {}, "requestUri") ?? "";
  return path.slice(path.lastIndexOf("/") + 1);
}

function inputOf(operation: JsonObject): string {
  return reference(objectOf(operation, "input") ?? {});
}

/** The schemas that something refers to. */
function namesIn(value: unknown): readonly string[] {
  return [...JSON.stringify(value).matchAll(/"#\/\$defs\/(\w+)"/g)].map(([, name = ""]) => name);
}

function reference(shape: JsonObject): string {
  return `#/$defs/${stringOf(shape, "shape")}`;
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
