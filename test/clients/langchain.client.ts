import assert from "node:assert/strict";
import { ChatAnthropic } from "@langchain/anthropic";
import { type AIMessageChunk, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { pick } from "../harness/pick.ts";
import { type Dialect, unknownModelStatus } from "./client-config.ts";
import { pixel, startTarget } from "./start-target.ts";

const target = await startTarget();
const weather = {
  type: "function" as const,
  function: {
    name: "get_weather",
    description: "The weather in a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};
const bothCities = '[[tool:get_weather {"city":"Paris"}]] [[tool:get_weather {"city":"Rome"}]]';
const dialects: readonly Dialect[] = ["openai-chat", "anthropic-messages", "openai-responses"];

for (const dialect of dialects) {
  for (const name of target.models(dialect)) {
    const title = `langchain, ${dialect} on ${name}`;
    const model = (asked = name) =>
      dialect !== "anthropic-messages"
        ? new ChatOpenAI({
            model: asked,
            useResponsesApi: dialect === "openai-responses",
            apiKey: target.key,
            maxRetries: 0,
            configuration: { baseURL: `${target.url}/v1` },
          })
        : new ChatAnthropic({
            model: asked,
            apiKey: target.key,
            maxRetries: 0,
            maxTokens: 4000,
            anthropicApiUrl: target.url,
          });

    target.test(`${title}: invoke`, async () => {
      const answer = await model().invoke([new SystemMessage("Be brief"), new HumanMessage("hello there")]);
      assert.equal(answer.text, "Echo: hello there");
      assert.deepEqual(pick(answer, "usage_metadata.input_tokens"), 4);
      assert.deepEqual(pick(answer, "usage_metadata.output_tokens"), 3);
    });

    target.test(`${title}: stream`, async () => {
      const chunks = await Array.fromAsync(await model().stream("hello there you"));
      const pieces = chunks.map((chunk) => chunk.text).filter(Boolean);
      assert.equal(pieces.join(""), "Echo: hello there you");
      assert.equal(pieces.length, 4);
      // LangChain adds the count of Anthropic's first event, which is 1, to that of the last.
      assert.ok([4, 5].includes(Number(pick(join(chunks), "usage_metadata.output_tokens"))));
    });

    target.test(`${title}: parallel tools, whole and streamed, and their results`, async () => {
      const withTools = model().bindTools([weather]);
      const question = new HumanMessage(bothCities);
      for (const answer of [
        await withTools.invoke([question]),
        join(await Array.fromAsync(await withTools.stream([question]))),
      ]) {
        assert.deepEqual(
          answer.tool_calls?.map((call) => [call.name, call.args]),
          [
            ["get_weather", { city: "Paris" }],
            ["get_weather", { city: "Rome" }],
          ],
        );
        const results =
          answer.tool_calls?.map(
            (call) => new ToolMessage({ tool_call_id: call.id ?? "", content: `sunny in ${call.args.city}` }),
          ) ?? [];
        const next = await withTools.invoke([question, answer, ...results]);
        assert.match(next.text, /Tool results: .*=sunny in Paris, .*=sunny in Rome/);
      }
    });

    target.test(`${title}: an image`, async () => {
      const image = { type: "image_url", image_url: { url: `data:image/png;base64,${pixel}` } };
      const answer = await model().invoke([
        new HumanMessage({ content: [{ type: "text", text: "what is this" }, image] }),
      ]);
      assert.equal(answer.text, "Echo: what is this (with image image/png)");
    });

    target.test(`${title}: structured output`, async () => {
      const schema = {
        title: "place",
        type: "object",
        properties: { city: { type: "string" } },
        required: ["city"],
        additionalProperties: false,
      };
      assert.deepEqual(await model().withStructuredOutput(schema).invoke("a city"), { city: "sample" });
    });

    target.test(`${title}: errors`, async () => {
      await assert.rejects(model().invoke("[[status:429]]"), { status: 429 });
      await assert.rejects(model(`${name}-unknown`).invoke("x"), { status: unknownModelStatus(name) });
    });

    target.test(`${title}: an abort in mid-stream reaches the provider`, async () => {
      const abort = new AbortController();
      const stream = await model().stream("[[words:500]] [[delay:20]]", { signal: abort.signal });
      await assert.rejects(async () => {
        for await (const _ of stream) abort.abort();
      });
      assert.ok((await target.aborted()).eventsSent < 400);
    });
  }
}

target.test("langchain: embeddings", async () => {
  const [chat = ""] = target.models("openai-chat");
  const embeddings = new OpenAIEmbeddings({
    model: chat.replace("fake-gpt", "fake-embed"),
    apiKey: target.key,
    maxRetries: 0,
    configuration: { baseURL: `${target.url}/v1` },
  });
  assert.deepEqual(await embeddings.embedDocuments(["one", "two"]), [
    [0.5, -0.25, 0],
    [0.5, -0.25, 1],
  ]);
});

function join(chunks: readonly AIMessageChunk[]): AIMessageChunk {
  return chunks.reduce((whole, chunk) => whole.concat(chunk));
}
