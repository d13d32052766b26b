import { expect, test } from "bun:test";
import { ask, startPair, twoProviders } from "../e2e/start-pair.ts";
import { pick } from "../harness/pick.ts";
import { waitUntil } from "../harness/wait-until.ts";

const keys = {
  expired: "hg-expired-0123456789",
  inactive: "hg-inactive-0123456789",
  narrow: "hg-narrow-0123456789",
  blocked: "hg-blocked-0123456789",
  chatOnly: "hg-chat-only-0123456789",
  private: "hg-private-0123456789",
  facts: "hg-facts-0123456789",
};
const { gateway, provider } = await startPair({
  configure: (url) => ({
    ...twoProviders(url),
    settings: { auth: "optional", on_unsupported: "refuse", content_logging: "full" },
    routes: [
      { alias: "smart", targets: [{ model: "oai/fake-gpt" }], fallbacks: ["ant/fake-claude"] },
      { alias: "claude-first", targets: [{ model: "ant/fake-claude" }], fallbacks: ["oai/fake-gpt"] },
    ],
    virtual_keys: [
      { name: "test", value: "hg-yF1d768GdeSc58t2JjNEXD2NT8ELyQvm6wvwX7rCobe0QIDKh" },
      { name: "expired", value: keys.expired, expires_at: "2020-01-01" },
      { name: "inactive", value: keys.inactive, active: false },
      { name: "narrow", value: keys.narrow, models: ["smart", "oai/*-mini"] },
      { name: "blocked", value: keys.blocked, blocked: ["oai/*"] },
      { name: "chat-only", value: keys.chatOnly, endpoints: ["chat.*", "models"] },
      { name: "private", value: keys.private, content_logging: "off" },
      { name: "facts", value: keys.facts, content_logging: "metadata" },
    ],
  }),
});

const chat = "/v1/chat/completions";
const messages = "/v1/messages";

/** Who asks (a key, or a header as it is) for what, and what comes of it: the provider that served, or a refusal. */
const access: readonly (readonly [string | undefined, string, string, number, string])[] = [
  // auth: optional
  [undefined, chat, "oai/fake-gpt", 200, "oai"],
  ["sk-of-some-provider", chat, "oai/fake-gpt", 200, "oai"],
  ["hg-mistyped", chat, "oai/fake-gpt", 401, "invalid_key"],
  [keys.expired, chat, "oai/fake-gpt", 401, "expired_key"],
  [keys.inactive, messages, "ant/fake-claude", 401, "inactive_key"],
  // models: the asked name decides, and an alias covers its targets
  [keys.narrow, chat, "smart", 200, "oai"],
  [keys.narrow, chat, "oai/fake-gpt-mini", 200, "oai"],
  [keys.narrow, chat, "oai/fake-gpt", 403, "model_not_allowed"],
  [keys.narrow, messages, "ant/fake-claude", 403, "model_not_allowed"],
  // blocked: the served target decides
  [keys.blocked, chat, "oai/fake-gpt", 403, "model_not_allowed"],
  [keys.blocked, chat, "fake-gpt", 403, "model_not_allowed"],
  [keys.blocked, chat, "smart", 200, "ant"],
  [keys.blocked, chat, "ant/fake-claude", 200, "ant"],
  // endpoints
  [keys.chatOnly, chat, "oai/fake-gpt", 200, "oai"],
  [keys.chatOnly, messages, "ant/fake-claude", 403, "endpoint_not_allowed"],
  [keys.chatOnly, "/v1/embeddings", "oai/fake-embed", 403, "endpoint_not_allowed"],
];

for (const [key, path, model, status, outcome] of access) {
  test(`${key ?? "nobody"} asks for ${model} on ${path}: ${status} ${outcome}`, async () => {
    const response = await send(path, ask(model, "hello"), key);
    const text = await response.text();
    const { headers } = response;
    expect([response.status, headers.get("x-headgate-error") ?? headers.get("x-headgate-provider")], text).toEqual([
      status,
      outcome,
    ]);
    if (key !== undefined) expect(text).not.toContain(key);
  });
}

test("auth: optional never opens the admin API", async () => {
  for (const key of [undefined, gateway.key]) {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const response = await fetch(`${gateway.url}/api/virtual-keys`, { headers });
    await response.text();
    expect(response.status).toBe(401);
  }
});

test("on_unsupported: refuse names what cannot be carried, and goes on to a target of the same dialect", async () => {
  const odd = { seed: 7 };
  const refused = await send(chat, ask("ant/fake-claude", "hello", odd), gateway.key);
  const body: unknown = await refused.json();
  expect([refused.status, pick(body, "error.code"), pick(body, "error.param")]).toEqual([
    400,
    "unsupported_parameter",
    "seed",
  ]);
  expect(String(pick(body, "error.message"))).toContain('"seed"');
  for (const model of ["oai/fake-gpt", "claude-first"]) {
    const passed = await send(chat, ask(model, "hello", odd), gateway.key);
    const told = ["provider", "dropped"].map((name) => passed.headers.get(`x-headgate-${name}`));
    expect([passed.status, ...told]).toEqual([200, "oai", null]);
  }
});

/** Key, `x-headgate-content`, and whether bodies are kept. */
const keeping: readonly (readonly [string, string | undefined, boolean])[] = [
  [gateway.key, undefined, true],
  [gateway.key, "full", true],
  [gateway.key, "metadata", false],
  [gateway.key, "OFF", false],
  [gateway.key, "nothing please", false],
  [keys.private, undefined, false],
  [keys.private, "full", false],
  [keys.facts, "full", false],
];

test("bodies are kept as the policy says, a request may ask for less and never for more", async () => {
  const asked: { id: string; kept: boolean; stream: boolean; label: string }[] = [];
  for (const [key, content, kept] of keeping) {
    for (const stream of [false, true]) {
      const label = `canary-${asked.length}`;
      const response = await send(chat, ask("oai/fake-gpt", label, { stream }), key, content);
      expect(await response.text()).toContain(label.slice(0, 6));
      asked.push({ id: response.headers.get("x-headgate-id") ?? "", kept, stream, label });
    }
  }
  for (const { id, kept, stream, label } of asked) {
    const entry = await logged(id, kept);
    const told = JSON.stringify(entry).slice(0, 400);
    expect([pick(entry, "outcome"), pick(entry, "stream")], told).toEqual(["ok", stream]);
    expect(pick(entry, "request") !== undefined, told).toBe(kept);
    expect(pick(entry, "response") !== undefined, told).toBe(kept);
    expect(JSON.stringify(entry).includes(label), told).toBe(kept);
  }
});

test("the body of a request that failed is kept too", async () => {
  await provider.script({ answer: { kind: "error", status: 400 } });
  const response = await send(chat, ask("oai/fake-gpt", "failing-canary"), gateway.key);
  expect(response.status, await response.text()).toBe(400);
  const entry = await logged(response.headers.get("x-headgate-id") ?? "", true);
  expect(String(pick(entry, "request.text"))).toContain("failing-canary");
});

function send(path: string, body: object, key: string | undefined, content?: string): Promise<Response> {
  return fetch(gateway.url + path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(content === undefined ? {} : { "x-headgate-content": content }),
    },
    body: JSON.stringify(body),
  });
}

/** The record of a request, with its bodies once they are there if they are meant to be. */
function logged(id: string, withBodies: boolean): Promise<unknown> {
  return waitUntil(`the record ${id}`, async () => {
    const response = await gateway.admin("GET", `/api/logs/${id}`);
    const entry: unknown = await response.json();
    const ready = response.status === 200 && (!withBodies || pick(entry, "request") !== undefined);
    return ready ? entry : undefined;
  });
}
