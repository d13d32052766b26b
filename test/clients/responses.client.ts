import assert from "node:assert/strict";
import OpenAI from "openai";
import { pixel, startTarget } from "./start-target.ts";

const target = await startTarget();
const client = new OpenAI({ baseURL: `${target.url}/v1`, apiKey: target.key, maxRetries: 0 });
const weather = {
  type: "function" as const,
  name: "get_weather",
  description: "The weather in a city",
  strict: true,
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
};

for (const model of target.models("openai-responses")) {
  const title = `openai responses on ${model}`;

  target.test(`${title}: create`, async () => {
    const answer = await client.responses.create({ model, instructions: "Be brief", input: "hello there" });
    assert.equal(answer.output_text, "Echo: hello there");
    assert.equal(answer.status, "completed");
    assert.deepEqual([answer.usage?.input_tokens, answer.usage?.output_tokens], [4, 3]);
    assert.ok((await target.seen())[0]?.body.includes("Be brief"));
  });

  target.test(`${title}: the stream helper puts its response together`, async () => {
    const stream = client.responses.stream({ model, input: "hello there you" });
    const deltas: string[] = [];
    stream.on("response.output_text.delta", ({ delta }) => deltas.push(delta));
    const answer = await stream.finalResponse();
    assert.equal(deltas.join(""), "Echo: hello there you");
    assert.equal(answer.output_text, "Echo: hello there you");
  });

  target.test(`${title}: a call, and its result in the next turn`, async () => {
    const input = '[[tool:get_weather {"city":"Paris"}]]';
    const first = await client.responses.create({ model, input, tools: [weather] });
    const call = first.output.find((item) => item.type === "function_call");
    assert.ok(call);
    assert.deepEqual(JSON.parse(call.arguments), { city: "Paris" });
    const second = await client.responses.create({
      model,
      tools: [weather],
      input: [
        { role: "user", content: input },
        call,
        { type: "function_call_output", call_id: call.call_id, output: "sunny" },
      ],
    });
    assert.match(second.output_text, /sunny/);
  });

  target.test(`${title}: an image`, async () => {
    const answer = await client.responses.create({
      model,
      input: [
        {
          role: "user",
          content: [
            { type: "input_text", text: "what is this" },
            { type: "input_image", detail: "auto", image_url: `data:image/png;base64,${pixel}` },
          ],
        },
      ],
    });
    assert.equal(answer.status, "completed");
    assert.ok((await target.seen())[0]?.body.includes(pixel));
  });

  target.test(`${title}: what nobody keeps is not found`, async () => {
    await assert.rejects(client.responses.create({ model, input: "x", previous_response_id: "resp_none" }), {
      // The provider that stores says it in its own way.
      status: model.startsWith("res/") ? 400 : 404,
    });
  });

  target.test(`${title}: input tokens are counted`, async () => {
    const counted = await client.responses.inputTokens.count({ model, input: "hello there" });
    assert.ok(counted.input_tokens > 0);
  });
}
