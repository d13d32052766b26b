import type * as z from "zod";
import { toJsonSchema, toOutputJsonSchema } from "#config/json-schema";
import { isObject, type JsonObject, objectOf, parseJson } from "#lib/json";
import { problemView } from "./problem";
import type { Access, ApiRoute } from "./route";

/** OpenAPI 3.1, from the same table and schemas that serve the requests. Schemas with an `id` become components. */
export function openApiDocument(routes: readonly ApiRoute[]): JsonObject {
  const components: Components = new Map();
  const problem = collect(toOutputJsonSchema(problemView), components);
  const paths = [...Map.groupBy(routes, (route) => route.path)].map(([path, group]) => [
    path,
    Object.fromEntries(group.map((route) => [route.method.toLowerCase(), operation(route, problem, components)])),
  ]);
  return {
    openapi: "3.1.0",
    info: { title: "Headgate admin API", version: "1" },
    paths: Object.fromEntries(paths),
    components: { securitySchemes, schemas: Object.fromEntries([...components].sort()) },
  };
}

type Components = Map<string, JsonObject>;

/** Moves the named schemas that one brings with it into the components, and returns what refers to them. */
function collect({ $schema: _, ...schema }: JsonObject, components: Components): JsonObject {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/');
  const { $defs, ...rest } = objectIn(parseJson(text));
  for (const [name, definition] of Object.entries(isObject($defs) ? $defs : {})) {
    const { id: __, ...named } = objectIn(definition);
    components.set(name, named);
  }
  return rest;
}

function objectIn(value: Parameters<typeof isObject>[0]): JsonObject {
  return isObject(value) ? value : {};
}

const bearer = { type: "http", scheme: "bearer" };

const securitySchemes = {
  adminToken: { ...bearer, description: "The admin token." },
  metricsToken: { ...bearer, description: "`settings.metrics_token`." },
  virtualKey: { ...bearer, description: "A virtual key, about itself." },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "__Host-headgate",
    description: "Of `POST /api/sessions`; over plain HTTP it is `headgate-<port>`. Changes need `x-csrf-token` too.",
  },
};

/** Any one of them is enough. */
const schemesOf: { readonly [access in Access]: readonly (keyof typeof securitySchemes)[] } = {
  admin: ["adminToken", "session"],
  metrics: ["adminToken", "metricsToken"],
  "virtual-key": ["virtualKey", "session"],
  session: ["session"],
  open: [],
};

function operation(route: ApiRoute, problem: JsonObject, components: Components): JsonObject {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
  const refused = { description: "Refused", content: { "application/problem+json": { schema: problem } } };
  return {
    operationId: operationId(route),
    summary: route.summary,
    ...(route.permission !== undefined && { "x-permission": route.permission }),
    security: schemesOf[route.access].map((scheme) => ({ [scheme]: [] })),
    parameters: [
      ...names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
      ...queryParameters(route),
      ...(isRepeatable(route) ? [idempotencyParameter] : []),
      ...(route.input.versioned === true ? [versionParameter] : []),
      ...(route.method === "DELETE" && route.response.schema !== undefined && route.input.versioned === true
        ? [restoreParameter]
        : []),
    ],
    ...requestBody(route, components),
    responses: { ...responses(route, components), "4XX": refused, "5XX": refused },
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

const restoreParameter: JsonObject = {
  name: "Prefer",
  in: "header",
  description: "`return=representation`: the answer is what would make it again, in place of 204.",
  schema: { type: "string" },
};

const versionParameter: JsonObject = {
  name: "If-Match",
  in: "header",
  description: "The `version` that was read: 412 where it is another by now, and nothing changes.",
  schema: { type: "string" },
};

function queryParameters({ input: { query } }: ApiRoute): readonly JsonObject[] {
  const whole = query === undefined ? {} : toJsonSchema(query);
  const required = Array.isArray(whole.required) ? whole.required : [];
  return Object.entries(objectOf(whole, "properties") ?? {}).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    ...(schema !== undefined && { schema }),
  }));
}

function requestBody(route: ApiRoute, components: Components): JsonObject {
  const { body, patch } = route.input;
  const name = `${operationId(route).replace(/^./, (letter) => letter.toUpperCase())}Body`;
  if (body !== undefined) {
    const schema = toJsonSchema(body);
    const content = { "application/json": { schema: component(name, schema, components) } };
    return { requestBody: { required: schema.required !== undefined, content } };
  }
  if (patch === undefined) return {};
  const content = { "application/merge-patch+json": { schema: component(name, patchSchema(patch), components) } };
  return { requestBody: { required: true, content } };
}

/** Any of the fields; null takes one away that may be left out. */
function patchSchema(patch: z.ZodType): JsonObject {
  const { required, ...whole } = toJsonSchema(patch);
  const needed = Array.isArray(required) ? required : [];
  const properties = Object.entries(objectOf(whole, "properties") ?? {}).map(([name, field]) => [
    name,
    needed.includes(name) || !isObject(field) ? field : orNull(field),
  ]);
  return { ...whole, properties: Object.fromEntries(properties) };
}

function orNull({ description, default: preset, ...field }: JsonObject): JsonObject {
  return {
    ...(description !== undefined && { description }),
    ...(preset !== undefined && { default: preset }),
    anyOf: [field, { type: "null" }],
  };
}

function component(name: string, schema: JsonObject, components: Components): JsonObject {
  components.set(name, collect(schema, components));
  return { $ref: `#/components/schemas/${name}` };
}

const statusWords: { readonly [status: number]: string } = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  302: "Found",
  503: "Service Unavailable",
};

function responses({ response }: ApiRoute, components: Components): JsonObject {
  const { statuses, contentType, otherContentTypes = [], schema, events, location } = response;
  const types = contentType === undefined ? [] : [contentType, ...otherContentTypes];
  const media = types.map((type) => [type, mediaType(schema, events, components)]);
  const content = media.length === 0 ? undefined : Object.fromEntries(media);
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      {
        description: statusWords[status] ?? "",
        ...(location !== undefined && { headers: { Location: { schema: { type: "string" }, example: location } } }),
        ...(content !== undefined && status !== 204 && { content }),
      },
    ]),
  );
}

function mediaType(
  schema: z.ZodType | undefined,
  events: { readonly [name: string]: z.ZodType } | undefined,
  components: Components,
): JsonObject {
  if (schema !== undefined) return { schema: collect(toOutputJsonSchema(schema), components) };
  const text = { schema: { type: "string" } };
  if (events === undefined) return text;
  const data = Object.entries(events).map(([name, event]) => [name, collect(toOutputJsonSchema(event), components)]);
  return { ...text, "x-events": Object.fromEntries(data) };
}
