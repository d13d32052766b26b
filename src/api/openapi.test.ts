import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import * as z from "zod";
import { LimitBench } from "#limits/fixtures/limit-bench";

const bench = new LimitBench();
// biome-ignore lint/suspicious/noExplicitAny: the document is looked into as it comes
let document: any;

beforeAll(async () => {
  await bench.start();
  document = (await bench.ask("GET", "/api/openapi.json")).body;
});
afterAll(() => bench[Symbol.dispose]());

// biome-ignore lint/suspicious/noExplicitAny: as above
function operations(): { readonly name: string; readonly path: string; readonly operation: any }[] {
  return Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      operation,
    })),
  );
}

/** Those that stand alone: what they refer to is among their own definitions. */
function standalone(schema: object) {
  const whole = JSON.stringify({ ...schema, $defs: document.components.schemas });
  return JSON.parse(whole.replaceAll("#/components/schemas/", "#/$defs/"));
}

/** The places in a schema of which it says nothing. */
// biome-ignore lint/suspicious/noExplicitAny: as above
function looseIn(schema: any, place: string, seen: ReadonlySet<string>): readonly string[] {
  if (schema.$ref !== undefined) {
    if (seen.has(schema.$ref)) return [];
    const component = document.components.schemas[schema.$ref.split("/").at(-1)];
    return looseIn(component, place, new Set([...seen, schema.$ref]));
  }
  const parts = [
    ...Object.entries(schema.properties ?? {}).map(([name, part]) => [part, `.${name}`] as const),
    ...["anyOf", "oneOf", "allOf"].flatMap((word) => (schema[word] ?? []).map((part: object) => [part, ""] as const)),
    ...(schema.items === undefined ? [] : [[schema.items, "[]"] as const]),
    ...(schema.additionalProperties === undefined ? [] : [[schema.additionalProperties, "{}"] as const]),
  ];
  if (parts.length === 0) {
    const says = ["type", "const", "enum"].some((word) => word in schema);
    return says && schema.type !== "object" ? [] : [place];
  }
  return parts.flatMap(([part, step]) => looseIn(part, `${place}${step}`, seen));
}

describe("openApiDocument()", () => {
  test("has what OpenAPI 3.1 needs, and nothing that it does not know", () => {
    expect(Object.keys(document).sort()).toEqual(["components", "info", "openapi", "paths"]);
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(Object.keys(document.components).sort()).toEqual(["schemas", "securitySchemes"]);
    const known = ["operationId", "summary", "security", "parameters", "requestBody", "responses", "x-permission"];
    for (const { operation } of operations())
      expect(Object.keys(operation).filter((key) => !known.includes(key))).toEqual([]);
  });

  test("names every operation once, with the parameters of its path", () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations()) {
      const inPath = operation.parameters.filter((parameter: { in: string }) => parameter.in === "path");
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(inPath.map((parameter: { name: string }) => parameter.name)).toEqual(names);
      const keys = operation.parameters.map((parameter: { in: string; name: string }) => parameter.in + parameter.name);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  test("refers only to what is there, and leaves no component unused", () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = ""]) => ref);
    const used = new Set(refs.map((ref) => /^#\/components\/schemas\/(\w+)$/.exec(ref)?.[1] ?? ref));
    expect([...used].sort()).toEqual(Object.keys(document.components.schemas).sort());
    const schemes = operations().flatMap(({ operation }) =>
      operation.security.flatMap((scheme: object) => Object.keys(scheme)),
    );
    for (const scheme of schemes) expect(document.components.securitySchemes).toHaveProperty(scheme);
  });

  test("has an answer and a problem document for every operation, in schemas that programs can read", () => {
    for (const { operation } of operations()) {
      const { "4XX": refused, ...others } = operation.responses;
      expect(refused.content["application/problem+json"].schema.$ref).toBe("#/components/schemas/Problem");
      expect(Object.keys(others).some((status) => /^[23]\d\d$/.test(status))).toBe(true);
      for (const response of Object.values<{ description: string; content?: Record<string, { schema: object }> }>(
        operation.responses,
      )) {
        expect(response.description).not.toBe("");
        for (const { schema } of Object.values(response.content ?? {})) z.fromJSONSchema(standalone(schema));
      }
    }
  });

  test("says of everything in an answer what it is", () => {
    const loose = operations().flatMap(({ name, operation }) =>
      Object.entries<{ content?: Record<string, { schema: object }> }>(operation.responses).flatMap(
        ([status, { content }]) =>
          Object.entries(content ?? {}).flatMap(([type, { schema }]) =>
            looseIn(schema, `${name} ${status} ${type}`, new Set()),
          ),
      ),
    );
    // Documents, and values of any field that was changed.
    expect(loose).toEqual([
      "GET /api/audit 200 application/json.data[].changes{}",
      "GET /api/config-schema.json 200 application/json{}",
      "GET /api/openapi.json 200 application/json{}",
    ]);
  });

  test("lets a patch take away what may be left out, and nothing else", () => {
    const { name, customer } = document.components.schemas.PatchTeamsNameBody.properties;
    expect(name).not.toHaveProperty("anyOf");
    expect(customer.anyOf).toEqual([expect.objectContaining({ type: "string" }), { type: "null" }]);
  });

  test("leaves objects of answers open, and closes those of requests", () => {
    const { Team, PostTeamsBody } = document.components.schemas;
    expect(Team).not.toHaveProperty("additionalProperties");
    expect(PostTeamsBody.additionalProperties).toBe(false);
  });

  test("says for every operation of admins which permission it needs", () => {
    for (const { name, operation } of operations()) {
      const isAdmins = operation.security.some((scheme: object) => "adminToken" in scheme);
      expect([name, operation["x-permission"] !== undefined]).toEqual([name, isAdmins]);
      if (isAdmins && !name.startsWith("GET ")) expect(operation["x-permission"]).toEndWith(":edit");
    }
  });
});
