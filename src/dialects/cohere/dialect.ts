import type { GatewayError } from "#core/errors";
import type { ListedModel } from "#core/listed-model";
import type { Json, JsonObject } from "#lib/json";
import { createDemand } from "../demand";
import { defineDialect } from "../dialect";
import { requireString } from "../fields";
import { lookAlikeFields } from "../look-alike-fields";
import type { Operation } from "../operation";
import { failureOfWhole, readFailure } from "../read-failure";
import { embeddingTranslation, meterEmbeddings } from "./embeddings";

const mebibyte = 1024 * 1024;

const embeddings: Operation = {
  paths: { whole: "/v2/embed" },
  body: "json",
  envelopeFields: ["model"],
  decodeEnvelope: ({ model }) => ({ model: requireString(model, "model"), stream: false, n: 1, streamUsage: true }),
  charge: "input",
  demand: createDemand(
    { ...lookAlikeFields, externalMarks: [...lookAlikeFields.externalMarks, '"images"'] },
    { charge: "input", answers: () => 1, readsMedia: false },
  ),
  patchRequest: (_request, { model }) => ({ model }),
  embedding: embeddingTranslation,
  answer: { kind: "json", failure: failureOfVectors, meter: meterEmbeddings, textBytes: () => 0 },
};

/** Cohere's own API, of which embeddings are served: https://docs.cohere.com/reference/embed */
export const cohere = defineDialect({
  name: "cohere",
  prefixes: ["", "/cohere"],
  endpoints: [
    {
      endpoint: "embed",
      operation: "embeddings",
      path: "/v2/embed",
      maxBodyBytes: 32 * mebibyte,
    },
  ],
  recognisedBy: { path: /^\/(?:cohere(?:\/|$)|v2\/)/ },
  models: { list: ({ models }) => ({ models: models.map(encodeModel) }), one: encodeModel },
  encodeError,
  encodeStreamError: (error) => JSON.stringify(encodeError(error)),
  rateLimitHeaders: () => ({}),
  operations: { embeddings },
  pathPrefix: () => "",
  forwardedHeaders: [],
  headers: {},
  auth: "bearer",
  decodeError: readFailure,
});

/** https://docs.cohere.com/reference/errors */
function encodeError({ message }: GatewayError): JsonObject {
  return { message };
}

/** https://docs.cohere.com/reference/get-model */
function encodeModel({ contextTokens, id }: ListedModel): JsonObject {
  return { name: id, ...(contextTokens !== undefined && { context_length: contextTokens }) };
}

function failureOfVectors(body: Json) {
  return failureOfWhole(body, meterEmbeddings(body) !== undefined);
}
