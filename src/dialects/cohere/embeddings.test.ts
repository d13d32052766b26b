import { expect, test } from "bun:test";
import { noUsage } from "#core/usage";
import { targetOf } from "../fixtures/parts";
import { singleTranslation as google } from "../gemini/embeddings";
import { embeddingTranslation as openai } from "../openai-chat/embeddings";
import { embeddingTranslation as cohere, meterEmbeddings } from "./embeddings";

const target = targetOf("cohere", "cohere", "embed-v4.0");

test("encodeRequest() says what vectors are for, as the client does or as most are", () => {
  const asked = openai.decodeRequest({ model: "m", input: ["a", "b"], dimensions: 256, input_type: "query" });
  expect(cohere.encodeRequest(asked, target)).toMatchObject({
    body: {
      model: "embed-v4.0",
      texts: ["a", "b"],
      input_type: "search_query",
      embedding_types: ["float"],
      output_dimension: 256,
    },
    dropped: [],
  });
  const similar = google.decodeRequest({
    model: "m",
    content: { parts: [{ text: "a" }] },
    taskType: "SEMANTIC_SIMILARITY",
  });
  expect(cohere.encodeRequest(similar, target)).toMatchObject({
    body: { input_type: "search_document" },
    dropped: ["taskType"],
  });
});

test("decodeResponse() reads floats, their bytes, and lists without a type", () => {
  const vectors = [[0.5, -2]];
  const packed = Buffer.from(Float32Array.from([0.5, -2]).buffer).toString("base64");
  const meta = { billed_units: { input_tokens: 3 } };
  expect(cohere.decodeResponse({ embeddings: { float: vectors }, meta })).toMatchObject({
    vectors,
    usage: { ...noUsage, input: 3 },
  });
  for (const embeddings of [vectors, { base64: [packed] }])
    expect(cohere.decodeResponse({ embeddings }).vectors).toEqual(vectors);
  expect(() => cohere.decodeResponse({ embeddings: { int8: [[1]] } })).toThrow('"embeddings"');
  expect(meterEmbeddings({ embeddings: { int8: [[1]] }, meta })).toEqual({ usage: { ...noUsage, input: 3 } });
});

test("decodeRequest() reads texts and contents of one text, and encodeResponse() tells vectors by type", () => {
  const asked = cohere.decodeRequest({
    ...{
      model: "m",
      input_type: "classification",
      embedding_types: ["base64"],
      output_dimension: 2,
      truncate: "START",
    },
    texts: ["a"],
    inputs: [{ content: [{ type: "text", text: "b" }] }],
  });
  expect(asked).toEqual({
    paths: { inputs: "texts", dimensions: "output_dimension" },
    ...{ model: "m", inputs: ["a", "b"], dimensions: 2, encoding: "base64", unknown: ["truncate"] },
    task: { type: "CLASSIFICATION", path: "input_type" },
  });
  const answer = { model: "x", vectors: [[0.5]], usage: { ...noUsage, input: 7 } };
  expect(cohere.encodeResponse(answer, asked)).toMatchObject({
    embeddings: { base64: ["AAAAPw=="] },
    meta: { billed_units: { input_tokens: 7 } },
    response_type: "embeddings_by_type",
  });
});

test("decodeRequest() refuses pictures and quantised vectors by name", () => {
  const base = { model: "m", input_type: "image" };
  const image = { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } };
  const rows = [
    [{ images: ["data:"] }, '"images"'],
    [{ inputs: [{ content: [image] }] }, '"inputs[0].content[0]"'],
    [{ texts: ["a"], embedding_types: ["int8"] }, '"embedding_types"'],
    [{}, '"texts"'],
  ] as const;
  for (const [fields, named] of rows) expect(() => cohere.decodeRequest({ ...base, ...fields })).toThrow(named);
});
