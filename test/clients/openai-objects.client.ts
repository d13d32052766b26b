import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import { after, test } from "node:test";
import OpenAI from "openai";
import { startHeadgate } from "../harness/start-headgate.ts";

// The calls of OpenAI's SDK over what it has beside creating: each method with its required parameters, then with its optional
// ones, in front of a provider that answers in the shapes of the API's description.

const completion = {
  id: "chatcmpl-up",
  object: "chat.completion",
  created: 1,
  model: "gpt-x",
  choices: [
    { index: 0, message: { role: "assistant", content: "ok", refusal: null }, finish_reason: "stop", logprobs: null },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};
const response = {
  id: "resp_up",
  object: "response",
  created_at: 1,
  status: "completed",
  model: "gpt-x",
  output: [
    {
      type: "message",
      id: "msg_1",
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text: "ok", annotations: [] }],
    },
  ],
  usage: {
    input_tokens: 1,
    output_tokens: 1,
    total_tokens: 2,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens_details: { reasoning_tokens: 0 },
  },
};
const compacted = {
  ...{ id: "resp_short", object: "response.compaction", created_at: 1, usage: response.usage },
  output: [{ type: "compaction", id: "cmp_1", encrypted_content: "gAAA" }],
};
const page = (id: string) => ({ object: "list", data: [{ id }], first_id: id, last_id: id, has_more: false });

const embedded = {
  ...{ object: "list", model: "gpt-x", usage: { prompt_tokens: 1, total_tokens: 1 } },
  data: [{ object: "embedding", index: 0, embedding: [0] }],
};
const textCompletion = {
  ...{ id: "cmpl-up", object: "text_completion", created: 1, model: "gpt-x" },
  choices: [{ index: 0, text: "ok", finish_reason: "stop", logprobs: null }],
};

const answers: readonly (readonly [method: string, path: RegExp, answer: object])[] = [
  ["POST", /\/v1\/completions$/, textCompletion],
  ["POST", /\/embeddings$/, embedded],
  ["POST", /\/chat\/completions(\/chatcmpl-up|\/completion_id)?$/, completion],
  ["GET", /\/chat\/completions\/[^/]+$/, completion],
  ["GET", /\/chat\/completions$/, page("chatcmpl-up")],
  ["GET", /\/chat\/completions\/[^/]+\/messages$/, page("chatcmpl-up-0")],
  ["DELETE", /\/chat\/completions\/[^/]+$/, { id: "chatcmpl-up", object: "chat.completion.deleted", deleted: true }],
  ["DELETE", /\/models\/[^/]+$/, { id: "ft", object: "model", deleted: true }],
  ["POST", /\/responses\/input_tokens$/, { object: "response.input_tokens", input_tokens: 3 }],
  ["POST", /\/responses\/compact$/, compacted],
  ["POST", /\/responses(\/[^/]+\/cancel)?$/, response],
  ["GET", /\/responses\/[^/]+$/, response],
  ["GET", /\/responses\/[^/]+\/input_items$/, page("msg_0")],
  ["DELETE", /\/responses\/[^/]+$/, { id: "resp_up", object: "response", deleted: true }],
  ["POST", /\/conversations(\/[^/]+)?$/, { id: "conv_up", object: "conversation", created_at: 1, metadata: {} }],
  ["GET", /\/conversations\/[^/]+$/, { id: "conv_up", object: "conversation", created_at: 1, metadata: {} }],
  ["DELETE", /\/conversations\/[^/]+(\/items\/[^/]+)?$/, { id: "conv_up", object: "conversation", deleted: true }],
  ["GET", /\/conversations\/[^/]+\/items$/, page("msg_0")],
  ["POST", /\/conversations\/[^/]+\/items$/, page("msg_0")],
  ["GET", /\/conversations\/[^/]+\/items\/[^/]+$/, { id: "msg_0", type: "message", role: "user", content: [] }],
];

const asked: string[] = [];
const provider = createServer(async (request: IncomingMessage, answer) => {
  for await (const _ of request);
  const [path = ""] = (request.url ?? "").split("?");
  asked.push(`${request.method} ${request.url}`);
  const found = answers.find(([method, form]) => method === request.method && form.test(path));
  answer.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" });
  answer.end(JSON.stringify(found?.[2] ?? { error: { message: "no such path" } }));
});
await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
const address = provider.address();
const port = typeof address === "object" && address !== null ? address.port : 0;
const gateway = await startHeadgate({
  config: {
    providers: {
      up: {
        dialects: ["openai-chat", "openai-responses"],
        base_url: `http://127.0.0.1:${port}/v1`,
        keys: [{ name: "k", value: "secret" }],
        models: [{ id: "gpt-x" }],
      },
    },
  },
});
after(async () => {
  await gateway.stop();
  provider.close();
});
const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.key, maxRetries: 0 });
const messages = [{ content: "string", role: "developer" as const }];

const calls: { readonly [name: string]: () => Promise<unknown> } = {
  "chat.completions.create": () => client.chat.completions.create({ messages, model: "gpt-x" }),
  "chat.completions.create with all": () =>
    client.chat.completions.create({
      ...{
        messages,
        model: "gpt-x",
        frequency_penalty: -2,
        presence_penalty: -2,
        logit_bias: { foo: 0 },
        logprobs: true,
      },
      ...{
        max_completion_tokens: 16,
        metadata: { foo: "string" },
        n: 1,
        parallel_tool_calls: true,
        seed: 7,
        stop: "\n",
      },
      prediction: { content: "string", type: "content" },
      ...{ prompt_cache_key: "key", reasoning_effort: "none", response_format: { type: "text" } },
      ...{ safety_identifier: "id", service_tier: "auto", store: true, stream: false, temperature: 1, top_logprobs: 0 },
      tools: [
        {
          function: { name: "name", description: "description", parameters: { foo: "bar" }, strict: true },
          type: "function",
        },
      ],
      ...{ tool_choice: "none", top_p: 1, user: "user-1234", verbosity: "low" },
    }),
  "completions.create": () => client.completions.create({ model: "gpt-x", prompt: "This is a test." }),
  "completions.create with all": () =>
    client.completions.create({
      ...{ model: "gpt-x", prompt: "This is a test.", best_of: 1, echo: true, frequency_penalty: -2, logprobs: 0 },
      ...{
        logit_bias: { "50256": -100 },
        max_tokens: 16,
        n: 1,
        presence_penalty: -2,
        seed: 0,
        stop: "\n",
        stream: false,
      },
      ...{ suffix: "test.", temperature: 1, top_p: 1, user: "user-1234" },
    }),
  "embeddings.create": () => client.embeddings.create({ model: "gpt-x", input: "The quick brown fox" }),
  "embeddings.create with all": () =>
    client.embeddings.create({
      ...{ model: "gpt-x", input: "The quick brown fox", dimensions: 1, encoding_format: "float", user: "user-1234" },
    }),
  "models.list": () => client.models.list(),
  "models.retrieve": () => client.models.retrieve("gpt-x"),
  "chat.completions.retrieve": () => client.chat.completions.retrieve("completion_id"),
  "chat.completions.update": () => client.chat.completions.update("completion_id", { metadata: { foo: "string" } }),
  "chat.completions.list": () => client.chat.completions.list(),
  "chat.completions.list with all": () =>
    client.chat.completions.list({
      after: "after",
      limit: 1,
      metadata: { foo: "string" },
      model: "model",
      order: "asc",
    }),
  "chat.completions.delete": () => client.chat.completions.delete("completion_id"),
  "chat.completions.messages.list": () => client.chat.completions.messages.list("completion_id"),
  "chat.completions.messages.list with all": () =>
    client.chat.completions.messages.list("completion_id", { after: "after", limit: 1, order: "asc" }),
  "models.delete": () => client.models.delete("ft:gpt-4o-mini:acemeco:suffix:abc123"),
  "responses.create": () => client.responses.create({ model: "gpt-x", input: "string" }),
  "responses.compact": () => client.responses.compact({ model: "gpt-x" }),
  "responses.compact with all": () =>
    client.responses.compact({
      ...{ model: "gpt-x", input: "string", instructions: "instructions" },
      ...{
        previous_response_id: "resp_123",
        prompt_cache_key: "prompt_cache_key",
        prompt_cache_retention: "in_memory",
      },
    }),
  "responses.inputTokens.count": () => client.responses.inputTokens.count({ model: "gpt-x", input: "string" }),
  "responses.retrieve": () => client.responses.retrieve("resp_677efb5139a88190b512bc3fef8e535d"),
  "responses.retrieve with all": () =>
    client.responses.retrieve("resp_677efb5139a88190b512bc3fef8e535d", {
      include: ["file_search_call.results"],
      include_obfuscation: true,
      starting_after: 0,
      stream: false,
    }),
  "responses.delete": () => client.responses.delete("resp_677efb5139a88190b512bc3fef8e535d"),
  "responses.cancel": () => client.responses.cancel("resp_677efb5139a88190b512bc3fef8e535d"),
  "responses.inputItems.list": () => client.responses.inputItems.list("response_id"),
  "responses.inputItems.list with all": () =>
    client.responses.inputItems.list("response_id", { after: "after", limit: 1, order: "asc" }),
  "conversations.create": () => client.conversations.create({ metadata: { foo: "string" } }),
  "conversations.retrieve": () => client.conversations.retrieve("conv_123"),
  "conversations.update": () => client.conversations.update("conv_123", { metadata: { foo: "string" } }),
  "conversations.delete": () => client.conversations.delete("conv_123"),
  "conversations.items.create": () =>
    client.conversations.items.create("conv_123", { items: [{ content: "string", role: "user", type: "message" }] }),
  "conversations.items.list": () => client.conversations.items.list("conv_123"),
  "conversations.items.retrieve": () => client.conversations.items.retrieve("msg_abc", { conversation_id: "conv_123" }),
  "conversations.items.delete": () => client.conversations.items.delete("msg_abc", { conversation_id: "conv_123" }),
};

for (const [name, call] of Object.entries(calls)) {
  test(`openai: ${name} with the provider's own ids, of the only key`, async () => {
    assert.ok(await call());
  });
}

test("openai: an unknown path is its NotFoundError", async () => {
  await assert.rejects(() => client.chat.completions.list({}, { path: "/_unknown_path" }), OpenAI.NotFoundError);
});

test("openai: what it made is gone on from, listed and deleted under ids of the gateway's", async () => {
  const made = await client.responses.create({ model: "gpt-x", input: "hi" });
  assert.match(made.id, /^resp_hg_/);
  await client.responses.create({ model: "gpt-x", input: "more", previous_response_id: made.id });
  assert.equal((await client.responses.retrieve(made.id)).id, made.id);
  assert.equal(asked.at(-1), "GET /v1/responses/resp_up");
  await client.responses.inputItems.list(made.id);
  await client.responses.delete(made.id);
  const kept = await client.chat.completions.create({ model: "gpt-x", messages, store: true });
  assert.match(kept.id, /^chatcmpl_hg_/);
  assert.equal((await client.chat.completions.update(kept.id, { metadata: { a: "b" } })).id, kept.id);
  assert.equal(asked.at(-1), "POST /v1/chat/completions/chatcmpl-up");
});
