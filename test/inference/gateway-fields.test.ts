import { expect, test } from "bun:test";
import { startPair, twoProviders } from "../e2e/start-pair.ts";
import { freePort } from "../harness/free-port.ts";
import { pick } from "../harness/pick.ts";
import { testKey } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";

const deadPort = await freePort();
const limited = "hg-may-use-one-model";
const { gateway, provider } = await startPair({
  configure: (url) => {
    const models = ["fake-gpt", "fake-claude", "fake-embed"].map((id) => ({ id, price: { input: 1, output: 2 } }));
    const { providers } = twoProviders(url, { models });
    const dead = { ...providers.oai, base_url: `http://127.0.0.1:${deadPort}/v1`, retries: { max: 0 } };
    return {
      providers: { ...providers, dead },
      settings: { cors: { origins: ["https://app.example.com"] } },
      virtual_keys: [
        { name: "test", value: testKey },
        { name: "limited", value: limited, models: ["dead/*", "oai/fake-gpt"] },
      ],
    };
  },
});

const messages = [{ role: "user", content: "hi" }];
const chatPath = "/v1/chat/completions";
const bodies = async () => (await provider.log()).map(({ body }) => JSON.parse(body));

for (const [path, model, more] of [
  [chatPath, "oai/fake-gpt", {}],
  [chatPath, "ant/fake-claude", {}],
  ["/v1/messages", "ant/fake-claude", { max_tokens: 9 }],
  ["/v1/messages", "oai/fake-gpt", { max_tokens: 9 }],
  ["/v1/embeddings", "oai/fake-embed", { input: "hi", messages: undefined }],
] as const) {
  test(`a provider sees none of a gateway's fields: ${path} to ${model}`, async () => {
    await provider.reset();
    const response = await gateway.post(path, {
      model,
      messages,
      guardrails: ["pii"],
      tags: ["job:7"],
      metadata: { tags: ["prod"], trace_name: "nightly" },
      num_retries: 1,
      mock_response: "no",
      ...more,
    });
    expect(response.status, await response.clone().text()).toBe(200);
    expect(response.headers.get("x-headgate-dropped")).toBe("guardrails, mock_response");
    const [sent] = await bodies();
    for (const name of ["guardrails", "tags", "metadata", "num_retries", "mock_response"])
      expect(Object.keys(sent)).not.toContain(name);
    const id = response.headers.get("x-headgate-id");
    const record = await waitUntil("the record", async () => {
      const found = await gateway.admin("GET", `/api/logs/${id}`);
      return found.ok ? found.json() : undefined;
    });
    expect(pick(record, "request_tags")).toEqual(["job:7", "prod", "trace_name:nightly"]);
    expect(pick(record, "dropped")).toEqual(["guardrails", "mock_response"]);
  });
}

test("headers for other gateways are understood, and no provider sees one", async () => {
  await provider.reset();
  const headers = {
    "x-litellm-tags": "job:7",
    "X-LiteLLM-End-User-Id": "ann",
    "x-bf-dim-team": "pay",
    "x-bf-eh-x-custom": "canary",
    "x-portkey-trace-id": "trace-1",
    "x-portkey-virtual-key": "canary",
    "helicone-session-id": "talk-1",
    "helicone-auth": "Bearer canary",
    "helicone-omit-request": "true",
    "cf-aig-authorization": "Bearer canary",
  };
  const response = await gateway.post(
    chatPath,
    { model: "oai/fake-gpt", messages, user: "body", tags: ["b"] },
    headers,
  );
  expect([response.status, response.headers.get("x-headgate-dropped")]).toEqual([200, null]);
  expect(JSON.stringify(await provider.log())).not.toMatch(/canary|x-litellm|x-bf-|x-portkey|helicone|cf-aig/i);
  const id = response.headers.get("x-headgate-id");
  const record = await waitUntil("the record", async () => {
    const found = await gateway.admin("GET", `/api/logs/${id}`);
    return found.ok ? found.json() : undefined;
  });
  expect(record).toMatchObject({
    request_tags: expect.arrayContaining(["job:7", "team:pay", "b"]),
    end_user: "ann",
    session_id: "talk-1",
    trace_id: "trace-1",
  });
  expect(pick(record, "request_body")).toBeUndefined();
});

test("a request's own fallbacks are asked, as far as its key may use them", async () => {
  await provider.reset();
  const fallbacks = ["nobody/knows", "ant/fake-claude", { model: "oai/fake-gpt" }];
  const ask = (key: string) =>
    gateway.post(chatPath, { model: "dead/m", messages, fallbacks }, { authorization: `Bearer ${key}` });
  const any = await ask(gateway.key);
  expect([any.status, any.headers.get("x-headgate-provider"), any.headers.get("x-headgate-dropped")]).toEqual([
    200,
    "ant",
    "fallbacks[0]",
  ]);
  const own = await ask(limited);
  expect([own.status, own.headers.get("x-headgate-provider"), own.headers.get("x-headgate-dropped")]).toEqual([
    200,
    "oai",
    "fallbacks[0], fallbacks[1]",
  ]);
});

test("a model that nobody knows is made up for by a fallback, a forbidden one is not", async () => {
  const unknown = await gateway.post(chatPath, { model: "zephyr", messages, fallbacks: ["oai/fake-gpt"] });
  expect([unknown.status, unknown.headers.get("x-headgate-model")]).toEqual([200, "fake-gpt"]);
  const headers = { authorization: `Bearer ${limited}` };
  const forbidden = await gateway.post(chatPath, { model: "zephyr", messages, fallbacks: ["oai/fake-gpt"] }, headers);
  expect(forbidden.status).toBe(403);
  const none = await gateway.post(chatPath, { model: "zephyr", messages, fallbacks: ["nobody/knows"] });
  expect([none.status, none.headers.get("x-headgate-error")]).toEqual([404, "model_not_found"]);
});

test("a request's own time-out and retries are kept to", async () => {
  await provider.reset();
  await provider.script({ answer: { kind: "never" }, times: 0 });
  const slow = await gateway.post(chatPath, { model: "oai/fake-gpt", messages, timeout: 0.3 });
  expect([slow.status, slow.headers.get("x-headgate-error")]).toEqual([504, "upstream_timeout"]);
  await provider.reset();
  await provider.script({ answer: { kind: "reset" }, times: 0 });
  const failed = await gateway.post(chatPath, { model: "oai/fake-gpt", messages, num_retries: 0 });
  expect([failed.status, failed.headers.get("x-headgate-attempts")]).toEqual([502, "1"]);
});

test("nothing is kept of the bodies where the client says no-log", async () => {
  await provider.reset();
  const response = await gateway.post(chatPath, { model: "oai/fake-gpt", messages, "no-log": true });
  const id = response.headers.get("x-headgate-id");
  const record = await waitUntil("the record", async () => {
    const found = await gateway.admin("GET", `/api/logs/${id}`);
    return found.ok ? found.json() : undefined;
  });
  expect([pick(record, "status"), pick(record, "request")]).toEqual([200, undefined]);
});

test("pages of an origin that is let in may ask, and read the answer", async () => {
  await provider.reset();
  const origin = "https://app.example.com";
  const preflight = await fetch(`${gateway.url}${chatPath}`, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type,x-stainless-os",
    },
  });
  expect([preflight.status, preflight.headers.get("access-control-allow-headers")]).toEqual([
    204,
    "authorization,content-type,x-stainless-os",
  ]);
  const body = { model: "oai/fake-gpt", messages, stream: true };
  const answer = await gateway.post(chatPath, body, { origin });
  expect([answer.headers.get("access-control-allow-origin"), answer.headers.get("x-accel-buffering")]).toEqual([
    origin,
    "no",
  ]);
  await answer.text();
  const refused = await gateway.post(chatPath, body, { origin, authorization: "Bearer hg-unknown" });
  expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([401, origin]);
  const stranger = await fetch(`${gateway.url}${chatPath}`, {
    method: "OPTIONS",
    headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
  });
  expect([stranger.status, stranger.headers.get("access-control-allow-origin")]).toEqual([405, null]);
  const admin = await fetch(`${gateway.url}/api/settings`, { headers: { origin } });
  expect(admin.headers.get("access-control-allow-origin")).toBeNull();
});

test("?beta=true reaches Anthropic's dialect alone, and no other query does", async () => {
  await provider.reset();
  const body = { model: "ant/fake-claude", max_tokens: 9, messages };
  await gateway.post("/v1/messages?beta=true&key=x", body);
  await gateway.post("/v1/messages?beta=false", body);
  await gateway.post("/v1/messages?beta=true", { ...body, model: "oai/fake-gpt" });
  await gateway.post(`${chatPath}?api-version=2024-10-21`, { model: "oai/fake-gpt", messages });
  expect((await provider.log()).map(({ path, query }) => (query === "" ? path : `${path}?${query}`))).toEqual([
    "/v1/messages?beta=true",
    "/v1/messages",
    "/v1/chat/completions",
    "/v1/chat/completions",
  ]);
});
