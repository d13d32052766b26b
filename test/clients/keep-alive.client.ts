import assert from "node:assert/strict";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import Anthropic from "@anthropic-ai/sdk";
import { ChatAnthropic } from "@langchain/anthropic";
import { ChatOpenAI } from "@langchain/openai";
import { streamText } from "ai";
import OpenAI from "openai";
import type { Dialect } from "./client-config.ts";
import { startTarget } from "./start-target.ts";

/** Headers go out before the first token, and keep-alives before it and between all events. */
const target = await startTarget({ stream_headers_after_ms: 100, keepalive_ms: 80 });
const said = "Echo: hello there";
const { key, url } = target;
const common = { maxRetries: 0, apiKey: key };
const openai = new OpenAI({ ...common, baseURL: `${url}/v1` });
const anthropic = new Anthropic({ ...common, baseURL: url });
const ask = (model: string) => ({
  model,
  max_tokens: 4000,
  messages: [{ role: "user" as const, content: "hello there" }],
});

/** What each client makes of a stream. */
const clients: readonly {
  readonly name: string;
  readonly dialect: Dialect;
  readonly read: (model: string) => Promise<string>;
}[] = [
  {
    name: "openai",
    dialect: "openai-chat",
    read: async (model) => {
      const chunks = await Array.fromAsync(await openai.chat.completions.create({ ...ask(model), stream: true }));
      return chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
    },
  },
  {
    name: "anthropic",
    dialect: "anthropic-messages",
    read: async (model) => {
      const [block] = (await anthropic.messages.stream(ask(model)).finalMessage()).content;
      return block?.type === "text" ? block.text : "";
    },
  },
  {
    name: "ai sdk",
    dialect: "openai-chat",
    read: async (model) => {
      const chat = createOpenAI({ baseURL: `${url}/v1`, apiKey: key }).chat(model);
      return (await Array.fromAsync(streamText({ model: chat, prompt: "hello there", maxRetries: 0 }).textStream)).join(
        "",
      );
    },
  },
  {
    name: "ai sdk",
    dialect: "anthropic-messages",
    read: async (model) => {
      const chat = createAnthropic({ baseURL: `${url}/v1`, apiKey: key })(model);
      return (await Array.fromAsync(streamText({ model: chat, prompt: "hello there", maxRetries: 0 }).textStream)).join(
        "",
      );
    },
  },
  {
    name: "langchain",
    dialect: "openai-chat",
    read: async (model) => {
      const chat = new ChatOpenAI({ ...common, model, configuration: { baseURL: `${url}/v1` } });
      return (await Array.fromAsync(await chat.stream("hello there"))).map(({ text }) => text).join("");
    },
  },
  {
    name: "langchain",
    dialect: "anthropic-messages",
    read: async (model) => {
      const chat = new ChatAnthropic({ ...common, model, maxTokens: 4000, anthropicApiUrl: url });
      return (await Array.fromAsync(await chat.stream("hello there"))).map(({ text }) => text).join("");
    },
  },
];

for (const { dialect, name, read } of clients) {
  for (const model of target.models(dialect)) {
    target.test(
      `${name}, ${dialect} on ${model}: a stream with keep-alives before and between its events`,
      async () => {
        await target.script({ answer: { kind: "default", firstEventDelayMs: 400, eventDelayMs: 200 } });
        assert.equal(await read(model), said);
      },
    );
  }
}

for (const [dialect, path, keepAlive] of [
  ["openai-chat", "/v1/chat/completions", ": ping\n"],
  ["anthropic-messages", "/v1/messages", 'event: ping\ndata: {"type": "ping"}\n\n'],
] as const) {
  target.test(`${dialect}: the keep-alives are there`, async () => {
    await target.script({ answer: { kind: "default", firstEventDelayMs: 400, eventDelayMs: 200 } });
    const [model = ""] = target.models(dialect);
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const body = JSON.stringify({ ...ask(model), stream: true });
    const response = await fetch(url + path, { method: "POST", headers, body });
    const text = await response.text();
    assert.ok(text.startsWith(keepAlive), text);
    assert.ok(text.split(keepAlive).length > 6, text);
  });
}

target.test("an error after early headers is thrown by openai's and anthropic's clients", async () => {
  const failing = { kind: "json", status: 400, delayMs: 300, body: { error: { message: "no such thing" } } } as const;
  await target.script({ answer: failing, times: 2 });
  await assert.rejects(
    openai.chat.completions.create({ ...ask("oai/fake-gpt"), stream: true }).then(Array.fromAsync),
    /no such thing/,
  );
  await assert.rejects(anthropic.messages.stream(ask("ant/fake-claude")).finalMessage(), /no such thing/);
});
