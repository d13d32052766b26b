import assert from "node:assert/strict";
import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { ChatBedrockConverse } from "@langchain/aws";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { generateText, jsonSchema, stepCountIs, streamText, tool } from "ai";
import { startTarget } from "./start-target.ts";

const target = await startTarget();
// What the guide says: a bearer key, HTTP/1.1, and where the gateway is.
process.env.AWS_BEARER_TOKEN_BEDROCK = target.key;
const client = new BedrockRuntimeClient({
  region: "us-east-1",
  endpoint: target.url,
  requestHandler: new NodeHttpHandler(),
  maxAttempts: 1,
});
const models = target.models("bedrock-converse");
const hello = (text: string) => [{ role: "user" as const, content: [{ text }] }];
const weather = {
  toolSpec: {
    name: "get_weather",
    inputSchema: { json: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } },
  },
};
const bothCities = '[[tool:get_weather {"city":"Paris"}]] [[tool:get_weather {"city":"Rome"}]]';

for (const modelId of models) {
  target.test(`aws sdk on ${modelId}: Converse`, async () => {
    const answer = await client.send(
      new ConverseCommand({ modelId, messages: hello("hello there"), system: [{ text: "Be brief" }] }),
    );
    const [said, ...signatures] = answer.output?.message?.content ?? [];
    assert.deepEqual(said, { text: "Echo: hello there" });
    // Google signs its texts: the signature comes as reasoning that nobody reads, and goes back with the next turn.
    assert.equal(signatures.length, modelId.startsWith("gem/") ? 1 : 0);
    assert.ok(signatures.every(({ reasoningContent }) => reasoningContent?.redactedContent !== undefined));
    assert.equal(answer.stopReason, "end_turn");
    assert.deepEqual([answer.usage?.inputTokens, answer.usage?.outputTokens], [4, 3]);
    assert.ok((await target.seen())[0]?.body.includes("Be brief"));
    assert.ok(answer.$metadata.requestId);
  });

  target.test(`aws sdk on ${modelId}: ConverseStream with parallel tools, and their results back`, async () => {
    const asked = { modelId, toolConfig: { tools: [weather] } };
    const { stream } = await client.send(new ConverseStreamCommand({ ...asked, messages: hello(bothCities) }));
    assert.ok(stream);
    const events = await Array.fromAsync(stream);
    const begun = events.flatMap(({ contentBlockStart }) =>
      contentBlockStart?.start?.toolUse === undefined ? [] : [contentBlockStart],
    );
    const starts = begun.flatMap(({ start }) => start?.toolUse ?? []);
    assert.deepEqual(
      starts.map(({ name }) => name),
      ["get_weather", "get_weather"],
    );
    const inputs = begun.map(({ contentBlockIndex }) =>
      events
        .flatMap(({ contentBlockDelta: delta }) =>
          delta !== undefined && delta.contentBlockIndex === contentBlockIndex
            ? (delta.delta?.toolUse?.input ?? [])
            : [],
        )
        .join(""),
    );
    const cities = inputs.map((input): { city: string } => JSON.parse(input)).map(({ city }) => city);
    assert.deepEqual(cities, ["Paris", "Rome"]);
    assert.equal(events.find(({ messageStop }) => messageStop)?.messageStop?.stopReason, "tool_use");
    assert.ok((events.at(-1)?.metadata?.usage?.totalTokens ?? 0) > 0);
    const calls = starts.map(({ toolUseId, name }, at) => ({
      toolUse: { toolUseId, name, input: { city: cities[at] ?? "" } },
    }));
    const results = starts.map(({ toolUseId }, at) => ({
      toolResult: { toolUseId, content: [{ text: `sunny in ${cities[at]}` }] },
    }));
    const answer = await client.send(
      new ConverseCommand({
        ...asked,
        messages: [...hello(bothCities), { role: "assistant", content: calls }, { role: "user", content: results }],
      }),
    );
    assert.match(answer.output?.message?.content?.[0]?.text ?? "", /sunny in Paris, .*sunny in Rome/);
  });

  target.test(`aws sdk on ${modelId}: InvokeModel with a body of Anthropic's, whole and streamed`, async () => {
    const body = JSON.stringify({
      anthropic_version: "bedrock-2023-05-31",
      max_tokens: 1000,
      messages: [{ role: "user", content: "hello there" }],
    });
    const whole = await client.send(new InvokeModelCommand({ modelId, body, contentType: "application/json" }));
    const message: { content: { text: string }[] } = JSON.parse(new TextDecoder().decode(whole.body));
    assert.equal(message.content[0]?.text, "Echo: hello there");
    const streamed = await client.send(new InvokeModelWithResponseStreamCommand({ modelId, body }));
    assert.ok(streamed.body);
    const events = (await Array.fromAsync(streamed.body)).map(
      ({ chunk }): { type: string; delta?: { text?: string } } => JSON.parse(new TextDecoder().decode(chunk?.bytes)),
    );
    assert.equal(events[0]?.type, "message_start");
    assert.equal(events.map(({ delta }) => delta?.text ?? "").join(""), "Echo: hello there");
    assert.equal(events.at(-1)?.type, "message_stop");
  });

  target.test(`aws sdk on ${modelId}: CountTokens`, async () => {
    const counted = await client.send(
      new CountTokensCommand({ modelId, input: { converse: { messages: hello("hello there") } } }),
    );
    assert.ok((counted.inputTokens ?? 0) > 0);
  });

  const bedrock = createAmazonBedrock({ region: "us-east-1", apiKey: target.key, baseURL: target.url });
  const base = { model: bedrock(modelId), maxRetries: 0, maxOutputTokens: 4000 };

  target.test(`ai sdk, amazon-bedrock on ${modelId}: streamText`, async () => {
    const stream = streamText({ ...base, prompt: "hello there you" });
    const pieces = await Array.fromAsync(stream.textStream);
    assert.equal(pieces.join(""), "Echo: hello there you");
    assert.equal(await stream.finishReason, "stop");
    assert.equal((await stream.usage).outputTokens, 4);
  });

  target.test(`ai sdk, amazon-bedrock on ${modelId}: parallel tools run and their results go back`, async () => {
    const inputSchema = jsonSchema<{ city: string }>({
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
    });
    const answer = await generateText({
      ...base,
      tools: { get_weather: tool({ inputSchema, execute: async ({ city }) => `sunny in ${city}` }) },
      stopWhen: stepCountIs(2),
      prompt: bothCities,
    });
    assert.equal(answer.steps[0]?.finishReason, "tool-calls");
    assert.match(answer.text, /Tool results: .*=sunny in Paris, .*=sunny in Rome/);
  });

  target.test(`langchain, aws on ${modelId}: stream`, async () => {
    const chat = new ChatBedrockConverse({ model: modelId, region: "us-east-1", client, maxRetries: 0 });
    const pieces = await Array.fromAsync(await chat.stream("hello there"));
    assert.equal(pieces.map(({ text }) => text).join(""), "Echo: hello there");
  });
}

target.test("aws sdk: errors have AWS's names", async () => {
  const ask = (modelId: string, from: BedrockRuntimeClient) =>
    from.send(new ConverseCommand({ modelId, messages: hello("x") }));
  await assert.rejects(ask("nobody/nothing", client), { name: "ResourceNotFoundException" });
  const stranger = new BedrockRuntimeClient({
    ...{ region: "us-east-1", endpoint: target.url, requestHandler: new NodeHttpHandler(), maxAttempts: 1 },
    token: { token: "hg-wrong" },
    authSchemePreference: ["httpBearerAuth"],
  });
  await assert.rejects(ask("oai/fake-gpt", stranger), { name: "UnrecognizedClientException" });
});
