import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import Anthropic from "@anthropic-ai/sdk";
import { LLMock } from "@copilotkit/aimock";
import { ChatAnthropic } from "@langchain/anthropic";
import { ChatOpenAI } from "@langchain/openai";
import { generateText, jsonSchema, streamText, tool } from "ai";
import OpenAI from "openai";
import { startHeadgate } from "../harness/start-headgate.ts";
import { clientConfig, type Dialect } from "./client-config.ts";

// The same SDKs in front of a mock that others wrote: its idea of the two wire formats is not ours.
const mock = new LLMock({ port: 0, chunkSize: 4 });
mock.onMessage("hello", { content: "Hi there, how are you today?" });
mock.onMessage("weather", {
  toolCalls: [
    { name: "get_weather", arguments: '{"city":"Paris"}' },
    { name: "get_weather", arguments: '{"city":"Rome"}' },
  ],
});
await mock.start();
const direct = process.env.HEADGATE_CLIENTS_DIRECT === "1";
const gateway = direct ? undefined : await startHeadgate({ config: clientConfig(mock.url) });
after(async () => {
  await gateway?.stop();
  await mock.stop();
});
const url = gateway?.url ?? mock.url;
const key = gateway?.key ?? "sk-any";

type Answer = { readonly text: string; readonly calls: readonly unknown[] };
type Client = {
  readonly name: string;
  readonly dialect: Dialect;
  ask(model: string, prompt: string, stream: boolean): Promise<Answer>;
};
const parameters = { type: "object" as const, properties: { city: { type: "string" } }, required: ["city"] };

const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 });

const clients: readonly Client[] = [
  {
    name: "openai",
    dialect: "openai-chat",
    async ask(model, content, stream) {
      const request = {
        model,
        messages: [{ role: "user" as const, content }],
        tools: [{ type: "function" as const, function: { name: "get_weather", parameters } }],
      };
      const answer = stream
        ? await openai.chat.completions.stream(request).finalChatCompletion()
        : await openai.chat.completions.create(request);
      const message = answer.choices[0]?.message;
      return {
        text: message?.content ?? "",
        calls:
          message?.tool_calls?.flatMap((call) =>
            call.type === "function" ? [JSON.parse(call.function.arguments)] : [],
          ) ?? [],
      };
    },
  },
  {
    name: "anthropic",
    dialect: "anthropic-messages",
    async ask(model, content, stream) {
      const request = {
        model,
        max_tokens: 1000,
        messages: [{ role: "user" as const, content }],
        tools: [{ name: "get_weather", input_schema: parameters }],
      };
      const answer = stream
        ? await anthropic.messages.stream(request).finalMessage()
        : await anthropic.messages.create(request);
      return {
        text: answer.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join(""),
        calls: answer.content.flatMap((block) => (block.type === "tool_use" ? [block.input] : [])),
      };
    },
  },
  aiSdk("ai with @ai-sdk/openai", "openai-chat"),
  aiSdk("ai with @ai-sdk/anthropic", "anthropic-messages"),
  langchain("@langchain/openai", "openai-chat"),
  langchain("@langchain/anthropic", "anthropic-messages"),
];

for (const { name, dialect, ask } of clients) {
  const own = dialect === "openai-chat" ? "fake-gpt" : "fake-claude";
  for (const model of direct ? [own] : [`oai/${own}`, `ant/${own}`]) {
    for (const stream of [false, true]) {
      const how = stream ? "streamed" : "whole";
      test(`${name} on aimock's ${model}: text ${how}`, { timeout: 20_000 }, async () => {
        assert.deepEqual(await ask(model, "hello", stream), { text: "Hi there, how are you today?", calls: [] });
      });
      test(`${name} on aimock's ${model}: parallel tool calls ${how}`, { timeout: 20_000 }, async () => {
        assert.deepEqual((await ask(model, "weather", stream)).calls, [{ city: "Paris" }, { city: "Rome" }]);
      });
    }
  }
}

function aiSdk(name: string, dialect: Dialect): Client {
  const settings = { baseURL: `${url}/v1`, apiKey: key };
  const openaiModels = createOpenAI(settings);
  const anthropicModels = createAnthropic(settings);
  const tools = {
    get_weather: tool({ inputSchema: jsonSchema<{ city: string }>(parameters), execute: async () => "sunny" }),
  };
  return {
    name,
    dialect,
    async ask(asked, prompt, stream) {
      const model = dialect === "openai-chat" ? openaiModels.chat(asked) : anthropicModels(asked);
      const answer = stream
        ? streamText({ model, prompt, tools, maxRetries: 0 })
        : await generateText({ model, prompt, tools, maxRetries: 0 });
      return { text: await answer.text, calls: (await answer.toolCalls).map((call) => call.input) };
    },
  };
}

function langchain(name: string, dialect: Dialect): Client {
  return {
    name,
    dialect,
    async ask(asked, prompt, stream) {
      const model =
        dialect === "openai-chat"
          ? new ChatOpenAI({ model: asked, apiKey: key, maxRetries: 0, configuration: { baseURL: `${url}/v1` } })
          : new ChatAnthropic({ model: asked, apiKey: key, maxRetries: 0, maxTokens: 1000, anthropicApiUrl: url });
      const withTools = model.bindTools([{ type: "function", function: { name: "get_weather", parameters } }]);
      const answer = stream
        ? (await Array.fromAsync(await withTools.stream(prompt))).reduce((whole, chunk) => whole.concat(chunk))
        : await withTools.invoke(prompt);
      return { text: answer.text, calls: answer.tool_calls?.map((call) => call.args) ?? [] };
    },
  };
}
