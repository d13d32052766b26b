import assert from "node:assert/strict";
import { createGoogle } from "@ai-sdk/google";
import { ApiError, FunctionCallingConfigMode, GoogleGenAI } from "@google/genai";
import { ChatGoogleGenerativeAI } from "@langchain/google-genai";
import { generateText, jsonSchema, stepCountIs, streamText, tool } from "ai";
import { pixel, startTarget } from "./start-target.ts";

const target = await startTarget();
const client = new GoogleGenAI({ apiKey: target.key, httpOptions: { baseUrl: target.url } });
const models = target.models("gemini");
const cities = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const weather = {
  functionDeclarations: [{ name: "get_weather", description: "The weather", parametersJsonSchema: cities }],
};
const bothCities = '[[tool:get_weather {"city":"Paris"}]] [[tool:get_weather {"city":"Rome"}]]';

for (const model of models) {
  target.test(`google on ${model}: generateContent with instructions, sampling and usage`, async () => {
    const answer = await client.models.generateContent({
      ...{ model, contents: "hello there" },
      config: { systemInstruction: "Be brief", stopSequences: ["END"], maxOutputTokens: 64 },
    });
    assert.equal(answer.text, "Echo: hello there");
    const { promptTokenCount: asked, candidatesTokenCount: told, totalTokenCount: all } = answer.usageMetadata ?? {};
    assert.deepEqual([asked, told, all], [4, 3, 7]);
    assert.equal(answer.candidates?.[0]?.finishReason, "STOP");
    const body = (await target.seen())[0]?.body ?? "";
    for (const text of ["Be brief", "64"]) assert.ok(body.includes(text), `${text} is missing`);
    const isLost = (await target.becomes("gemini", model, "stop")) === "dropped";
    assert.equal(body.includes("END"), !isLost);
    assert.equal(/\bstop/.test(answer.sdkHttpResponse?.headers?.["x-headgate-dropped"] ?? ""), isLost);
  });

  target.test(`google on ${model}: a stream, piece by piece, with usage at its end`, async () => {
    const stream = await client.models.generateContentStream({ model, contents: "hello there you" });
    const chunks = await Array.fromAsync(stream);
    const texts = chunks.flatMap(({ text }) => (text === undefined || text === "" ? [] : [text]));
    assert.equal(texts.join(""), "Echo: hello there you");
    assert.ok(texts.length > 1, `${texts.length} pieces`);
    assert.equal(chunks.at(-1)?.usageMetadata?.candidatesTokenCount, 4);
  });

  target.test(`google on ${model}: a chat carries its history, parallel calls and their results`, async () => {
    const chat = client.chats.create({ model, config: { tools: [weather] } });
    const asked = await chat.sendMessage({ message: bothCities });
    const calls = asked.functionCalls ?? [];
    assert.deepEqual(
      calls.map(({ name, args }) => [name, args]),
      [
        ["get_weather", { city: "Paris" }],
        ["get_weather", { city: "Rome" }],
      ],
    );
    const results = calls.map(({ id, name, args }) => ({
      functionResponse: {
        ...(id !== undefined && { id }),
        name: name ?? "",
        response: { output: `sunny in ${args?.city}` },
      },
    }));
    const answer = await chat.sendMessage({ message: results });
    assert.match(answer.text ?? "", /sunny in Paris.*sunny in Rome/);
  });

  target.test(`google on ${model}: streamed calls`, async () => {
    const stream = await client.models.generateContentStream({
      ...{ model, contents: bothCities },
      config: { tools: [weather], toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } } },
    });
    const calls = (await Array.fromAsync(stream)).flatMap(({ functionCalls = [] }) => functionCalls);
    assert.deepEqual(
      calls.map(({ args }) => args),
      [{ city: "Paris" }, { city: "Rome" }],
    );
  });

  target.test(`google on ${model}: an image and a schema reach the provider`, async () => {
    await client.models.generateContent({
      model,
      contents: [{ role: "user", parts: [{ text: "look" }, { inlineData: { mimeType: "image/png", data: pixel } }] }],
      config: { responseMimeType: "application/json", responseJsonSchema: cities },
    });
    const body = (await target.seen())[0]?.body ?? "";
    assert.ok(body.includes(pixel));
    // Converse takes a schema as text.
    assert.match(body, /\\?"city\\?"/);
  });

  target.test(`google on ${model}: countTokens`, async () => {
    const { totalTokens } = await client.models.countTokens({ model, contents: "hello there" });
    assert.ok((totalTokens ?? 0) > 0);
  });

  target.test(`google on ${model}: by each name that Google has of a model, also of Vertex's client`, async () => {
    const [provider, own] = model.split("/");
    const vertex = new GoogleGenAI({ vertexai: true, apiKey: target.key, httpOptions: { baseUrl: target.url } });
    const place = "projects/p/locations/us-east5/";
    for (const [asking, name] of [
      [client, `models/${model}`],
      [client, `publishers/google/models/${model}`],
      // Only Google's own have it within the name.
      [client, provider === "gem" ? `${provider}/models/${own}` : model],
      [vertex, model],
      [vertex, `publishers/${provider}/models/${own}`],
      [vertex, `publishers/google/models/${model}`],
      [vertex, `${place}publishers/${provider}/models/${own}`],
    ] as const) {
      const answer = await asking.models.generateContent({ model: name, contents: "hello there" });
      assert.equal(answer.text, "Echo: hello there", name);
    }
    const stream = await vertex.models.generateContentStream({ model, contents: "hello there you" });
    assert.equal((await Array.fromAsync(stream)).map(({ text }) => text ?? "").join(""), "Echo: hello there you");
    assert.ok(((await vertex.models.countTokens({ model, contents: "hello there" })).totalTokens ?? 0) > 0);
  });

  target.test(`google on ${model}: what cannot be asked is an error of the SDK's own`, async () => {
    const asked = client.models.generateContent({ model: "nobody", contents: "x" });
    await assert.rejects(
      asked,
      (error) => error instanceof ApiError && error.status === 404 && /NOT_FOUND/.test(error.message),
    );
    const tuned = client.models.generateContent({ model: "tunedModels/mine", contents: "x" });
    await assert.rejects(tuned, (error) => error instanceof ApiError && /tunedModels/.test(error.message));
  });

  target.test(`ai sdk's google on ${model}: text, a stream, and a turn of tools`, async () => {
    const google = createGoogle({ apiKey: target.key, baseURL: `${target.url}/v1beta` });
    const { text } = await generateText({ model: google(model), prompt: "hello there" });
    assert.equal(text, "Echo: hello there");
    const streamed = streamText({ model: google(model), prompt: "hello there you" });
    assert.equal((await Array.fromAsync(streamed.textStream)).join(""), "Echo: hello there you");
    const tools = {
      get_weather: tool({
        inputSchema: jsonSchema<{ city: string }>({ ...cities, type: "object" }),
        execute: async ({ city }) => `sunny in ${city}`,
      }),
    };
    const turn = await generateText({ model: google(model), prompt: bothCities, tools, stopWhen: stepCountIs(2) });
    assert.match(turn.text, /sunny in Paris.*sunny in Rome/);
  });

  target.test(`langchain's google on ${model}: text and a stream`, async () => {
    const chat = new ChatGoogleGenerativeAI({ model, apiKey: target.key, baseUrl: target.url, maxRetries: 0 });
    assert.equal((await chat.invoke("hello there")).text, "Echo: hello there");
    const pieces = await Array.fromAsync(await chat.stream("hello there you"));
    assert.equal(pieces.map(({ text }) => text).join(""), "Echo: hello there you");
  });
}

target.test("google: embeddings of OpenAI's models, and the list of models", async () => {
  const { embeddings = [] } = await client.models.embedContent({ model: "oai/fake-embed", contents: ["one", "two"] });
  assert.equal(embeddings.length, 2);
  assert.ok((embeddings[0]?.values?.length ?? 0) > 0);
  const names = (await Array.fromAsync(await client.models.list())).map(({ name }) => name);
  for (const model of models) assert.ok(names.includes(`models/${model}`), `${model} is not listed`);
});
