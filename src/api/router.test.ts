import { expect, test } from "bun:test";
import { noInput } from "./input";
import { noContent } from "./response";
import { route } from "./route";
import { createRouter } from "./router";

const rows = [
  ["GET", "/api/logs/tail"],
  ["GET", "/api/logs/{id}"],
  ["DELETE", "/api/logs/{id}"],
  ["GET", "/api/providers/{id}/keys/{key}"],
  ["GET", "/api/openapi.json"],
] as const;
const find = createRouter(
  rows.map(([method, path]) =>
    route({ method, path, summary: "", access: "open", input: noInput, response: noContent, handle: async () => {} }),
  ),
);

test("createRouter() gives the first row that fits, with its parameters decoded", () => {
  expect(find("GET", "/api/logs/tail").route?.path).toBe("/api/logs/tail");
  expect(find("GET", "/api/logs/a%2Fb%20c")).toMatchObject({ params: { id: "a/b c" } });
  expect(find("HEAD", "/api/logs/x/").route?.path).toBe("/api/logs/{id}");
  expect(find("GET", "/api/providers/openai/keys/main")).toMatchObject({ params: { id: "openai", key: "main" } });
});

test("createRouter() names the methods of a known path, and none of an unknown one", () => {
  expect(find("PUT", "/api/logs/x")).toEqual({ route: undefined, methods: ["GET", "DELETE"] });
  for (const path of ["/api/logs", "/api/logs/a/b", "/api/openapiXjson", "/api/logs/%ff"])
    expect(find("GET", path)).toEqual({ route: undefined, methods: [] });
});
