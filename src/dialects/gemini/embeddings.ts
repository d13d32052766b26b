import type { EmbeddingRequest } from "#core/embedding";
import { inputTotal, noUsage, type Usage } from "#core/usage";
import type { Draft } from "#lib/draft";
import { arrayOf, isArray, isObject, type Json, type JsonObject, objectOf, stringOf } from "#lib/json";
import type { EmbeddingTranslation } from "../embedding-translation";
import { at, invalidField, optionalCount, requireArray, requireObject, requireString, setDefined } from "../fields";
import { type Envelope, InvalidAnswer, type ResponseFacts } from "../operation";
import { countOf } from "../token-count";
import { field, listOf, nameIn } from "./wire";

/** `:batchEmbedContents`, a request for each input: https://ai.google.dev/api/embeddings#method:-models.batchembedcontents */
export const embeddingTranslation: EmbeddingTranslation = {
  decodeRequest: (body) => {
    const requests = requireArray(body.requests, "requests").map((each, index) =>
      requireObject(each, at("requests", index)),
    );
    return decodeRequests(requests, body.model, (index) => at("requests", index));
  },
  encodeRequest: ({ dimensions, inputs, task, unknown }, { model }) => {
    const rest = {
      ...(task !== undefined && { taskType: task.type }),
      ...(dimensions !== undefined && { outputDimensionality: dimensions }),
    };
    const requests = inputs.map((text) => ({ model: `models/${model}`, content: { parts: [{ text }] }, ...rest }));
    return { body: { requests }, headers: {}, dropped: unknown };
  },
  decodeResponse: (body) => {
    const vectors = vectorsIn(body);
    if (vectors.length === 0) throw new InvalidAnswer('"embeddings" must list at least one');
    return { model: "", vectors, ...meterEmbeddings(body) };
  },
  encodeResponse: ({ usage, vectors }) => ({
    embeddings: vectors.map((values) => ({ values })),
    ...(usage !== undefined && { usageMetadata: usageOf(usage) }),
  }),
};

/** `:embedContent`, of one content; other providers are asked by their way for several. */
export const singleTranslation: EmbeddingTranslation = {
  ...embeddingTranslation,
  decodeRequest: (body) => decodeRequests([body], body.model, () => ""),
  encodeResponse: ({ usage, vectors }) => ({
    embedding: { values: vectors[0] ?? [] },
    ...(usage !== undefined && { usageMetadata: usageOf(usage) }),
  }),
};

function decodeRequests(
  requests: readonly JsonObject[],
  model: Json | undefined,
  pathOf: (index: number) => string,
): EmbeddingRequest {
  const [first = {}] = requests;
  const request: Draft<EmbeddingRequest> = {
    model: requireString(model, "model"),
    inputs: requests.map((each, index) => textOf(each, pathOf(index))),
    paths: { inputs: "requests", dimensions: at(pathOf(0), nameIn(first, "outputDimensionality")) },
    encoding: "float",
    unknown: requests.flatMap((each, index) => (each.title === undefined ? [] : at(pathOf(index), "title"))),
  };
  setDefined(request, "dimensions", optionalCount(first, pathOf(0), nameIn(first, "outputDimensionality"), 1));
  const type = field(first, "taskType");
  if (typeof type === "string" && type !== "TASK_TYPE_UNSPECIFIED")
    request.task = { type, path: at(pathOf(0), "taskType") };
  return request;
}

function usageOf(usage: Usage): JsonObject {
  return { promptTokenCount: inputTotal(usage), totalTokenCount: inputTotal(usage) };
}

/** Of texts alone: what else is in a content is named. */
function textOf(request: JsonObject, path: string): string {
  const place = at(path, "content");
  const content = requireObject(field(request, "content"), place);
  const texts = listOf(content.parts).map((part, index) => {
    const text = isObject(part) ? part.text : undefined;
    if (typeof text !== "string") throw invalidField(at(at(place, "parts"), index), "a text at this model", part);
    return text;
  });
  return texts.join("\n");
}

function vectorsIn(body: Json): readonly (readonly number[])[] {
  if (!isObject(body)) return [];
  const single = objectOf(body, "embedding");
  const all = single === undefined ? arrayOf(body, "embeddings") : [single];
  return all.filter(isObject).map(({ values }) => (isArray(values) ? values.map(Number) : []));
}

/** Usage of an answer, where it says any; undefined for what is no answer. */
export function meterEmbeddings(body: Json): ResponseFacts | undefined {
  if (vectorsIn(body).length === 0 || !isObject(body)) return undefined;
  const input = countOf(objectOf(body, "usageMetadata") ?? {}, "promptTokenCount");
  const model = stringOf(body, "modelVersion");
  return { ...(input !== undefined && { usage: { ...noUsage, input } }), ...(model !== undefined && { model }) };
}

/** The path names the model, whatever the body says. */
export function decodeEmbedEnvelope(fields: JsonObject): Envelope {
  return { model: requireString(fields.model, "model"), stream: false, n: 1, streamUsage: true };
}

/** Every request of a batch is for the target's model. */
export function patchBatch({ requests }: JsonObject, model: string): JsonObject {
  if (!isArray(requests)) return {};
  return { requests: requests.map((each) => (isObject(each) ? { ...each, model: `models/${model}` } : each)) };
}
