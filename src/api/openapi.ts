import { configJsonSchema, toJsonSchema } from "#config/json-schema";
import { type JsonObject, objectOf } from "#lib/json";
import { docsPage } from "./docs-page";
import { type Access, type ApiRoute, json } from "./route";

/** Adds what describes the others to a table of routes. */
export function withDocuments(routes: readonly ApiRoute[]): readonly ApiRoute[] {
  const documents: readonly ApiRoute[] = [
    {
      method: "GET",
      path: "/api/config-schema.json",
      summary: "JSON Schema of the configuration file",
      access: "open",
      handle: async () => json(configJsonSchema()),
    },
    {
      method: "GET",
      path: "/api/openapi.json",
      summary: "This description",
      access: "open",
      handle: async () => json(openApiDocument(all)),
    },
    {
      method: "GET",
      path: "/api/docs",
      summary: "This description as a page to read",
      access: "open",
      handle: async () => ({ status: 200, contentType: "text/html; charset=utf-8", body: docsPage(all) }),
    },
    {
      method: "GET",
      path: "/",
      summary: "Leads to the description: this version has no dashboard",
      access: "open",
      handle: async () => ({ status: 302, contentType: "text/plain", body: "", location: "/api/docs" }),
    },
  ];
  const all = [...routes, ...documents];
  return all;
}

/** OpenAPI 3.1, from the same table and schemas that serve the requests. */
export function openApiDocument(routes: readonly ApiRoute[]): JsonObject {
  const paths = [...Map.groupBy(routes, (route) => route.path)].map(([path, group]) => [
    path,
    Object.fromEntries(group.map((route) => [route.method.toLowerCase(), operation(route)])),
  ]);
  return {
    openapi: "3.1.0",
    info: { title: "Headgate admin API", version: "1" },
    components: { securitySchemes, schemas: { Problem: problemSchema } },
    paths: Object.fromEntries(paths),
  };
}

const bearer = { type: "http", scheme: "bearer" };

const securitySchemes = {
  adminToken: { ...bearer, description: "The admin token." },
  metricsToken: { ...bearer, description: "`settings.metrics_token`." },
  virtualKey: { ...bearer, description: "A virtual key, about itself." },
};

/** RFC 9457. */
const problemSchema: JsonObject = {
  type: "object",
  required: ["type", "title", "status", "detail"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "What could not be done, what was found and what is needed." },
    errors: {
      type: "array",
      description: "Each field at fault.",
      items: { type: "object", properties: { field: { type: "string" }, detail: { type: "string" } } },
    },
  },
};

/** Any one of them lets in. */
const schemesOf: { readonly [access in Access]: readonly (keyof typeof securitySchemes)[] } = {
  admin: ["adminToken"],
  metrics: ["adminToken", "metricsToken"],
  "virtual-key": ["virtualKey"],
  open: [],
};

function operation(route: ApiRoute): JsonObject {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
  return {
    operationId: operationId(route),
    summary: route.summary,
    security: schemesOf[route.access].map((scheme) => ({ [scheme]: [] })),
    parameters: [
      ...names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
      ...queryParameters(route),
      ...(isRepeatable(route) ? [idempotencyParameter] : []),
    ],
    ...(route.body === undefined ? {} : { requestBody: requestBody(route, toJsonSchema(route.body)) }),
    responses: {
      "2XX": { description: "Done" },
      "4XX": {
        description: "Refused",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

/** `PATCH /api/teams/{name}` → `patchTeamsName`: what generated clients call it. */
function operationId({ method, path }: ApiRoute): string {
  const words = path.replace("/api/", "/").match(/\w+/g) ?? ["root"];
  return method.toLowerCase() + words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join("");
}

/** Posts of admins are carried out once for each `Idempotency-Key`. */
function isRepeatable({ method, access }: ApiRoute): boolean {
  return method === "POST" && access === "admin";
}

const idempotencyParameter: JsonObject = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "A word of your own for this request: sent again within a day it is answered as before and changes nothing. 422 when another request had it, 409 while that one runs.",
  schema: { type: "string", minLength: 1, maxLength: 257 },
};

function queryParameters({ query }: ApiRoute): readonly JsonObject[] {
  const whole = query === undefined ? {} : toJsonSchema(query);
  const required = Array.isArray(whole.required) ? whole.required : [];
  return Object.entries(objectOf(whole, "properties") ?? {}).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    ...(schema === undefined ? {} : { schema }),
  }));
}

function requestBody(route: ApiRoute, { $schema: _, ...schema }: JsonObject): JsonObject {
  if (route.method === "POST") {
    return { required: schema.required !== undefined, content: { "application/json": { schema } } };
  }
  const { required: __, ...partial } = schema;
  return { required: true, content: { "application/merge-patch+json": { schema: partial } } };
}
