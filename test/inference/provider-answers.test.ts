import { afterAll, expect, test } from "bun:test";
import { ask, pairs, startPair, twoProviders } from "../e2e/start-pair.ts";
import { freePort } from "../harness/free-port.ts";
import { pick } from "../harness/pick.ts";
import { readAllSse } from "../harness/read-sse.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { startZippingProvider } from "./zipping-provider.ts";

const zipping = await startZippingProvider();
afterAll(zipping.stop);
const deadPort = await freePort();
const { gateway, provider } = await startPair({
  configure: (url) => {
    const { providers } = twoProviders(url, { timeouts: { headers_ms: 1000, first_token_ms: 400 } });
    const like = (more: object) => ({ ...providers.oai, ...more });
    const twoKeys = (first: object, second: object) => [
      { name: "first", value: "sk-fake-two", ...first },
      { name: "second", value: "sk-fake-three", ...second },
    ];
    return {
      providers: {
        ...providers,
        zip: like({ base_url: `http://127.0.0.1:${zipping.port}/v1` }),
        six: like({ base_url: `http://[::1]:${zipping.port}/v1` }),
        dead: like({ base_url: `http://127.0.0.1:${deadPort}/v1` }),
        // A weight this small puts the second key behind the first.
        ...Object.fromEntries(
          [500, 429, 401].map((status) => [
            `rotating-${status}`,
            like({ keys: twoKeys({ weight: 1_000_000 }, { weight: 0.000001 }) }),
          ]),
        ),
        patterned: like({ keys: twoKeys({ models: ["other-*"] }, { models: ["fake-*"] }) }),
        resting: like({ keys: twoKeys({ weight: 0 }, { weight: 1 }) }),
      },
      routes: [{ alias: "from-dead", targets: [{ model: "dead/fake-gpt" }], fallbacks: ["ant/fake-claude"] }],
    };
  },
});

test("a refused connection leads to the fallback, and is a 502 without one", async () => {
  const served = await gateway.post("/v1/messages", ask("from-dead", "hello"));
  expect([served.status, served.headers.get("x-headgate-attempts")], await served.text()).toEqual([200, "2"]);
  const alone = await gateway.post("/v1/messages", ask("dead/fake-gpt", "hello"));
  expect([alone.status, alone.headers.get("x-headgate-error")]).toEqual([502, "upstream_error"]);
  expect(await alone.text()).toContain("refused");
});

test("nothing but the listed headers reaches the provider", async () => {
  const sent = [
    ...["x-stainless-lang", "x-stainless-retry-count", "openai-organization", "openai-project", "openai-beta"],
    ...["anthropic-beta", "anthropic-version", "cookie", "x-amz-date", "traceparent", "idempotency-key", "referer"],
    ...["x-forwarded-for", "x-headgate-content", "user-agent", "x-request-id", "accept-language", "priority"],
  ];
  const always = ["accept", "accept-encoding", "connection", "content-length", "content-type", "host", "user-agent"];
  const own = {
    "/v1/chat/completions oai": ["authorization", "openai-beta"],
    "/v1/messages ant": ["x-api-key", "anthropic-beta", "anthropic-version"],
    "/v1/chat/completions ant": ["x-api-key", "anthropic-version"],
    "/v1/messages oai": ["authorization"],
  };
  for (const { path, model } of pairs) {
    await provider.reset();
    await gateway.post(path, ask(model, "hello"), Object.fromEntries(sent.map((name) => [name, "client-value"])));
    const [seen] = await provider.log();
    const extra = Object.entries(own).find(([pair]) => pair === `${path} ${model.split("/")[0]}`)?.[1] ?? [];
    expect(Object.keys(seen?.headers ?? {}).toSorted()).toEqual([...always, "traceparent", ...extra].toSorted());
    expect(seen?.headers["user-agent"]).not.toBe("client-value");
  }
});

for (const [status, uses] of [
  [500, ["sk-fake-two"]],
  [429, ["sk-fake-two", "sk-fake-three"]],
  [401, ["sk-fake-two", "sk-fake-three"]],
] as const) {
  test(`after ${status} ${uses.length === 2 ? "the next key is tried" : "the other key is not tried"}`, async () => {
    await provider.reset();
    await provider.script({ match: { key: "sk-fake-two" }, times: 0, answer: { kind: "error", status } });
    const response = await gateway.post("/v1/chat/completions", ask(`rotating-${status}/fake-gpt`, "hello"));
    expect(response.status, await response.text()).toBe(uses.length === 2 ? 200 : 502);
    const seen = (await provider.log()).map((entry) => entry.headers.authorization?.replace("Bearer ", ""));
    expect(seen).toEqual([...uses]);
  });
}

test("a provider key is used for the models that it names, and not with weight 0", async () => {
  for (const [model, key] of [
    ["patterned/fake-gpt", "sk-fake-three"],
    ["resting/fake-gpt", "sk-fake-three"],
  ] as const) {
    await provider.reset();
    expect((await gateway.post("/v1/chat/completions", ask(model, "hello"))).status).toBe(200);
    expect((await provider.log()).map((entry) => entry.headers.authorization)).toEqual([`Bearer ${key}`]);
  }
  const none = await gateway.post("/v1/chat/completions", ask("patterned/else", "hello"));
  expect([none.status, none.headers.get("x-headgate-error")], await none.text()).toEqual([400, "no_capable_target"]);
});

test("an answer is read in whatever coding the provider chose, and goes out plain", async () => {
  for (const coding of ["gzip", "br", "zstd"]) {
    const response = await gateway.post("/v1/chat/completions", ask("zip/m", coding));
    const text = await response.text();
    expect([response.status, response.headers.get("content-encoding")], text).toEqual([200, null]);
    expect(pick(JSON.parse(text), "choices.0.message.content")).toBe("unzipped");
  }
  const refused = await gateway.post("/v1/messages", ask("zip/m", "an error"));
  expect([refused.status, pick(await refused.json(), "error.message")]).toEqual([400, "unzipped words"]);
  const bomb = await gateway.post("/v1/chat/completions", ask("zip/m", "a bomb"));
  expect([bomb.status, bomb.headers.get("x-headgate-error")], await bomb.text()).toEqual([
    502,
    "upstream_invalid_response",
  ]);
});

test("a compressed stream goes out event by event", async () => {
  const response = await gateway.post("/v1/chat/completions", ask("zip/m", "x", { stream: true }));
  const { events } = await readAllSse(response);
  expect(events.map(({ data }) => data).at(-1)).toBe("[DONE]");
  expect((events[1]?.atMs ?? 0) - (events[0]?.atMs ?? 0)).toBeGreaterThan(100);
});

test("a provider is reached over IPv6", async () => {
  const response = await gateway.post("/v1/chat/completions", ask("six/m", "gzip"));
  expect(response.status, await response.text()).toBe(200);
});

test("legacy completions pass through, whole and event by event", async () => {
  const choice = (text: string, finish: string | null) => ({ index: 0, text, logprobs: null, finish_reason: finish });
  const completion = (text: string, finish: string | null) => ({
    id: "cmpl-1",
    object: "text_completion",
    created: 1,
    model: "fake-gpt",
    choices: [choice(text, finish)],
  });
  await provider.reset();
  const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
  await provider.script({ answer: { kind: "json", body: { ...completion("hi", "stop"), usage } } });
  const whole = await gateway.post("/v1/completions", { model: "oai/fake-gpt", prompt: "x" });
  expect([whole.status, whole.headers.get("x-headgate-cost")]).toEqual([200, "0.000011"]);
  expect(pick(await whole.json(), "choices.0.text")).toBe("hi");
  expect((await provider.log()).map(({ path, body }) => [path, body])).toEqual([
    ["/v1/completions", '{"model":"fake-gpt","prompt":"x"}'],
  ]);

  // Slower than the first-token timer as a whole, so that it fails unless its first token is seen.
  const pieces = ["a", "b", "c", "d"].map((text) => ({
    data: completion(text, text === "d" ? "stop" : null),
    delayMs: 150,
  }));
  const account = { data: { ...completion("", null), choices: [], usage } };
  await provider.script({ answer: { kind: "sse", events: [...pieces, account, { raw: "data: [DONE]\n\n" }] } });
  const streamed = await gateway.post("/v1/completions", { model: "oai/fake-gpt", prompt: "x", stream: true });
  const { events } = await readAllSse(streamed);
  expect(events.map(({ data }) => (data === "[DONE]" ? data : pick(JSON.parse(data), "choices.0.text")))).toEqual([
    "a",
    "b",
    "c",
    "d",
    "[DONE]",
  ]);
  // Usage is asked for, and kept from a client that did not ask.
  expect((await provider.log()).at(-1)?.body).toContain('"stream_options":{"include_usage":true}');
  expect((events[3]?.atMs ?? 0) - (events[0]?.atMs ?? 0)).toBeGreaterThan(200);
});

test("embeddings are accounted for, and need a provider that has them", async () => {
  await provider.reset();
  const usage = { prompt_tokens: 3, total_tokens: 3 };
  await provider.script({ answer: { kind: "json", body: { object: "list", data: [], model: "fake-gpt", usage } } });
  const served = await gateway.post("/v1/embeddings", { model: "oai/fake-gpt", input: "x" });
  expect([served.status, served.headers.get("x-headgate-cost")], await served.text()).toEqual([200, "0.000003"]);
  const none = await gateway.post("/v1/embeddings", { model: "ant/fake-claude", input: "x" });
  expect([none.status, none.headers.get("x-headgate-error")], await none.text()).toEqual([400, "no_capable_target"]);
});

test("usage that a provider did not report is estimated, and said to be", async () => {
  await provider.reset();
  const body = {
    id: "x",
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }],
  };
  await provider.script({ answer: { kind: "json", body } });
  const { headers } = await gateway.post("/v1/chat/completions", ask("oai/fake-gpt", "hello"));
  expect([headers.get("x-headgate-estimated"), headers.has("x-headgate-cost")]).toEqual(["usage", true]);
});

test("a client that leaves while it waits for headers takes its upstream call along", async () => {
  for (const { path, model } of pairs) {
    await provider.reset();
    await provider.script({ answer: { kind: "never" } });
    const client = new AbortController();
    const gone = gateway.post(path, ask(model, "hello"), {}, client.signal).catch(() => "gone");
    await waitUntil("a call to the provider", async () => (await provider.log()).length === 1);
    client.abort();
    expect(await gone).toBe("gone");
    await waitUntil("its abort", async () => (await provider.log())[0]?.abortedAtMs !== undefined);
    expect(await provider.log()).toHaveLength(1);
  }
});

test("link-local and metadata addresses are refused where a provider is configured, in every spelling", async () => {
  for (const host of [
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "169.254.1.1",
    "[fe80::1]",
    "[::ffff:169.254.169.254]",
    "[fd00:ec2::254]",
    "0.0.0.0",
    "10.0.0.1",
  ]) {
    const response = await gateway.admin("POST", "/api/providers", {
      id: "bad",
      dialect: "openai-chat",
      base_url: `http://${host}/v1`,
    });
    const text = await response.text();
    expect([response.status, text.includes("base_url")], `${host}: ${text}`).toEqual([400, true]);
  }
});
