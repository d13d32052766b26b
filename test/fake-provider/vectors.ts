import { type FakeAnswer, type FakeDialect, fakeModels, refuse, wholeOnly } from "./dialect.ts";
import { countTokens } from "./reply.ts";

type Body = { readonly [key: string]: unknown };

/** `POST /v2/embed` the way Cohere answers it: https://docs.cohere.com/reference/embed */
export const cohereEmbed: FakeDialect = {
  wrongKey: { status: 401, message: () => "invalid api token" },
  streamType: "text/event-stream",
  answer: ({ body }) => {
    if (typeof body.model !== "string" || !fakeModels.includes(body.model))
      refuse(404, `model '${body.model}' not found`);
    const { model: _, ...asked } = body;
    return cohereVectors(asked);
  },
  errorBody: (_status, message) => ({ message }),
  headers: (id) => ({ "x-api-warning": "none", "x-trial-endpoint-call-remaining": String(id) }),
};

const cohereFields = new Set(["texts", "inputs", "input_type", "embedding_types", "output_dimension", "truncate"]);
const cohereTypes = ["search_document", "search_query", "classification", "clustering", "image"];

/** What Cohere's models answer, there and by InvokeModel. */
export function cohereVectors(body: Body): FakeAnswer {
  for (const name of Object.keys(body)) if (!cohereFields.has(name)) refuse(400, `unknown field: ${name}`);
  const texts = textsIn(body.texts);
  if (texts.length === 0) refuse(400, "invalid request: at least one of texts, images or inputs must be specified");
  if (!cohereTypes.includes(String(body.input_type))) refuse(400, "invalid request: valid input_type must be provided");
  if (!Array.isArray(body.embedding_types)) refuse(400, "invalid request: embedding_types must be provided");
  return wholeOnly({
    id: "00000000-0000-4000-8000-000000000000",
    embeddings: { float: texts.map(vector) },
    texts,
    response_type: "embeddings_by_type",
    meta: { api_version: { version: "2" }, billed_units: { input_tokens: countTokens(texts.join(" ")) } },
  });
}

const titanFields = new Set(["inputText", "dimensions", "normalize", "embeddingTypes"]);

/**
 * What Amazon's Titan answers by InvokeModel:
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
 */
export function titanVector(body: Body): FakeAnswer {
  const { inputText, dimensions } = body;
  const first = Object.keys(body).find((name) => !titanFields.has(name));
  if (first !== undefined) refuse(400, `Malformed input request: extraneous key [${first}] is not permitted`);
  if (typeof inputText !== "string") refuse(400, "Malformed input request: required key [inputText] not found");
  if (dimensions !== undefined && ![256, 512, 1024].includes(Number(dimensions)))
    refuse(400, "Malformed input request: dimensions is not a valid enum value");
  const embedding = vector("", 0);
  return wholeOnly({ embedding, embeddingsByType: { float: embedding }, inputTextTokenCount: countTokens(inputText) });
}

function vector(_text: string, index: number): readonly number[] {
  return [0.5, -0.25, index];
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
