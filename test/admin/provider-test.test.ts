import { afterAll, beforeAll, expect, test } from "bun:test";
import { isObject, stringOf, tryParseJson } from "#lib/json";
import { freePort } from "../harness/free-port.ts";
import { type RunningControl, runControl } from "./running-control";

const key = "sk-trial-0123456789abcdef";
const usage = { prompt_tokens: 12, completion_tokens: 1, total_tokens: 13 };
const completion = {
  id: "c-1",
  object: "chat.completion",
  created: 1,
  model: "small",
  choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
  usage,
};

const asked: { readonly path: string; readonly model?: string }[] = [];

/** Takes one key and one model, as OpenAI would; everything else is refused in its words. */
const provider = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: async (request) => {
    const { pathname } = new URL(request.url);
    const body = tryParseJson(await request.text());
    const model = isObject(body) ? stringOf(body, "model") : undefined;
    asked.push({ path: pathname, ...(model !== undefined && { model }) });
    if (pathname.startsWith("/html")) return new Response("<html>", { headers: { "content-type": "text/html" } });
    const error = (status: number, message: string, code: string) =>
      Response.json({ error: { message, type: "invalid_request_error", code } }, { status });
    const presented = request.headers.get("authorization")?.replace("Bearer ", "");
    if (presented !== key) return error(401, `Incorrect API key provided: ${presented}`, "invalid_api_key");
    if (pathname === "/v1/models") return Response.json({ data: [{ id: "small" }, { id: "large" }] });
    if (model === "busy") return error(429, "Rate limit reached for requests", "rate_limit_exceeded");
    if (model === "broken") return error(500, "The server had an error", "server_error");
    if (model !== "small") return error(404, `The model ${model} does not exist`, "model_not_found");
    return Response.json(completion);
  },
});

let running: RunningControl;
const baseUrl = `http://127.0.0.1:${provider.port}/v1`;
const unsaved = { id: "own", dialect: "openai-chat", base_url: baseUrl, value: key };

beforeAll(async () => {
  running = await runControl();
  await running.ask("POST", "/api/providers", { id: "own", dialect: "openai-chat", base_url: baseUrl });
  await running.ask("POST", "/api/providers/own/keys", { name: "good", value: key });
  await running.ask("POST", "/api/providers/own/keys", {
    name: "bad",
    value: "sk-wrong-0123456789",
    models: ["small"],
  });
});
afterAll(async () => {
  await running[Symbol.asyncDispose]();
  await provider.stop(true);
});

async function outcomeOf(body: object) {
  const { status, body: answer } = await running.ask("POST", "/api/providers/test", { ...unsaved, ...body });
  expect(status).toBe(200);
  expect(answer.ok).toBe(answer.results[0].outcome === "ok");
  return answer.results[0];
}

test("a provider is tested with each key, without a secret in the answer", async () => {
  const { status, body } = await running.ask("POST", "/api/providers/own/test", { model: "small" });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    ok: false,
    results: [
      { key: "good", ok: true, outcome: "ok", model: "small", status: 200, usage: { input: 12, output: 1 } },
      { key: "bad", ok: false, outcome: "key_refused", status: 401 },
    ],
  });
  expect(body.results[1].message).toStartWith(`"own" refused the key "bad": Incorrect API key provided: ***`);
  expect(JSON.stringify(body)).not.toContain("sk-");
});

test("one key, or one that is not saved, can be chosen; the first listed model is asked where none is known", async () => {
  asked.length = 0;
  const chosen = await running.ask("POST", "/api/providers/own/test", { key: "good" });
  expect(chosen.body.results).toMatchObject([{ key: "good", outcome: "ok", model: "small" }]);
  expect(asked).toEqual([{ path: "/v1/models" }, { path: "/v1/chat/completions", model: "small" }]);
  const fresh = await running.ask("POST", "/api/providers/own/test", { value: key, model: "small" });
  expect(fresh.body).toMatchObject({ ok: true, results: [{ key: "new" }] });
  expect((await running.ask("POST", "/api/providers/own/test", { key: "none" })).status).toBe(404);
  expect((await running.ask("POST", "/api/providers/none/test", {})).status).toBe(404);
});

test("a provider that is not saved is tested, and nothing is saved", async () => {
  expect(await outcomeOf({ id: "other" })).toMatchObject({ key: "new", outcome: "ok", model: "small" });
  const { body } = await running.ask("GET", "/api/providers");
  expect(body.data.map(({ id }: { id: string }) => id)).not.toContain("other");
  const demo = await running.ask("POST", "/api/providers/test", { id: "demo" });
  expect(demo.body).toMatchObject({ ok: true, results: [{ key: "none", model: "echo" }] });
});

test("failures are told apart and explained", async () => {
  const closed = await freePort();
  const cases: readonly (readonly [change: object, outcome: string, words: RegExp])[] = [
    [{ model: "other" }, "model_unknown", /does not serve the model "other" with this key: The model other does not/],
    [{ model: "busy" }, "rate_limited", /limits it at the moment/],
    [{ model: "broken" }, "provider_error", /answered with status 500/],
    [{ model: "m", base_url: `http://127.0.0.1:${closed}` }, "not_reachable", /refused.*something listens there/],
    [{ model: "m", base_url: `https://127.0.0.1:${provider.port}` }, "tls_failed", /no trusted TLS.*http:\/\//],
    [{ model: "m", base_url: "http://nowhere.invalid" }, "host_unknown", /host name is unknown/],
    [{ model: "m", base_url: `http://127.0.0.1:${provider.port}/html` }, "invalid_answer", /does not speak/],
  ];
  for (const [change, outcome, words] of cases) {
    const result = await outcomeOf(change);
    expect([change, result.outcome]).toEqual([change, outcome]);
    expect(result.message).toMatch(words);
  }
  const forbidden = await running.ask("POST", "/api/providers/test", {
    ...unsaved,
    base_url: "http://169.254.169.254",
  });
  expect(forbidden.status).toBe(400);
  expect(forbidden.body.errors).toEqual([{ field: "base_url", detail: expect.stringContaining("never allowed") }]);
});

test("a test is noted, and says which keys took part and what came of them", async () => {
  await running.ask("POST", "/api/providers/own/test", { key: "bad", model: "small" });
  const { body } = await running.ask("GET", "/api/audit?limit=1");
  expect(body.data[0]).toMatchObject({
    action: "provider.test",
    resource: { type: "provider", id: "own" },
    changes: { results: [{ key: "bad", outcome: "key_refused" }] },
  });
});

test("GET /api/providers/known lists all that can be switched on, and which are", async () => {
  await running.ask("POST", "/api/providers", { id: "openai" });
  await running.ask("POST", "/api/providers/openai/keys", { name: "main", value: key });
  const { body } = await running.ask("GET", "/api/providers/known");
  const openai = body.data.find(({ id }: { id: string }) => id === "openai");
  expect(openai).toMatchObject({
    name: "OpenAI",
    environment_variable: "OPENAI_API_KEY",
    environment_variable_set: false,
    needs_key: true,
    configured: true,
    keys: 1,
  });
  expect(body.data.find(({ id }: { id: string }) => id === "groq")).toMatchObject({ configured: false, keys: 0 });
  expect(body.has_more).toBe(false);
});

test("a key that stands for the client's own credential is not tried: there is nothing of ours to send", async () => {
  await running.ask("POST", "/api/providers", { id: "anthropic" });
  await running.ask("POST", "/api/providers/anthropic/keys", { name: "login", value: "client" });
  for (const body of [{}, { key: "login" }]) {
    const { status, body: problem } = await running.ask("POST", "/api/providers/anthropic/test", body);
    expect([status, JSON.stringify(problem)]).toEqual([409, expect.stringContaining("what each client sends")]);
  }
  const unsaved = await running.ask("POST", "/api/providers/anthropic/test", { value: "client" });
  expect([unsaved.status, JSON.stringify(unsaved.body)]).toEqual([400, expect.stringContaining("nothing of ours")]);
});

test("a provider is asked which models it has, and what of them is known", async () => {
  const { body, status } = await running.ask("GET", "/api/providers/own/models?key=good");
  expect([status, body.outcome]).toEqual([200, "ok"]);
  expect(body.models).toEqual([
    { id: "small", known: false },
    { id: "large", known: false },
  ]);
  const refused = await running.ask("GET", "/api/providers/own/models?key=bad");
  expect(refused.body).toMatchObject({ outcome: "key_refused", models: [] });
  expect(JSON.stringify(refused.body)).not.toContain("sk-");
  expect((await running.ask("GET", "/api/providers/own/models?key=none")).status).toBe(404);
});
