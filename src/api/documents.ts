import * as z from "zod";
import { configJsonSchema } from "#config/json-schema";
import { docsPage } from "./docs-page";
import { noInput } from "./input";
import { openApiDocument } from "./openapi";
import { ok, redirect, text } from "./response";
import { type ApiRoute, route } from "./route";

const anyObject = z.record(z.string(), z.unknown());

/** Adds what describes the others to a table of routes. */
export function withDocuments(routes: readonly ApiRoute[]): readonly ApiRoute[] {
  const [configSchema, document, page] = [
    once(configJsonSchema),
    once(() => openApiDocument(all)),
    once(() => docsPage(all)),
  ];
  const documents: readonly ApiRoute[] = [
    route({
      method: "GET",
      path: "/api/config-schema.json",
      summary: "JSON Schema of the configuration file",
      access: "open",
      input: noInput,
      response: ok(anyObject),
      handle: async () => configSchema(),
    }),
    route({
      method: "GET",
      path: "/api/openapi.json",
      summary: "This description",
      access: "open",
      input: noInput,
      response: ok(anyObject),
      handle: async () => document(),
    }),
    route({
      method: "GET",
      path: "/api/docs",
      summary: "This description as a page to read",
      access: "open",
      input: noInput,
      response: text("text/html; charset=utf-8"),
      handle: async () => page(),
    }),
    route({
      method: "GET",
      path: "/",
      summary: "Leads browsers to the dashboard, others to the description",
      access: "open",
      input: noInput,
      response: redirect("/api/docs"),
      handle: async () => {},
    }),
  ];
  const all = [...routes, ...documents];
  return all;
}

/** Making a document of the whole table takes some 100 ms, in which nothing else is answered: each is made once. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
