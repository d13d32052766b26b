import { afterAll, expect, test } from "bun:test";
import { startFakeProvider } from "../fake-provider/start-fake-provider.ts";
import { startHeadgate } from "../harness/start-headgate.ts";

const provider = await startFakeProvider();
afterAll(() => provider.stop());
const gateway = await startHeadgate({
  workers: 1,
  config: {
    settings: { max_body_bytes: 65_536 },
    providers: {
      oai: {
        dialect: "openai-chat",
        base_url: `${provider.url}/v1`,
        keys: [{ name: "k", value: "sk-fake-one", models: ["fake-gpt"] }],
      },
    },
    virtual_keys: [
      { name: "all", value: "hg-no-repeat-all-0123456789abcdef" },
      {
        name: "narrow",
        value: "hg-no-repeat-narrow-0123456789abcdef",
        models: ["oai/fake-gpt"],
        endpoints: ["chat.completions"],
      },
    ],
  },
});
afterAll(() => gateway.stop().then(() => undefined));

const all = { authorization: "Bearer hg-no-repeat-all-0123456789abcdef" };
const narrow = { authorization: "Bearer hg-no-repeat-narrow-0123456789abcdef" };
const wrong = { authorization: "Bearer hg-nobody-knows-this-key-0123456789" };
const ask = { model: "oai/fake-gpt", max_tokens: 9, messages: [{ role: "user", content: "hi" }] };

type Row = {
  readonly what: string;
  readonly status: number;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: unknown;
};

const rows: readonly Row[] = [
  { what: "no key", status: 401, headers: {} },
  { what: "a key that is not known", status: 401, headers: wrong },
  { what: "a list of models without a key", status: 401, method: "GET", path: "/v1/models", headers: {} },
  { what: "a list of models with a wrong key", status: 401, method: "GET", path: "/v1/models", headers: wrong },
  {
    what: "a list of models that the key may not see",
    status: 403,
    method: "GET",
    path: "/v1/models",
    headers: narrow,
  },
  {
    what: "a model that is not there, looked up",
    status: 404,
    method: "GET",
    path: "/v1/models/none",
    headers: all,
  },
  { what: "a path that is not there", status: 404, path: "/v1/nothing" },
  { what: "another method", status: 405, method: "PUT" },
  { what: "a model that is not there", status: 404, body: { ...ask, model: "none" } },
  { what: "a model that the key may not use", status: 403, headers: narrow, body: { ...ask, model: "oai/other" } },
  { what: "a model for which no provider has a key", status: 400, body: { ...ask, model: "oai/other" } },
  { what: "a body that is no JSON", status: 400, body: "{" },
  { what: "a field of the wrong type", status: 400, body: { ...ask, messages: 1 } },
  { what: "a body that is too long", status: 413, body: { ...ask, user: "x".repeat(70_000) } },
];

for (const { what, status, method = "POST", path, headers = all, body = ask } of rows) {
  for (const own of ["/v1/chat/completions", "/v1/messages"]) {
    if (path?.startsWith("/v1/models") && own === "/v1/messages") continue;
    test(`${what} at ${path ?? own} is ${status}, which nobody should repeat`, async () => {
      const response = await fetch(gateway.url + (path ?? own), {
        method,
        headers: { "content-type": "application/json", ...headers },
        ...(method === "POST" && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const said = await response.text();
      expect([response.status, response.headers.get("x-should-retry")], said).toEqual([status, "false"]);
    });
  }
}
