import { afterAll, expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pick } from "../harness/pick.ts";
import { readAllSse } from "../harness/read-sse.ts";
import { startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { textOf } from "./start-pair.ts";

const gateway = await startHeadgate({ firstStart: true });
afterAll(() => gateway.stop());

const demo = { model: "demo/echo", messages: [{ role: "user", content: "hello there" }] };

test("a first start writes the admin token and a virtual key to a 0600 file and logs its path, not the secrets", () => {
  const file = readdirSync(gateway.dataDir, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(gateway.dataDir, entry.name))
    .find(
      (path) =>
        readFileSync(path, "latin1").includes(gateway.key) && readFileSync(path, "latin1").includes(gateway.adminToken),
    );
  expect(file).toBeDefined();
  expect(statSync(file ?? "").mode & 0o777).toBe(0o600);
  expect(gateway.output()).toContain(file ?? "no file");
  expect(gateway.output()).not.toContain(gateway.key);
  expect(gateway.output()).not.toContain(gateway.adminToken);
});

test("the demo provider answers whole, with usage and price", async () => {
  const response = await gateway.post("/v1/chat/completions", demo);
  const answer: unknown = await response.json();
  expect(textOf([answer])).toContain("hello there");
  expect(pick(answer, "usage.total_tokens")).toBeGreaterThan(0);
  expect(response.headers.get("x-headgate-cost")).toMatch(/^\d+(\.\d+)?$/);
});

test("the demo provider answers streamed", async () => {
  const { events, error } = await readAllSse(await gateway.post("/v1/chat/completions", { ...demo, stream: true }));
  expect(error).toBeUndefined();
  expect(events.at(-1)?.data).toBe("[DONE]");
  expect(events.length).toBeGreaterThan(2);
  expect(textOf(events.slice(0, -1).map((event) => JSON.parse(event.data)))).toContain("hello there");
});

test("the demo provider answers Anthropic's dialect with the key as x-api-key", async () => {
  const response = await fetch(`${gateway.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": gateway.key, "anthropic-version": "2023-06-01", "content-type": "application/json" },
    body: JSON.stringify({ ...demo, max_tokens: 100 }),
  });
  const answer: unknown = await response.json();
  expect(pick(answer, "type")).toBe("message");
  expect(textOf([answer])).toContain("hello there");
});

test("nothing answers without a key, and /api not with a virtual key", async () => {
  const bare = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(demo),
  });
  expect([bare.status, bare.headers.get("x-headgate-error")]).toEqual([401, "missing_key"]);
  const api = await fetch(`${gateway.url}/api/virtual-keys`, { headers: { authorization: `Bearer ${gateway.key}` } });
  expect(api.status).toBe(401);
  expect(pick(await api.json(), "detail")).toMatch(/a virtual key .* the admin token .* is needed/);
  expect((await gateway.admin("GET", "/api/virtual-keys")).status).toBe(200);
});

test("a request is in the log that the admin API shows", async () => {
  const answered = await gateway.post("/v1/chat/completions", demo);
  await answered.arrayBuffer();
  const id = answered.headers.get("x-headgate-id");
  const isShown = async () => (await (await gateway.admin("GET", "/api/logs?limit=20")).text()).includes(`${id}`);
  await waitUntil("the record", isShown);
});

test("a second start on the same data directory fails and names the holder", async () => {
  const failure = await startHeadgate({ dataDir: gateway.dataDir }).then(
    async (second) => {
      await second.stop();
      return "it started";
    },
    (error: Error) => error.message,
  );
  expect(failure).toMatch(new RegExp(`\\b${gateway.pids()[0]?.pid}\\b`));
});
