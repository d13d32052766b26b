import assert from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import { unknownModelStatus } from "./client-config.ts";
import { pixel, startTarget } from "./start-target.ts";

const target = await startTarget();
const client = new Anthropic({ baseURL: target.url, apiKey: target.key, maxRetries: 0 });
const weather = {
  name: "get_weather",
  description: "The weather in a city",
  input_schema: { type: "object" as const, properties: { city: { type: "string" } }, required: ["city"] },
};
const bothCities = '[[tool:get_weather {"city":"Paris"}]] [[tool:get_weather {"city":"Rome, with a \\"quote\\""}]]';

for (const model of target.models("anthropic-messages")) {
  const sameDialect = model.startsWith("ant/");
  const ask = (content: Anthropic.MessageParam["content"]) => ({
    model,
    max_tokens: 4000,
    messages: [{ role: "user" as const, content }],
  });
  const textOf = (message: Anthropic.Message) =>
    message.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("");

  target.test(`anthropic on ${model}: text, usage and stop reason of a whole answer`, async () => {
    const answer = await client.messages.create(ask("hello there"));
    assert.equal(textOf(answer), "Echo: hello there");
    assert.deepEqual(
      [answer.type, answer.role, answer.stop_reason, answer.stop_sequence],
      ["message", "assistant", "end_turn", null],
    );
    assert.deepEqual([answer.usage.input_tokens, answer.usage.output_tokens], [2, 3]);
  });

  target.test(`anthropic on ${model}: events of a stream in their order, usage at the end`, async () => {
    const events = await Array.fromAsync(await client.messages.create({ ...ask("hello there you"), stream: true }));
    const types = events
      .map((event) => event.type)
      .filter((type) => type !== "content_block_delta" && String(type) !== "ping");
    assert.deepEqual(types, [
      "message_start",
      "content_block_start",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    const pieces = events.flatMap((event) =>
      event.type === "content_block_delta" && event.delta.type === "text_delta" ? [event.delta.text] : [],
    );
    assert.equal(pieces.join(""), "Echo: hello there you");
    assert.equal(pieces.length, 4);
    const end = events.find((event) => event.type === "message_delta");
    assert.deepEqual([end?.delta.stop_reason, end?.usage.output_tokens], ["end_turn", 4]);
  });

  target.test(`anthropic on ${model}: the stream helper builds the same message`, async () => {
    const message = await client.messages.stream(ask("hello there")).finalMessage();
    assert.equal(textOf(message), "Echo: hello there");
    assert.equal(message.usage.output_tokens, 3);
    assert.equal(message.stop_reason, "end_turn");
  });

  target.test(`anthropic on ${model}: system blocks, several turns and sampling reach the provider`, async () => {
    const asked = client.messages.create({
      ...ask("x"),
      system: [
        { type: "text", text: "Be brief", cache_control: { type: "ephemeral" } },
        { type: "text", text: "Be kind" },
      ],
      messages: [
        { role: "user", content: "first question" },
        { role: "assistant", content: [{ type: "text", text: "first answer" }] },
        { role: "user", content: [{ type: "text", text: "second question" }] },
      ],
      stop_sequences: ["END"],
      metadata: { user_id: "user-1" },
    });
    const { response } = await asked.withResponse();
    const body = (await target.seen())[0]?.body ?? "";
    for (const text of ["Be brief", "Be kind", "first question", "first answer", "second question"])
      assert.ok(body.includes(text), `${text} is missing`);
    const dropped = response.headers.get("x-headgate-dropped") ?? "";
    for (const [feature, field, text] of [
      ["stop", "stop_sequences", "END"],
      ["user", "metadata", "user-1"],
    ] as const) {
      const isLost = (await target.becomes("anthropic-messages", model, feature)) === "dropped";
      assert.equal(dropped.includes(field), isLost, `${field} at ${model}: ${dropped}`);
      assert.equal(body.includes(text), !isLost, `${text} at ${model}`);
    }
  });

  target.test(`anthropic on ${model}: parallel tool use whole, results sent back`, async () => {
    const request = { ...ask(bothCities), tools: [weather] };
    const first = await client.messages.create(request);
    const calls = first.content.flatMap((block) => (block.type === "tool_use" ? [block] : []));
    assert.equal(first.stop_reason, "tool_use");
    assert.deepEqual(
      calls.map((call) => [call.name, call.input]),
      [
        ["get_weather", { city: "Paris" }],
        ["get_weather", { city: 'Rome, with a "quote"' }],
      ],
    );
    assert.equal(new Set(calls.map((call) => call.id)).size, 2);
    const results = calls.map((call, index) => ({
      type: "tool_result" as const,
      tool_use_id: call.id,
      content: index === 0 ? "sunny" : [{ type: "text" as const, text: "rainy" }],
    }));
    const second = await client.messages.create({
      ...request,
      messages: [
        ...request.messages,
        { role: "assistant", content: first.content },
        { role: "user", content: results },
      ],
    });
    assert.match(textOf(second), /Tool results: .*=sunny, .*=rainy/);
  });

  target.test(`anthropic on ${model}: streamed tool input adds up`, async () => {
    const stream = client.messages.stream({ ...ask(bothCities), tools: [weather] });
    let deltas = 0;
    stream.on("inputJson", () => (deltas += 1));
    const message = await stream.finalMessage();
    assert.deepEqual(
      message.content.flatMap((block) => (block.type === "tool_use" ? [block.input] : [])),
      [{ city: "Paris" }, { city: 'Rome, with a "quote"' }],
    );
    // Google sends each call in one piece.
    assert.ok(deltas > (model.startsWith("gem/") ? 1 : 3), `${deltas} deltas`);
    assert.equal(message.stop_reason, "tool_use");
  });

  target.test(`anthropic on ${model}: a forced tool`, async () => {
    const answer = await client.messages.create({
      ...ask("anything"),
      tools: [weather],
      tool_choice: { type: "tool", name: "get_weather" },
    });
    assert.ok(
      answer.content.some((block) => block.type === "tool_use" && block.name === "get_weather"),
      JSON.stringify(answer.content),
    );
  });

  target.test(`anthropic on ${model}: an image in base64`, async () => {
    const answer = await client.messages.create(
      ask([
        { type: "text", text: "what is this" },
        { type: "image", source: { type: "base64", media_type: "image/png", data: pixel } },
      ]),
    );
    assert.equal(textOf(answer), "Echo: what is this (with image image/png)");
    assert.ok((await target.seen())[0]?.body.includes(pixel));
  });

  target.test(`anthropic on ${model}: thinking whole and streamed, and sent back in the next turn`, async () => {
    const request = {
      ...ask("[[think:two and two]] sum"),
      thinking: { type: "enabled" as const, budget_tokens: 1024 },
    };
    if ((await target.becomes("anthropic-messages", model, "thinking-budget")) === "dropped") {
      const { response } = await client.messages.create(request).withResponse();
      assert.match(response.headers.get("x-headgate-dropped") ?? "", /\bthinking\b/);
      return;
    }
    const whole = await client.messages.create(request);
    const streamed = await client.messages.stream(request).finalMessage();
    for (const message of [whole, streamed]) {
      const thought = message.content.find((block) => block.type === "thinking");
      assert.equal(thought?.thinking, "two and two");
      assert.equal(textOf(message), "Echo: sum");
      const next = await client.messages.create({
        ...request,
        messages: [
          ...request.messages,
          { role: "assistant", content: message.content },
          { role: "user", content: "and now" },
        ],
      });
      assert.equal(textOf(next), "Echo: and now");
    }
    if (sameDialect) assert.match(whole.content.find((block) => block.type === "thinking")?.signature ?? "", /^Eq/);
  });

  target.test(`anthropic on ${model}: the answer cut at the output limit`, async () => {
    assert.equal((await client.messages.create(ask("[[stop:length]] long"))).stop_reason, "max_tokens");
  });

  target.test(`anthropic on ${model}: errors are the SDK's own classes`, async () => {
    const wrongKey = new Anthropic({ baseURL: target.url, apiKey: "hg-wrong", maxRetries: 0 });
    await assert.rejects(wrongKey.messages.create(ask("hello")), Anthropic.AuthenticationError);
    await assert.rejects(
      client.messages.create({ ...ask("hello"), model: `${model}-unknown` }),
      (error) => error instanceof Anthropic.APIError && error.status === unknownModelStatus(model),
    );
    await assert.rejects(client.messages.create(ask("[[status:429]]")), Anthropic.RateLimitError);
    await assert.rejects(client.messages.create(ask("[[status:500]]")), Anthropic.InternalServerError);
    await assert.rejects(client.messages.create(ask("[[status:400]]")), (error) => {
      assert.ok(error instanceof Anthropic.BadRequestError);
      assert.match(error.message, /The test asked for 400/);
      assert.match(error.message, /invalid_request_error/);
      return true;
    });
    await assert.rejects(client.messages.create({ ...ask("[[status:429]]"), stream: true }), Anthropic.RateLimitError);
  });

  target.test(`anthropic on ${model}: a cut stream is an error, not an end`, async () => {
    await target.script({ answer: { kind: "default", cutAfter: 5, ending: "close" } });
    await assert.rejects(client.messages.stream(ask("[[words:50]]")).finalMessage());
  });

  target.test(`anthropic on ${model}: an abort in mid-stream reaches the provider`, async () => {
    const stream = await client.messages.create({ ...ask("[[words:500]] [[delay:20]]"), stream: true });
    for await (const _ of stream) break;
    stream.controller.abort();
    const entry = await target.aborted();
    assert.ok(entry.eventsSent < 400, `${entry.eventsSent} events had been sent`);
  });

  target.test(`anthropic on ${model}: count_tokens`, async () => {
    const count = await client.messages.countTokens({ model, messages: [{ role: "user", content: "one two three" }] });
    if (sameDialect) assert.equal(count.input_tokens, 3);
    else assert.ok(count.input_tokens > 0);
  });
}

const [first = ""] = target.models("anthropic-messages");

target.test("anthropic: a stop sequence and a refusal in the same dialect", async () => {
  const ask = (content: string) => ({ model: first, max_tokens: 100, messages: [{ role: "user" as const, content }] });
  const stopped = await client.messages.create({
    ...ask("[[stop:sequence:END]] [[say:one END two]]"),
    stop_sequences: ["END"],
  });
  assert.deepEqual([stopped.stop_reason, stopped.stop_sequence], ["stop_sequence", "END"]);
  assert.equal((await client.messages.create(ask("[[stop:refusal]] bad"))).stop_reason, "refusal");
});

target.test("anthropic: cache tokens are told apart", async () => {
  const system = [
    {
      type: "text" as const,
      text: "one two three four five six seven eight nine ten eleven twelve",
      cache_control: { type: "ephemeral" as const },
    },
  ];
  const answer = await client.messages.create({
    model: first,
    max_tokens: 100,
    system,
    messages: [{ role: "user", content: "[[cached:3]] go" }],
  });
  assert.deepEqual([answer.usage.cache_read_input_tokens, answer.usage.cache_creation_input_tokens], [3, 10]);
});

target.test("anthropic: the key as a bearer token", async () => {
  const bearer = new Anthropic({ baseURL: target.url, apiKey: null, authToken: target.key, maxRetries: 0 });
  if (process.env.HEADGATE_CLIENTS_DIRECT === "1") return;
  const answer = await bearer.messages.create({
    model: first,
    max_tokens: 100,
    messages: [{ role: "user", content: "hello" }],
  });
  assert.equal(answer.type, "message");
});

target.test("anthropic: the list of models in its own shape", async () => {
  if (process.env.HEADGATE_CLIENTS_DIRECT === "1") return;
  const models = await Array.fromAsync(await client.models.list());
  assert.ok(
    models.some((model) => model.id === first && model.type === "model"),
    JSON.stringify(models.slice(0, 3)),
  );
});
