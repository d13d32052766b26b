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
  const documents: readonly ApiRoute[] = [
    route({
      method: "GET",
      path: "/api/config-schema.json",
      summary: "JSON Schema of the configuration file",
      access: "open",
      input: noInput,
      response: ok(anyObject),
      handle: async () => configJsonSchema(),
    }),
    route({
      method: "GET",
      path: "/api/openapi.json",
      summary: "This description",
      access: "open",
      input: noInput,
      response: ok(anyObject),
      handle: async () => openApiDocument(all),
    }),
    route({
      method: "GET",
      path: "/api/docs",
      summary: "This description as a page to read",
      access: "open",
      input: noInput,
      response: text("text/html; charset=utf-8"),
      handle: async () => docsPage(all),
    }),
    route({
      method: "GET",
      path: "/",
      summary: "Leads to the description: this version has no dashboard",
      access: "open",
      input: noInput,
      response: redirect("/api/docs"),
      handle: async () => {},
    }),
  ];
  const all = [...routes, ...documents];
  return all;
}
