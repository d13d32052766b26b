import { expect, test } from "bun:test";
import { startPair, twoProviders } from "../e2e/start-pair.ts";
import { pick } from "../harness/pick.ts";

const keys = {
  bare: "hg-bare-names-0123456789",
  blocked: "hg-blocked-0123456789",
  noModels: "hg-no-models-0123456789",
};
const { gateway, provider } = await startPair({
  configure: (url) => ({
    ...twoProviders(url, { models: ["fake-gpt", "fake-claude", "fake-embed"].map((id) => ({ id })) }),
    routes: [
      { alias: "smart", targets: [{ model: "oai/fake-gpt" }] },
      { alias: "nowhere", targets: [{ model: "gone/model" }] },
      { alias: "fake-claude", targets: [{ model: "ant/fake-claude" }] },
    ],
    virtual_keys: [
      { name: "test", value: "hg-yF1d768GdeSc58t2JjNEXD2NT8ELyQvm6wvwX7rCobe0QIDKh" },
      { name: "bare", value: keys.bare, models: ["fake-gpt"] },
      { name: "blocked", value: keys.blocked, blocked: ["oai/*"] },
      { name: "no-models", value: keys.noModels, endpoints: ["chat.*"] },
    ],
  }),
});

const messages = [{ role: "user", content: "hello" }];
const chat = { model: "oai/fake-gpt", messages };
const message = { model: "ant/fake-claude", max_tokens: 50, messages };
const count = { model: "ant/fake-claude", messages };
const embeddings = { model: "oai/fake-embed", input: "hello" };

/** Path and body, and the path that the provider sees. */
const paths: readonly (readonly [string, object, string])[] = [
  ...["/v1", "", "/openai/v1", "/openai", "/litellm/v1", "/litellm", "/langchain/v1", "/langchain"].flatMap(
    (prefix) =>
      [
        [`${prefix}/chat/completions`, chat, "/v1/chat/completions"],
        [`${prefix}/embeddings`, embeddings, "/v1/embeddings"],
      ] as const,
  ),
  ...["/v1", "", "/anthropic/v1", "/anthropic"].flatMap(
    (prefix) =>
      [
        [`${prefix}/messages`, message, "/v1/messages"],
        [`${prefix}/messages/count_tokens`, count, "/v1/messages/count_tokens"],
      ] as const,
  ),
  ["/v1/messages?beta=true", message, "/v1/messages"],
  ["/v1/chat/completions/", chat, "/v1/chat/completions"],
  ["//v1//chat/completions", chat, "/v1/chat/completions"],
  ["/openai/deployments/oai%2Ffake-gpt/chat/completions?api-version=1", { messages }, "/v1/chat/completions"],
  ["/openai/deployments/oai/fake-gpt/chat/completions", { messages, model: "ignored" }, "/v1/chat/completions"],
  ["/openai/deployments/smart/chat/completions", { messages }, "/v1/chat/completions"],
  ["/openai/deployments/oai%2Ffake-embed/embeddings?api-version=1", { input: "hello" }, "/v1/embeddings"],
];

for (const [path, body, seenPath] of paths) {
  test(`POST ${path} is served`, async () => {
    await provider.reset();
    const response = await gateway.post(path, body);
    expect([response.status, (await provider.log()).map((entry) => entry.path)], await response.text()).toEqual([
      200,
      [seenPath],
    ]);
  });
}

/** What `/v1/models` and its kin answer: method, path, headers, status, and what is at a place of the body. */
const anthropic = { "anthropic-version": "2023-06-01" };
const reads: readonly (readonly [string, Record<string, string>, number, string, unknown])[] = [
  ["GET /v1/models", {}, 200, "object", "list"],
  ["GET /models", {}, 200, "data.0.object", "model"],
  ["GET /openai/v1/models", {}, 200, "object", "list"],
  ["GET /anthropic/v1/models", {}, 200, "data.0.type", "model"],
  ["GET /v1/models", anthropic, 200, "has_more", false],
  ["GET /v1/models?limit=5", anthropic, 200, "data.0.id", "smart"],
  ["GET /v1/models?limit=1", anthropic, 200, "has_more", true],
  ["GET /v1/models?limit=1&after_id=smart", anthropic, 200, "first_id", "fake-claude"],
  ["GET /v1/models?provider=demo", {}, 200, "data.0.id", "demo/echo"],
  ["GET /v1/models?limit=none", {}, 400, "error.param", "limit"],
  ["GET /v1/models?limit=none", anthropic, 400, "error.type", "invalid_request_error"],
  ["GET /v1/models/oai/fake-gpt", {}, 200, "owned_by", "oai"],
  ["GET /v1/models/oai%2Ffake-gpt", anthropic, 200, "display_name", "oai/fake-gpt"],
  ["GET /v1/models/smart", {}, 200, "owned_by", "headgate"],
  ["GET /v1/models/fake-embed", {}, 200, "owned_by", "oai"],
  ["GET /v1/models/none", {}, 404, "error.code", "model_not_found"],
  ["GET /v1/models/none", anthropic, 404, "error.type", "not_found_error"],
  ["GET /v1/models", { ...anthropic, authorization: "" }, 401, "error.type", "authentication_error"],
  ["GET /v1/models", { authorization: "" }, 401, "error.code", "missing_key"],
  ["GET /v1/models", { authorization: `Bearer ${keys.noModels}` }, 403, "error.code", "endpoint_not_allowed"],
  ["POST /v1/models", {}, 405, "error.code", "method_not_allowed"],
  ["PUT /v1/chat/completions", {}, 405, "error.code", "method_not_allowed"],
  ["GET /v1/messages", {}, 405, "error.type", "invalid_request_error"],
  ["GET /v1/files", {}, 404, "error.code", "not_found"],
  ["GET /v1/files", anthropic, 404, "error.type", "not_found_error"],
  ["POST /v1/messages/batches", {}, 404, "error.type", "not_found_error"],
  ["GET /anthropic/v1/files", {}, 404, "error.type", "not_found_error"],
  ["POST /v1beta/models/gemini-x:generateContent", {}, 400, "error.status", "INVALID_ARGUMENT"],
  ["GET /v1beta/models?pageSize=1", {}, 200, "models.0.name", "models/smart"],
  ["GET /v1beta/models/oai/fake-gpt", {}, 200, "name", "models/oai/fake-gpt"],
  ["GET /v1/models", { "x-goog-api-key": gateway.key }, 200, "models.0.name", "models/smart"],
  ["GET /v1beta/files", {}, 404, "error.code", 404],
  ["GET /nothing", { "x-goog-api-key": "hg-x" }, 404, "error.status", "NOT_FOUND"],
];

for (const [request, headers, status, place, value] of reads) {
  test(`${request} with ${JSON.stringify(Object.keys(headers))} is answered ${status}`, async () => {
    const [method = "", path = ""] = request.split(" ");
    const response = await fetch(gateway.url + path, {
      method,
      headers: { authorization: `Bearer ${gateway.key}`, ...headers },
    });
    const text = await response.text();
    expect([response.status, pick(JSON.parse(text), place)], text).toEqual([status, value]);
    expect(response.headers.get("request-id")).toMatch(/^[0-9a-f]{32}$/);
    if (status !== 200) expect(response.headers.get("x-headgate-attempts")).toBe("0");
    if (status === 405) expect(response.headers.has("allow")).toBe(true);
  });
}

test("the list names what the key may ask for and be served", async () => {
  const list = async (key: string) => {
    const response = await fetch(`${gateway.url}/v1/models`, { headers: { "x-api-key": key } });
    const data = pick(await response.json(), "data");
    return Array.isArray(data) ? data.map((model) => String(pick(model, "id"))) : [];
  };
  expect(await list(gateway.key)).toEqual([
    "smart",
    "fake-claude",
    "oai/fake-gpt",
    "oai/fake-claude",
    "oai/fake-embed",
    "ant/fake-gpt",
    "ant/fake-claude",
    "ant/fake-embed",
    "demo/echo",
  ]);
  expect(await list(keys.bare)).toEqual(["fake-gpt"]);
  expect(await list(keys.blocked)).toEqual([
    "fake-claude",
    "ant/fake-gpt",
    "ant/fake-claude",
    "ant/fake-embed",
    "demo/echo",
  ]);
});

test("a model name resolves to an alias, then provider/model, then a bare name in file order", async () => {
  const asked = [
    "smart",
    "fake-claude",
    "ant/fake-claude",
    "oai/fake-gpt-mini",
    "fake-gpt",
    "oai/",
    "/fake-gpt",
    "oai",
  ];
  const served: (string | null)[] = [];
  for (const model of asked) {
    const response = await gateway.post("/v1/chat/completions", { model, messages });
    await response.text();
    const { headers } = response;
    served.push(
      response.status === 200
        ? `${headers.get("x-headgate-provider")}/${headers.get("x-headgate-model")}`
        : headers.get("x-headgate-error"),
    );
  }
  expect(served).toEqual([
    "oai/fake-gpt",
    "ant/fake-claude",
    "ant/fake-claude",
    "oai/fake-gpt-mini",
    "oai/fake-gpt",
    "model_not_found",
    "model_not_found",
    "model_not_found",
  ]);
});

test("count_tokens is the provider's, or an estimate that says so", async () => {
  const answers = ["ant/fake-claude", "oai/fake-gpt"].map((model) =>
    gateway.post("/v1/messages/count_tokens", { ...count, model }),
  );
  const told = (await Promise.all(answers)).map(({ headers }) => [
    headers.get("x-headgate-estimated"),
    headers.get("x-headgate-attempts"),
  ]);
  expect(told).toEqual([
    [null, "1"],
    ["input_tokens", "0"],
  ]);
});

test("count_tokens is estimated where the provider has no such path, and refused where it knows no such model", async () => {
  await provider.reset();
  await provider.script({ answer: { kind: "json", status: 404, body: { detail: "Not Found" } } });
  const estimated = await gateway.post("/v1/messages/count_tokens", count);
  expect([estimated.status, estimated.headers.get("x-headgate-estimated")], await estimated.text()).toEqual([
    200,
    "input_tokens",
  ]);
  const unknown = await gateway.post("/v1/messages/count_tokens", { ...count, model: "ant/unknown" });
  expect(unknown.status, await unknown.text()).toBe(404);
});

/** Key headers, the status, and the code of a refusal. `$` stands for the key. */
const keyForms: readonly (readonly [Record<string, string>, number, string | null])[] = [
  [{}, 401, "missing_key"],
  [{ authorization: "" }, 401, "missing_key"],
  [{ authorization: "Bearer" }, 401, "missing_key"],
  [{ authorization: "Bearer ", "x-api-key": "" }, 401, "missing_key"],
  [{ authorization: "$" }, 401, "missing_key"],
  [{ authorization: "Basic abc" }, 401, "missing_key"],
  [{ authorization: "Bearer hg-nobody" }, 401, "invalid_key"],
  [{ authorization: "AWS4-HMAC-SHA256 Credential=x" }, 401, "invalid_key"],
  [{ authorization: "Bearer $", "x-api-key": "other" }, 401, "invalid_key"],
  [{ authorization: "Bearer $" }, 200, null],
  [{ authorization: "bEaReR   $" }, 200, null],
  [{ authorization: "Basic abc", "x-api-key": "$" }, 200, null],
  [{ authorization: "Bearer ", "x-api-key": "$" }, 200, null],
  [{ authorization: "Bearer $", "x-api-key": "$", "api-key": "$" }, 200, null],
  [{ "x-api-key": "$" }, 200, null],
  [{ "x-api-key": "Bearer $" }, 200, null],
  [{ "api-key": "$" }, 200, null],
  [{ "x-goog-api-key": "$" }, 200, null],
  [{ "x-litellm-api-key": "Bearer $" }, 200, null],
  [{ "x-litellm-api-key": "$" }, 200, null],
  [{ "x-bf-vk": "$" }, 200, null],
];

for (const [form, status, code] of keyForms) {
  test(`the key as ${JSON.stringify(form)} is answered ${status}`, async () => {
    const headers = Object.entries(form).map(([name, value]) => [name, value.replace("$", gateway.key)] as const);
    for (const [path, body] of [
      ["/v1/chat/completions", chat],
      ["/v1/messages", message],
    ] as const) {
      const response = await fetch(gateway.url + path, {
        method: "POST",
        headers: { "content-type": "application/json", ...Object.fromEntries(headers) },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      expect([response.status, response.headers.get("x-headgate-error")], text).toEqual([status, code]);
      expect(text).not.toContain(gateway.key);
    }
  });
}
