import type * as z from "zod";
import { toJsonSchema } from "#config/json-schema";
import { isObject, type JsonObject, objectOf, stringOf } from "#lib/json";
import { exampleBodies } from "./examples";
import type { Access, ApiRoute } from "./route";

/** One page of HTML that describes every route: nothing is loaded, nothing runs in it. */
export function docsPage(routes: readonly ApiRoute[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Headgate admin API</title>
<style>${style}</style>
<h1>Headgate admin API</h1>
<p>Everything that the <a href="/ui/">dashboard</a> does is done over this API. Requests carry <code>Authorization: Bearer &lt;admin token&gt;</code>
(in the examples <code>ADMIN</code>; <code>HEADGATE</code> is the address of the gateway, such as <code>http://localhost:8080</code>); errors are
<code>application/problem+json</code>. The same as a document for programs:
<a href="/api/openapi.json">/api/openapi.json</a>; the configuration file's schema:
<a href="/api/config-schema.json">/api/config-schema.json</a>.</p>
${routes.map(section).join("\n")}
</html>
`;
}

const style =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}" +
  "pre{overflow:auto;background:#8882;border-radius:.3rem;padding:.5rem .8rem;font-size:.85rem}" +
  "code,pre,h2{font-family:ui-monospace,monospace}h2{font-size:1rem;margin:2rem 0 0}" +
  "table{border-collapse:collapse;margin:.5rem 0}td{border-top:1px solid #8884;padding:.2rem .8rem .2rem 0;vertical-align:top}";

export const accessWords: { readonly [access in Access]: string } = {
  admin: "admin token",
  metrics: "admin or metrics token",
  "virtual-key": "virtual key",
  session: "whoever is signed in",
  open: "anybody",
};

function section(route: ApiRoute): string {
  return [
    `<h2>${escapeHtml(`${route.method} ${route.path}`)}</h2>`,
    `<p>${proseHtml(route.summary)} <em>(${accessWords[route.access]})</em></p>`,
    `<pre>${escapeHtml(exampleOf(route))}</pre>`,
    fieldTable("Query", route.input.query),
    fieldTable("Body", route.input.body ?? route.input.patch),
  ].join("\n");
}

/** A call to paste: `{id}` stands for what has to be filled in. */
function exampleOf({ access, method, path }: ApiRoute): string {
  const body = exampleBodies[`${method} ${path}`];
  const parts = [
    `curl${method === "GET" || (method === "POST" && body !== undefined) ? "" : ` -X ${method}`} "$HEADGATE${path}"`,
    ...(access === "open" ? [] : [`-H "Authorization: Bearer ${secretOf[access]}"`]),
    ...(body === undefined ? [] : [`-d '${JSON.stringify(body)}'`]),
  ];
  return parts.join(" \\\n  ");
}

const secretOf: { readonly [access in Exclude<Access, "open">]: string } = {
  admin: "$ADMIN",
  metrics: "$ADMIN",
  "virtual-key": "$HEADGATE_KEY",
  session: "$ADMIN",
};

function fieldTable(title: string, schema: z.ZodType | undefined): string {
  const properties = schema === undefined ? undefined : objectOf(toJsonSchema(schema), "properties");
  if (properties === undefined) return "";
  const rows = Object.entries(properties).map(([name, property]) => {
    const field = isObject(property) ? property : {};
    const text = [stringOf(field, "description"), defaultOf(field)].filter((part) => part !== undefined).join(" ");
    return `<tr><td><code>${escapeHtml(name)}</code><td>${escapeHtml(typeOf(field))}<td>${proseHtml(text)}`;
  });
  return `<table><caption>${title}</caption>${rows.join("")}</table>`;
}

function typeOf(field: JsonObject): string {
  if (Array.isArray(field.enum)) return field.enum.join(" | ");
  return stringOf(field, "type") ?? "";
}

function defaultOf(field: JsonObject): string | undefined {
  return field.default === undefined ? undefined : `Default: \`${JSON.stringify(field.default)}\`.`;
}

/** What stands between backticks is code. */
function proseHtml(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, "<code>$1</code>");
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
