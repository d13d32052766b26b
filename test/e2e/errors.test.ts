import { expect, test } from "bun:test";
import type { Answer } from "../fake-provider/script.ts";
import { pick } from "../harness/pick.ts";
import { ask, pairs, startPair, twoProviders } from "./start-pair.ts";

const keys = {
  expired: "hg-expired-0123456789",
  inactive: "hg-inactive-0123456789",
  narrow: "hg-narrow-0123456789",
  blocked: "hg-blocked-0123456789",
  noEndpoints: "hg-embeddings-only-0123456789",
};
const { gateway, provider, story } = await startPair({
  configure: (url) => ({
    ...twoProviders(url, {
      timeouts: { connect_ms: 1000, headers_ms: 400, first_token_ms: 400, idle_ms: 400, total_ms: 3000 },
    }),
    settings: { max_body_bytes: 100_000 },
    virtual_keys: [
      { name: "test", value: "hg-yF1d768GdeSc58t2JjNEXD2NT8ELyQvm6wvwX7rCobe0QIDKh" },
      { name: "expired", value: keys.expired, expires_at: "2020-01-01" },
      { name: "inactive", value: keys.inactive, active: false },
      { name: "narrow", value: keys.narrow, models: ["only-this"] },
      { name: "blocked", value: keys.blocked, blocked: ["oai/*", "ant/*"] },
      { name: "no-endpoints", value: keys.noEndpoints, endpoints: ["embeddings"] },
    ],
  }),
});

type Row = {
  readonly name: string;
  readonly status: number;
  readonly code: string;
  send(path: string, model: string): Promise<Response>;
};

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const rows: readonly Row[] = [
  { name: "broken JSON", status: 400, code: "invalid_request", send: (path) => gateway.post(path, '{"model":') },
  {
    name: "a duplicate key",
    status: 400,
    code: "invalid_request",
    send: (path, model) =>
      gateway.post(
        path,
        `{"model":"a","mod\\u0065l":"${model}","max_tokens":5,"messages":[{"role":"user","content":"x"}]}`,
      ),
  },
  {
    name: "no model",
    status: 400,
    code: "invalid_request",
    send: (path) => gateway.post(path, { max_tokens: 5, messages: [{ role: "user", content: "x" }] }),
  },
  {
    name: "an empty key",
    status: 401,
    code: "missing_key",
    send: (path, model) => gateway.post(path, ask(model, "x"), { authorization: "" }),
  },
  {
    name: "an unknown key",
    status: 401,
    code: "invalid_key",
    send: (path, model) => gateway.post(path, ask(model, "x"), bearer("hg-nobody")),
  },
  {
    name: "an expired key",
    status: 401,
    code: "expired_key",
    send: (path, model) => gateway.post(path, ask(model, "x"), bearer(keys.expired)),
  },
  {
    name: "an inactive key",
    status: 401,
    code: "inactive_key",
    send: (path, model) => gateway.post(path, ask(model, "x"), bearer(keys.inactive)),
  },
  {
    name: "a model not allowed",
    status: 403,
    code: "model_not_allowed",
    send: (path, model) => gateway.post(path, ask(model, "x"), bearer(keys.narrow)),
  },
  {
    name: "an endpoint not allowed",
    status: 403,
    code: "endpoint_not_allowed",
    send: (path, model) => gateway.post(path, ask(model, "x"), bearer(keys.noEndpoints)),
  },
  {
    name: "an unknown model",
    status: 404,
    code: "model_not_found",
    send: (path) => gateway.post(path, ask("nowhere", "x")),
  },
  {
    name: "an unknown path",
    status: 404,
    code: "not_found",
    send: (path, model) => gateway.post(`${path}/unknown/path`, ask(model, "x")),
  },
  {
    name: "a body too large",
    status: 413,
    code: "body_too_large",
    send: (path, model) => gateway.post(path, ask(model, "x".repeat(200_000))),
  },
  {
    name: "the provider's 401",
    status: 502,
    code: "provider_keys_exhausted",
    send: scripted({ kind: "error", status: 401, message: "key sk-fake-one is bad" }),
  },
  {
    name: "the provider's 402",
    status: 502,
    code: "provider_keys_exhausted",
    send: scripted({ kind: "error", status: 402 }),
  },
  {
    name: "the provider's 403",
    status: 502,
    code: "provider_keys_exhausted",
    send: scripted({ kind: "error", status: 403 }),
  },
  { name: "the provider's 500", status: 502, code: "upstream_error", send: scripted({ kind: "error", status: 500 }) },
  { name: "the provider's reset", status: 502, code: "upstream_error", send: scripted({ kind: "reset" }) },
  {
    name: "the provider's redirect",
    status: 502,
    code: "upstream_error",
    send: scripted({ kind: "redirect", location: "http://127.0.0.1:1/" }),
  },
  {
    name: "an answer that is no JSON",
    status: 502,
    code: "upstream_invalid_response",
    send: scripted({ kind: "text", body: "<html>oops</html>", contentType: "text/html" }),
  },
  { name: "no headers in time", status: 504, code: "upstream_timeout", send: scripted({ kind: "never" }) },
];

for (const { name, status, code, send } of rows) {
  for (const { path, model } of pairs) {
    test(`${name}: ${status} ${code} on ${path} with ${model}`, async () => {
      await provider.reset();
      const response = await send(path, model);
      const text = await response.text();
      const told = `${response.status} ${JSON.stringify([...response.headers])} ${text}\n${await story()}`;
      expect([response.status, response.headers.get("x-headgate-error")], told).toEqual([status, code]);
      const body: unknown = JSON.parse(text);
      expect(typeof pick(body, "error.message"), told).toBe("string");
      expect(text, told).not.toContain("sk-fake");
      if (path === "/v1/messages") {
        expect([pick(body, "type"), typeof pick(body, "error.type"), pick(body, "request_id")], told).toEqual([
          "error",
          "string",
          response.headers.get("request-id"),
        ]);
      } else {
        expect(Object.keys(Object(pick(body, "error"))).sort(), told).toEqual(["code", "message", "param", "type"]);
      }
    });
  }
}

for (const status of [400, 404, 409, 413, 422, 429]) {
  for (const { path, model } of pairs) {
    test(`the provider's ${status} keeps its status and words on ${path} with ${model}`, async () => {
      await provider.reset();
      await provider.script({
        answer: { kind: "error", status, message: `The provider says ${status} about sk-fake-one` },
      });
      const response = await gateway.post(path, ask(model, "hello"));
      const text = await response.text();
      const told = `${response.status} ${text}\n${await story()}`;
      expect(response.status, told).toBe(status);
      expect(String(pick(JSON.parse(text), "error.message")), told).toContain(`The provider says ${status}`);
      expect(text, told).not.toContain("sk-fake-one");
    });
  }
}

test("a blocked target is refused", async () => {
  const response = await gateway.post("/v1/chat/completions", ask("oai/fake-gpt", "x"), bearer(keys.blocked));
  expect([response.status, response.headers.get("x-headgate-error")]).toEqual([403, "model_not_allowed"]);
});

test("every timer names itself", async () => {
  await provider.script({ answer: { kind: "never" } });
  expect(await (await gateway.post("/v1/chat/completions", ask("oai/fake-gpt", "x"))).text()).toMatch(/headers/);
  await provider.script({ answer: { kind: "default", firstEventDelayMs: 2000 } });
  const late = await (await gateway.post("/v1/chat/completions", ask("oai/fake-gpt", "x", { stream: true }))).text();
  expect(late).toMatch(/first token/);
  await provider.script({ answer: { kind: "default", cutAfter: 6, ending: "stall" } });
  expect(
    await (await gateway.post("/v1/chat/completions", ask("oai/fake-gpt", "[[words:50]]", { stream: true }))).text(),
  ).toMatch(/idle/);
  await provider.script({ answer: { kind: "default", eventDelayMs: 75 } });
  expect(
    await (await gateway.post("/v1/chat/completions", ask("oai/fake-gpt", "[[words:100]]", { stream: true }))).text(),
  ).toMatch(/total/);
});

function scripted(answer: Answer): Row["send"] {
  return async (path, model) => {
    await provider.script({ answer });
    return gateway.post(path, ask(model, "hello"));
  };
}
