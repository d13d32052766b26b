import assert from "node:assert/strict";
import { createGoogle } from "@ai-sdk/google";
import { createOpenAI } from "@ai-sdk/openai";
import { BedrockRuntimeClient, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { GoogleGenAI } from "@google/genai";
import { GoogleGenerativeAIEmbeddings } from "@langchain/google-genai";
import { OpenAIEmbeddings } from "@langchain/openai";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { embedMany } from "ai";
import OpenAI from "openai";
import { pick } from "../harness/pick.ts";
import { vectorModels } from "./client-config.ts";
import { startTarget } from "./start-target.ts";

// Every client that asks for vectors, at every kind of provider that makes them.
const target = await startTarget();
const { key: apiKey, url } = target;
const configuration = { baseURL: `${url}/v1` };
const openai = new OpenAI({ ...configuration, apiKey, maxRetries: 0 });
const google = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url } });
process.env.AWS_BEARER_TOKEN_BEDROCK = apiKey;
const requestHandler = new NodeHttpHandler();
const aws = new BedrockRuntimeClient({ region: "us-east-1", endpoint: url, requestHandler, maxAttempts: 1 });

type Vectors = readonly (readonly number[] | undefined)[];

const clients: { readonly [name: string]: (model: string, texts: string[]) => Promise<Vectors> } = {
  // It asks for base64 by itself.
  openai: async (model, input) =>
    (await openai.embeddings.create({ model, input })).data.map(({ embedding }) => embedding),
  "google genai": async (model, contents) =>
    ((await google.models.embedContent({ model, contents })).embeddings ?? []).map(({ values }) => values),
  "ai sdk's openai": async (model, values) =>
    (await embedMany({ model: createOpenAI({ ...configuration, apiKey }).embedding(model), values, maxRetries: 0 }))
      .embeddings,
  "ai sdk's google": async (model, values) => {
    const provider = createGoogle({ apiKey, baseURL: `${url}/v1beta` });
    return (await embedMany({ model: provider.embedding(model), values, maxRetries: 0 })).embeddings;
  },
  "langchain's openai": (model, texts) =>
    new OpenAIEmbeddings({ model, apiKey, maxRetries: 0, configuration }).embedDocuments(texts),
  "langchain's google": (model, texts) =>
    new GoogleGenerativeAIEmbeddings({ model, apiKey, baseUrl: url, maxRetries: 0 }).embedDocuments(texts),
};

for (const [name, ask] of Object.entries(clients)) {
  for (const model of vectorModels) {
    target.test(`${name} on ${model}: a vector for each text, in their order`, async () => {
      const texts = model.includes("titan") ? ["one"] : ["one", "two"];
      assert.deepEqual(
        await ask(model, texts),
        texts.map((_, index) => [0.5, -0.25, index]),
      );
      const [entry] = await target.seen();
      for (const text of texts) assert.ok(entry?.body.includes(text), `${entry?.body}`);
    });
  }
}

async function invoke(modelId: string, body: object): Promise<unknown> {
  const answer = await aws.send(new InvokeModelCommand({ modelId, body: JSON.stringify(body) }));
  return JSON.parse(new TextDecoder().decode(answer.body));
}

for (const modelId of ["inv/amazon.titan-embed-text-v2:0", "vectors"]) {
  target.test(`aws sdk on ${modelId}: InvokeModel with Titan's body, which passes as it is`, async () => {
    const asked = { inputText: "one two", dimensions: 256, normalize: true };
    const answer = await invoke(modelId, asked);
    assert.deepEqual([pick(answer, "embedding"), pick(answer, "inputTextTokenCount")], [[0.5, -0.25, 0], 2]);
    assert.deepEqual(JSON.parse((await target.seen()).at(-1)?.body ?? ""), asked);
  });
}

target.test("aws sdk on inv/cohere.embed-v4:0: InvokeModel with Cohere's body, which passes as it is", async () => {
  const asked = { texts: ["one", "two"], input_type: "search_query", embedding_types: ["float"], truncate: "NONE" };
  const answer = await invoke("inv/cohere.embed-v4:0", asked);
  assert.deepEqual(pick(answer, "embeddings.float"), [
    [0.5, -0.25, 0],
    [0.5, -0.25, 1],
  ]);
  assert.deepEqual(JSON.parse((await target.seen()).at(-1)?.body ?? ""), asked);
});

target.test("aws sdk: what no model of vectors takes is refused in AWS's words", async () => {
  await assert.rejects(invoke("inv/amazon.titan-embed-text-v2:0", { inputText: "x", dimensions: 7 }), {
    name: "ValidationException",
  });
  await assert.rejects(invoke("oai/fake-embed", { inputText: "x" }), { name: "ValidationException" });
});

target.test("openai on inv/amazon.titan-embed-text-v2:0: two texts are refused by their field", async () => {
  const asked = openai.embeddings.create({ model: "inv/amazon.titan-embed-text-v2:0", input: ["a", "b"] });
  await assert.rejects(asked, { status: 400, param: "input" });
});
