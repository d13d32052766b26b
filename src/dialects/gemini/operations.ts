import type { Json } from "#lib/json";
import { textBytesOfCompletion } from "../completion-text-bytes";
import { cannotCount, countAnswer } from "../count-answer";
import { framings } from "../framings";
import type { Operation } from "../operation";
import { failureOfWhole } from "../read-failure";
import { fieldNamesOf, fieldsOf } from "../request-body";
import { arrayFraming, asksForEvents } from "./array-framing";
import {
  countFields,
  decodeCountEnvelope,
  decodeCountRequest,
  estimateCount,
  patchCount,
  translation,
} from "./count-tokens";
import { decodeEnvelope, decodeRequest, envelopeFields } from "./decode-request";
import { decodeResponse, failureOfAnswer, meterResponse } from "./decode-response";
import { embedDemand, generateDemand } from "./demand";
import {
  decodeEmbedEnvelope,
  embeddingTranslation,
  meterEmbeddings,
  patchBatch,
  singleTranslation,
} from "./embeddings";
import { generateRules } from "./mends/rules";
import { createStreamMeter } from "./meter-stream";
import { codec, endpoint } from "./translation";
import { requestTexts } from "./verbatim";

/** `:generateContent` and `:streamGenerateContent`. The path says model and streaming: a body passes as it is. */
export const completion: Operation = {
  paths: { whole: "/models/{model}:generateContent", stream: "/models/{model}:streamGenerateContent?alt=sse" },
  body: "json",
  envelopeFields,
  decodeEnvelope,
  decodeRequest,
  requestTexts,
  charge: "input-and-output",
  demand: generateDemand,
  outputLimit: () => "generationConfig.maxOutputTokens",
  patchRequest: () => ({}),
  tellsTools: true,
  mends: generateRules,
  translation: { endpoint, codec },
  answer: {
    kind: "json",
    failure: failureOfAnswer,
    meter: meterResponse,
    textBytes: textBytesOfCompletion(decodeResponse),
    stream: {
      framing: framings.google,
      reframing: (query) => (asksForEvents(query) ? undefined : arrayFraming),
      createMeter: createStreamMeter,
    },
  },
};

/** `:countTokens`. */
export const countTokens: Operation = {
  paths: { whole: "/models/{model}:countTokens" },
  body: "json",
  envelopeFields: countFields,
  decodeEnvelope: decodeCountEnvelope,
  decodeRequest: decodeCountRequest,
  requestTexts,
  charge: "nothing",
  demand: generateDemand,
  patchRequest: ({ body }, { model }) => patchCount(fieldsOf(body, countFields), model),
  translation,
  answer: countAnswer("totalTokens"),
  fallback: {
    // Google's own 404 speaks of the model and has a status in words.
    replaces: (failure) => (failure.status === 404 ? failure.type !== "NOT_FOUND" : cannotCount(failure)),
    answer: estimateCount,
    estimated: ["totalTokens"],
  },
};

/** `:batchEmbedContents`. Each request within says the model once more. */
export const embeddings: Operation = {
  paths: { whole: "/models/{model}:batchEmbedContents" },
  body: "json",
  envelopeFields: ["model"],
  decodeEnvelope: decodeEmbedEnvelope,
  charge: "input",
  demand: embedDemand,
  patchRequest: ({ body }, { model }) => patchBatch(fieldsOf(body, ["requests"]), model),
  embedding: embeddingTranslation,
  answer: { kind: "json", failure: failureOfVectors, meter: meterEmbeddings, textBytes: () => 0 },
};

/** `:embedContent`, of one content. */
export const embedding: Operation = {
  paths: { whole: "/models/{model}:embedContent" },
  body: "json",
  envelopeFields: ["model"],
  decodeEnvelope: decodeEmbedEnvelope,
  charge: "input",
  demand: embedDemand,
  patchRequest: ({ body }, { model }) => (fieldNamesOf(body).includes("model") ? { model: `models/${model}` } : {}),
  embedding: singleTranslation,
  standIn: { operation: "embeddings" },
  answer: { kind: "json", failure: failureOfVectors, meter: meterEmbeddings, textBytes: () => 0 },
};

function failureOfVectors(body: Json) {
  return failureOfWhole(body, meterEmbeddings(body) !== undefined);
}
