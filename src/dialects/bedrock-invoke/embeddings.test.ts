import { expect, test } from "bun:test";
import { noUsage } from "#core/usage";
import { targetOf } from "../fixtures/parts";
import { embeddingTranslation as openai } from "../openai-chat/embeddings";
import { embeddingTranslation as invoke, meterEmbeddings } from "./embeddings";

const asked = openai.decodeRequest({ model: "m", input: "a", dimensions: 256, input_type: "query" });
const sent = (model: string, request = asked) => {
  const { body, dropped } = invoke.encodeRequest(request, targetOf("bedrock", "bedrock-invoke", model));
  return { body, dropped };
};

test("encodeRequest() writes what each family of models takes", () => {
  expect(sent("amazon.titan-embed-text-v2:0")).toEqual({
    body: { inputText: "a", dimensions: 256 },
    dropped: ["input_type"],
  });
  expect(sent("amazon.titan-embed-image-v1")).toEqual({
    body: { inputText: "a", embeddingConfig: { outputEmbeddingLength: 256 } },
    dropped: ["input_type"],
  });
  for (const model of ["amazon.titan-embed-text-v1", "amazon.titan-embed-g1-text-02"])
    expect(sent(model)).toEqual({ body: { inputText: "a" }, dropped: ["input_type", "dimensions"] });
  expect(sent("us.cohere.embed-v4:0")).toEqual({
    body: { texts: ["a"], input_type: "search_query", embedding_types: ["float"], output_dimension: 256 },
    dropped: [],
  });
});

test("encodeRequest() refuses several texts at a model that reads one, and models whose form is not known", () => {
  const two = openai.decodeRequest({ model: "m", input: ["a", "b"] });
  expect(() => sent("amazon.titan-embed-text-v2:0", two)).toThrow('"input" must be one text at this model');
  expect(sent("cohere.embed-english-v3", two).body.texts).toEqual(["a", "b"]);
  expect(() => sent("amazon.nova-lite-v1:0")).toThrow("its form is not known");
});

test("decodeResponse() reads Titan's answer and Cohere's of either form", () => {
  const titan = { embedding: [0.5], inputTextTokenCount: 3, embeddingsByType: { float: [0.5] } };
  const usage = { ...noUsage, input: 3 };
  expect(invoke.decodeResponse(titan)).toEqual({ model: "", vectors: [[0.5]], usage });
  expect(meterEmbeddings(titan)).toEqual({ usage });
  const cohere = { id: "1", response_type: "embeddings_floats", texts: ["a"], embeddings: [[0.5]] };
  expect(invoke.decodeResponse(cohere).vectors).toEqual([[0.5]]);
  expect(invoke.decodeResponse({ ...cohere, embeddings: { float: [[1]] } }).vectors).toEqual([[1]]);
  expect(() => invoke.decodeResponse({ message: "no" })).toThrow('"embeddings"');
});
