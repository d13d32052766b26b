import { afterAll, beforeEach, expect, test } from "bun:test";
import { createAnswerCheck } from "./answer-check.ts";

const entry = { type: "object", required: ["id"], properties: { id: { type: "string" } } };
const list = { type: "object", properties: { data: { type: "array", items: { $ref: "#/components/schemas/Entry" } } } };
const document = {
  components: { schemas: { Entry: entry } },
  paths: {
    "/api/things": { get: { responses: { 200: { content: { "application/json": { schema: list } } } } } },
    "/api/things/{id}": { get: { responses: { 200: { content: { "application/json": { schema: entry } } } } } },
  },
};

let answer: unknown;
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: ({ url }) => Response.json(url.endsWith("/api/openapi.json") ? document : answer),
});
const url = `http://127.0.0.1:${server.port}`;
let check: ReturnType<typeof createAnswerCheck>;
const ask = async (path: string, body: unknown) => {
  answer = body;
  await check("GET", path, await fetch(url + path));
};

beforeEach(() => {
  check = createAnswerCheck(url);
});
afterAll(() => server.stop(true));

test("createAnswerCheck() passes what is declared, and what the document does not cover", async () => {
  await ask("/api/things?limit=2", { data: [{ id: "a" }] });
  await ask("/api/things/a", { id: "a" });
  await ask("/v1/models", { whatever: 1 });
});

test("createAnswerCheck() throws on a missing, a wrong and an undeclared field", async () => {
  await expect(ask("/api/things/a", {})).rejects.toThrow("GET 200 /api/things/a does not answer as it declares");
  await expect(ask("/api/things", { data: [{ id: 1 }] })).rejects.toThrow("expected string");
  await expect(ask("/api/things", { data: [{ id: "a", colour: "red" }] })).rejects.toThrow("colour");
});
