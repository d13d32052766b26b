import assert from "node:assert/strict";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { unknownModelStatus } from "./client-config.ts";
import { pixel, startTarget } from "./start-target.ts";

const target = await startTarget();
const client = new OpenAI({ baseURL: `${target.url}/v1`, apiKey: target.key, maxRetries: 0 });
const weather = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather in a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
} as const;
const bothCities = '[[tool:get_weather {"city":"Paris"}]] [[tool:get_weather {"city":"Rome, with a \\"quote\\""}]]';

for (const model of target.models("openai-chat")) {
  const ask = (content: string) => ({
    model,
    max_completion_tokens: 4000,
    messages: [{ role: "user" as const, content }],
  });

  target.test(`openai on ${model}: text, usage and finish reason of a whole answer`, async () => {
    const answer = await client.chat.completions.create(ask("hello there"));
    assert.equal(answer.choices[0]?.message.content, "Echo: hello there");
    assert.equal(answer.choices[0]?.finish_reason, "stop");
    assert.equal(answer.choices[0]?.message.role, "assistant");
    assert.equal(answer.object, "chat.completion");
    assert.deepEqual(
      [answer.usage?.prompt_tokens, answer.usage?.completion_tokens, answer.usage?.total_tokens],
      [2, 3, 5],
    );
  });

  target.test(`openai on ${model}: a stream word by word, no usage unless asked`, async () => {
    const stream = await client.chat.completions.create({ ...ask("hello there you"), stream: true });
    const chunks = await Array.fromAsync(stream);
    const pieces = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").filter(Boolean);
    assert.equal(pieces.join(""), "Echo: hello there you");
    assert.equal(pieces.length, 4);
    assert.equal(chunks.filter((chunk) => chunk.choices[0]?.finish_reason === "stop").length, 1);
    assert.equal(chunks.filter((chunk) => chunk.usage).length, 0);
    assert.equal(new Set(chunks.map((chunk) => chunk.id)).size, 1);
    assert.ok(chunks.every((chunk) => chunk.object === "chat.completion.chunk" && chunk.choices.length > 0));
  });

  target.test(`openai on ${model}: usage at the end of a stream when asked`, async () => {
    const stream = await client.chat.completions.create({
      ...ask("hello there"),
      stream: true,
      stream_options: { include_usage: true },
    });
    const last = (await Array.fromAsync(stream)).at(-1);
    assert.deepEqual(last?.choices, []);
    assert.deepEqual([last?.usage?.prompt_tokens, last?.usage?.completion_tokens], [2, 3]);
  });

  target.test(`openai on ${model}: system and developer messages and several turns reach the provider`, async () => {
    const asked = client.chat.completions.create({
      model,
      messages: [
        { role: "system", content: "Be brief" },
        { role: "developer", content: "Be kind" },
        { role: "user", content: "first question" },
        { role: "assistant", content: "first answer" },
        { role: "user", content: "second question" },
      ],
      temperature: 0.5,
      top_p: 0.9,
      stop: ["END"],
      user: "user-1",
    });
    const { response } = await asked.withResponse();
    const body = (await target.seen())[0]?.body ?? "";
    for (const text of ["Be brief", "Be kind", "first question", "first answer", "second question"])
      assert.ok(body.includes(text), `${text} is missing`);
    await carried(model, body, response, { stop: "END", user: "user-1" });
  });

  target.test(`openai on ${model}: parallel tool calls whole, results sent back`, async () => {
    const request = { ...ask(bothCities), tools: [weather] };
    const first = await client.chat.completions.create(request);
    const message = first.choices[0]?.message;
    const calls = message?.tool_calls?.flatMap((call) => (call.type === "function" ? [call] : [])) ?? [];
    assert.equal(first.choices[0]?.finish_reason, "tool_calls");
    assert.deepEqual(
      calls.map((call) => [call.function.name, JSON.parse(call.function.arguments).city]),
      [
        ["get_weather", "Paris"],
        ["get_weather", 'Rome, with a "quote"'],
      ],
    );
    assert.equal(new Set(calls.map((call) => call.id)).size, 2);
    assert.ok(message);
    const second = await client.chat.completions.create({
      ...request,
      messages: [
        ...request.messages,
        message,
        ...calls.map((call, index) => ({
          role: "tool" as const,
          tool_call_id: call.id,
          content: index === 0 ? "sunny" : "rainy",
        })),
      ],
    });
    assert.match(second.choices[0]?.message.content ?? "", /Tool results: .*=sunny, .*=rainy/);
  });

  target.test(`openai on ${model}: streamed tool arguments add up`, async () => {
    const stream = client.chat.completions.stream({ ...ask(bothCities), tools: [weather], stream: true });
    let deltas = 0;
    stream.on("tool_calls.function.arguments.delta", () => (deltas += 1));
    const answer = await stream.finalChatCompletion();
    const calls =
      answer.choices[0]?.message.tool_calls?.flatMap((call) => (call.type === "function" ? [call.function] : [])) ?? [];
    assert.deepEqual(
      calls.map((call) => JSON.parse(call.arguments).city),
      ["Paris", 'Rome, with a "quote"'],
    );
    assert.ok(deltas > 3, `${deltas} deltas`);
    assert.equal(answer.choices[0]?.finish_reason, "tool_calls");
  });

  target.test(`openai on ${model}: a forced tool`, async () => {
    const answer = await client.chat.completions.create({
      ...ask("anything"),
      tools: [weather],
      tool_choice: { type: "function", function: { name: "get_weather" } },
    });
    const call = answer.choices[0]?.message.tool_calls?.[0];
    assert.equal(call?.type === "function" && call.function.name, "get_weather");
  });

  target.test(`openai on ${model}: an image as data URL`, async () => {
    const url = `data:image/png;base64,${pixel}`;
    const content = [
      { type: "text" as const, text: "what is this" },
      { type: "image_url" as const, image_url: { url } },
    ];
    const answer = await client.chat.completions.create({ model, messages: [{ role: "user", content }] });
    assert.equal(answer.choices[0]?.message.content, "Echo: what is this (with image image/png)");
    assert.ok((await target.seen())[0]?.body.includes(pixel));
  });

  target.test(`openai on ${model}: reasoning text whole and streamed`, async () => {
    const request = { ...ask("[[think:two and two]] sum"), reasoning_effort: "low" as const };
    if ((await target.becomes("openai-chat", model, "effort")) === "dropped") {
      const { response } = await client.chat.completions.create(request).withResponse();
      assert.match(response.headers.get("x-headgate-dropped") ?? "", /\breasoning_effort\b/);
      return;
    }
    const answer = await client.chat.completions.create(request);
    assert.equal(Reflect.get(answer.choices[0]?.message ?? {}, "reasoning_content"), "two and two");
    const chunks = await Array.fromAsync(await client.chat.completions.create({ ...request, stream: true }));
    assert.equal(
      chunks.map((chunk) => Reflect.get(chunk.choices[0]?.delta ?? {}, "reasoning_content") ?? "").join(""),
      "two and two",
    );
    assert.equal(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join(""), "Echo: sum");
  });

  target.test(`openai on ${model}: structured output parsed by the SDK`, async () => {
    const schema = z.object({ city: z.string(), degrees: z.number() });
    const answer = await client.chat.completions.parse({
      ...ask('[[say:{"city":"Paris","degrees":21}]]'),
      response_format: zodResponseFormat(schema, "weather"),
    });
    assert.deepEqual(answer.choices[0]?.message.parsed, { city: "Paris", degrees: 21 });
    assert.ok((await target.seen())[0]?.body.includes("degrees"));
  });

  target.test(`openai on ${model}: the answer cut at the output limit`, async () => {
    const answer = await client.chat.completions.create(ask("[[stop:length]] long"));
    assert.equal(answer.choices[0]?.finish_reason, "length");
  });

  target.test(`openai on ${model}: errors are the SDK's own classes`, async () => {
    const wrongKey = new OpenAI({ baseURL: `${target.url}/v1`, apiKey: "hg-wrong", maxRetries: 0 });
    await assert.rejects(wrongKey.chat.completions.create(ask("hello")), OpenAI.AuthenticationError);
    await assert.rejects(
      client.chat.completions.create({ ...ask("hello"), model: `${model}-unknown` }),
      (error) => error instanceof OpenAI.APIError && error.status === unknownModelStatus(model),
    );
    await assert.rejects(client.chat.completions.create(ask("[[status:429]]")), OpenAI.RateLimitError);
    await assert.rejects(client.chat.completions.create(ask("[[status:500]]")), OpenAI.InternalServerError);
    await assert.rejects(client.chat.completions.create(ask("[[status:400]]")), (error) => {
      assert.ok(error instanceof OpenAI.BadRequestError);
      assert.match(error.message, /The test asked for 400/);
      return true;
    });
    await assert.rejects(
      client.chat.completions.create({ ...ask("[[status:429]]"), stream: true }),
      OpenAI.RateLimitError,
    );
  });

  target.test(`openai on ${model}: a cut stream is an error, not an end`, async () => {
    await target.script({ answer: { kind: "default", cutAfter: 4, ending: "reset" } });
    const stream = await client.chat.completions.create({ ...ask("[[words:50]]"), stream: true });
    await assert.rejects(Array.fromAsync(stream));
  });

  target.test(`openai on ${model}: an abort in mid-stream reaches the provider`, async () => {
    const stream = await client.chat.completions.create({ ...ask("[[words:500]] [[delay:20]]"), stream: true });
    for await (const _ of stream) break;
    stream.controller.abort();
    const entry = await target.aborted();
    assert.ok(entry.eventsSent < 400, `${entry.eventsSent} events had been sent`);
  });
}

/** What the product says is kept is in the body; what it says is lost is named, by its field. */
async function carried(
  model: string,
  body: string,
  { headers }: Response,
  texts: { readonly [feature: string]: string },
) {
  const dropped = headers.get("x-headgate-dropped")?.split(/,\s*/) ?? [];
  for (const [feature, text] of Object.entries(texts)) {
    const isLost = (await target.becomes("openai-chat", model, feature)) === "dropped";
    assert.equal(dropped.includes(feature), isLost, `${feature} at ${model}: ${dropped}`);
    assert.equal(body.includes(text), !isLost, `${text} at ${model}`);
  }
}

const [first = ""] = target.models("openai-chat");

target.test("openai: n, logprobs and seed in the same dialect", async () => {
  const answer = await client.chat.completions.create({
    model: first,
    n: 2,
    logprobs: true,
    seed: 7,
    messages: [{ role: "user", content: "hello there" }],
  });
  assert.equal(answer.choices.length, 2);
  assert.equal(answer.choices[1]?.logprobs?.content?.length, 3);
});

target.test("openai: a refusal and a filtered answer in the same dialect", async () => {
  const refused = await client.chat.completions.create({
    model: first,
    messages: [{ role: "user", content: "[[stop:refusal]] bad" }],
  });
  assert.equal(refused.choices[0]?.message.refusal, "Echo: bad");
  const filtered = await client.chat.completions.create({
    model: first,
    messages: [{ role: "user", content: "[[stop:filter]] bad" }],
  });
  assert.equal(filtered.choices[0]?.finish_reason, "content_filter");
});

target.test("openai: a base URL without /v1", async () => {
  const bare = new OpenAI({ baseURL: target.url, apiKey: target.key, maxRetries: 0 });
  const answer = await bare.chat.completions.create({ model: first, messages: [{ role: "user", content: "hello" }] });
  assert.equal(answer.choices[0]?.message.content, "Echo: hello");
  assert.ok((await Array.fromAsync(await bare.models.list())).length > 0);
});

target.test("openai: embeddings, as the SDK asks for them and as floats", async () => {
  const model = first.replace("fake-gpt", "fake-embed");
  const answer = await client.embeddings.create({ model, input: ["one", "two"] });
  assert.deepEqual(answer.data[1]?.embedding, [0.5, -0.25, 1]);
  const floats = await client.embeddings.create({ model, input: "one", encoding_format: "float" });
  assert.deepEqual(floats.data[0]?.embedding, [0.5, -0.25, 0]);
  assert.equal(floats.usage.prompt_tokens, 1);
});

target.test("openai: the list of models", async () => {
  const ids = (await Array.fromAsync(await client.models.list())).map((model) => model.id);
  assert.ok(ids.includes(first), ids.join(", "));
});
