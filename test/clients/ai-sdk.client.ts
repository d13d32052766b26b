import assert from "node:assert/strict";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { APICallError, embedMany, generateText, jsonSchema, Output, stepCountIs, streamText, tool } from "ai";
import { type Dialect, unknownModelStatus } from "./client-config.ts";
import { pixel, startTarget } from "./start-target.ts";

const target = await startTarget();
const openai = createOpenAI({ baseURL: `${target.url}/v1`, apiKey: target.key });
const anthropic = createAnthropic({ baseURL: `${target.url}/v1`, apiKey: target.key });
const weather = tool({
  description: "The weather in a city",
  inputSchema: jsonSchema<{ city: string }>({
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  }),
  execute: async ({ city }) => `sunny in ${city}`,
});
const bothCities = '[[tool:get_weather {"city":"Paris"}]] [[tool:get_weather {"city":"Rome"}]]';
const dialects: readonly Dialect[] = ["openai-chat", "anthropic-messages", "openai-responses"];

for (const dialect of dialects) {
  const client = (name: string) => {
    if (dialect === "openai-responses") return openai(name);
    return dialect === "openai-chat" ? openai.chat(name) : anthropic(name);
  };
  for (const name of target.models(dialect)) {
    const title = `ai sdk, ${dialect} on ${name}`;
    const base = { model: client(name), maxRetries: 0, maxOutputTokens: 4000 };

    target.test(`${title}: generateText`, async () => {
      const answer = await generateText({ ...base, system: "Be brief", prompt: "hello there" });
      assert.equal(answer.text, "Echo: hello there");
      assert.equal(answer.finishReason, "stop");
      assert.deepEqual([answer.usage.inputTokens, answer.usage.outputTokens], [4, 3]);
      assert.ok((await target.seen())[0]?.body.includes("Be brief"));
    });

    target.test(`${title}: streamText`, async () => {
      const stream = streamText({ ...base, prompt: "hello there you" });
      const pieces = await Array.fromAsync(stream.textStream);
      assert.equal(pieces.join(""), "Echo: hello there you");
      assert.equal(pieces.length, 4);
      assert.equal(await stream.finishReason, "stop");
      assert.equal((await stream.usage).outputTokens, 4);
    });

    target.test(`${title}: parallel tools run and their results go back`, async () => {
      const answer = await generateText({
        ...base,
        tools: { get_weather: weather },
        stopWhen: stepCountIs(2),
        prompt: bothCities,
      });
      assert.equal(answer.steps[0]?.finishReason, "tool-calls");
      assert.match(answer.text, /Tool results: .*=sunny in Paris, .*=sunny in Rome/);
    });

    target.test(`${title}: streamed tool input`, async () => {
      const stream = streamText({ ...base, tools: { get_weather: weather }, prompt: bothCities });
      const parts = await Array.fromAsync(stream.fullStream);
      const calls = parts.flatMap((part) => (part.type === "tool-call" ? [part.input] : []));
      assert.deepEqual(calls, [{ city: "Paris" }, { city: "Rome" }]);
      assert.ok(parts.filter((part) => part.type === "tool-input-delta").length >= (name.startsWith("gem/") ? 2 : 4));
    });

    target.test(`${title}: an image`, async () => {
      const content = [
        { type: "text" as const, text: "what is this" },
        { type: "file" as const, data: Buffer.from(pixel, "base64"), mediaType: "image/png" },
      ];
      const answer = await generateText({ ...base, messages: [{ role: "user", content }] });
      assert.equal(answer.text, "Echo: what is this (with image image/png)");
    });

    target.test(`${title}: structured output`, async () => {
      const schema = jsonSchema<{ city: string }>({
        type: "object",
        properties: { city: { type: "string" } },
        required: ["city"],
        additionalProperties: false,
      });
      const answer = await generateText({ ...base, output: Output.object({ schema }), prompt: "a city" });
      assert.deepEqual(answer.output, { city: "sample" });
    });

    target.test(`${title}: errors keep their status`, async () => {
      for (const status of [400, 429, 500]) {
        await assert.rejects(generateText({ ...base, prompt: `[[status:${status}]]` }), (error) => {
          assert.ok(APICallError.isInstance(error), String(error));
          assert.ok(
            error.statusCode === status || (status === 500 && error.statusCode === 502),
            `got ${error.statusCode}`,
          );
          return true;
        });
      }
      await assert.rejects(
        generateText({ ...base, model: client(`${name}-unknown`), prompt: "x" }),
        (error) => APICallError.isInstance(error) && error.statusCode === unknownModelStatus(name),
      );
    });

    target.test(`${title}: a cut stream is an error, not an end`, async () => {
      await target.script({ answer: { kind: "default", cutAfter: 5, ending: "reset" } });
      const stream = streamText({ ...base, prompt: "[[words:50]]", onError: () => undefined });
      const types: string[] = [];
      try {
        for await (const part of stream.fullStream) types.push(part.type);
      } catch {
        types.push("error");
      }
      assert.ok(types.includes("error"), types.join(" "));
    });

    target.test(`${title}: an abort in mid-stream reaches the provider`, async () => {
      const abort = new AbortController();
      const stream = streamText({
        ...base,
        prompt: "[[words:500]] [[delay:20]]",
        abortSignal: abort.signal,
        onError: () => undefined,
      });
      for await (const _ of stream.textStream) break;
      abort.abort();
      assert.ok((await target.aborted()).eventsSent < 400);
    });
  }
}

const [sameDialect = ""] = target.models("anthropic-messages");

target.test("ai sdk: thinking through @ai-sdk/anthropic, sent back in the next turn", async () => {
  const providerOptions = { anthropic: { thinking: { type: "enabled", budgetTokens: 1024 } } };
  const question = { role: "user" as const, content: "[[think:two and two]] sum" };
  const first = await generateText({
    model: anthropic(sameDialect),
    maxOutputTokens: 4000,
    maxRetries: 0,
    providerOptions,
    messages: [question],
  });
  assert.equal(first.reasoningText, "two and two");
  const messages = [question, ...first.response.messages, { role: "user" as const, content: "and now" }];
  const second = await generateText({
    model: anthropic(sameDialect),
    maxOutputTokens: 4000,
    maxRetries: 0,
    providerOptions,
    messages,
  });
  assert.equal(second.text, "Echo: and now");
});

target.test("ai sdk: embedMany", async () => {
  const [chat = ""] = target.models("openai-chat");
  const answer = await embedMany({
    model: openai.embedding(chat.replace("fake-gpt", "fake-embed")),
    values: ["one", "two"],
    maxRetries: 0,
  });
  assert.deepEqual(answer.embeddings, [
    [0.5, -0.25, 0],
    [0.5, -0.25, 1],
  ]);
});
