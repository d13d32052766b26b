import { expect, test } from "bun:test";
import { targetOf } from "../fixtures/parts";
import { embeddingTranslation as openai } from "../openai-chat/embeddings";
import { oneForEach } from "../vectors";
import { embeddingTranslation as google, singleTranslation as single } from "./embeddings";

const target = targetOf("gemini", "gemini", "gemini-embedding-001");

test("encodeRequest() makes a request of each text, and decodeResponse() keeps their order", () => {
  const asked = openai.decodeRequest({ model: "m", input: ["a", "b"], dimensions: 8, encoding_format: "base64" });
  const one = { model: "models/gemini-embedding-001", outputDimensionality: 8 };
  expect(google.encodeRequest(asked, target).body).toEqual({
    requests: ["a", "b"].map((text) => ({ ...one, content: { parts: [{ text }] } })),
  });
  const answer = google.decodeResponse({ embeddings: [{ values: [0.5] }, { values: [-2] }] });
  expect(openai.encodeResponse(answer, asked).data).toEqual([
    { object: "embedding", index: 0, embedding: "AAAAPw==" },
    { object: "embedding", index: 1, embedding: "AAAAwA==" },
  ]);
});

test("singleTranslation tells one content's vector, and names what it is for where that is lost", () => {
  const asked = single.decodeRequest({
    model: "m",
    content: { parts: [{ text: "a" }] },
    taskType: "CLUSTERING",
    title: "t",
  });
  const sent = openai.encodeRequest(asked, targetOf("openai", "openai-chat", "text-embedding-3-small"));
  expect(sent).toMatchObject({ body: { input: ["a"] }, dropped: ["title", "taskType"] });
  const answer = openai.decodeResponse({ data: [{ index: 0, embedding: [0.5] }], usage: { prompt_tokens: 1 } });
  expect(single.encodeResponse(answer, asked)).toEqual({
    embedding: { values: [0.5] },
    usageMetadata: { promptTokenCount: 1, totalTokenCount: 1 },
  });
});

test("decodeRequest() refuses by name what is no text", () => {
  expect(() => openai.decodeRequest({ model: "m", input: [[1, 2]] })).toThrow('"input[0]"');
  const content = { parts: [{ inlineData: { mimeType: "image/png", data: "AA==" } }] };
  expect(() => google.decodeRequest({ model: "m", requests: [{ content }] })).toThrow('"requests[0].content.parts[0]"');
});

test("oneForEach() refuses an answer that has not a vector of each text", () => {
  const asked = openai.decodeRequest({ model: "m", input: ["north", "south"] });
  const answer = (...vectors: number[][]) =>
    google.decodeResponse({ embeddings: vectors.map((values) => ({ values })) });
  expect(oneForEach(asked, answer([1], [2])).vectors).toEqual([[1], [2]]);
  expect(() => oneForEach(asked, answer([1]))).toThrow("2 embeddings");
  expect(() => oneForEach(asked, answer([1], [2], [3]))).toThrow("found 3");
});
