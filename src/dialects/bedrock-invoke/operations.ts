import { decodeResponse, meterResponse } from "../anthropic-messages/decode-response";
import { messagesDemand } from "../anthropic-messages/demand";
import { encodeResponse } from "../anthropic-messages/encode-response";
import { failureOfAnswer } from "../anthropic-messages/failures";
import { messagesRules } from "../anthropic-messages/mends/rules";
import { answerTexts, requestTexts } from "../anthropic-messages/verbatim";
import { textBytesOfCompletion } from "../completion-text-bytes";
import { createDemand } from "../demand";
import { requireString } from "../fields";
import { framings } from "../framings";
import { lookAlikeFields } from "../look-alike-fields";
import type { Operation } from "../operation";
import { failureOfWhole } from "../read-failure";
import { decodeEnvelope, decodeRequest, envelopeFields } from "./decode-request";
import { embeddingsAsked, embeddingTranslation, familyOf, meterEmbeddings } from "./embeddings";
import { encodeRequest } from "./encode-request";
import { createStreamDecoder, createStreamEncoder, createStreamMeter } from "./streams";

/** `POST /model/{id}/invoke` and `/invoke-with-response-stream`. The path says model and streaming: a body passes as it is. */
export const completion: Operation = {
  paths: { whole: "/model/{model}/invoke", stream: "/model/{model}/invoke-with-response-stream" },
  body: "json",
  envelopeFields,
  decodeEnvelope,
  decodeRequest,
  requestTexts,
  askedInstead: embeddingsAsked,
  charge: "input-and-output",
  demand: messagesDemand,
  outputLimit: () => "max_tokens",
  patchRequest: () => ({}),
  mends: messagesRules,
  tellsTools: true,
  translation: {
    endpoint: { encodeResponse, createStreamEncoder },
    codec: { encodeRequest, decodeResponse, answerTexts, createStreamDecoder },
  },
  answer: {
    kind: "json",
    failure: failureOfAnswer,
    meter: meterResponse,
    textBytes: textBytesOfCompletion(decodeResponse),
    stream: { framing: framings["aws-event-stream"], createMeter: createStreamMeter },
  },
};

/** Vectors of Titan's and Cohere's models, in the form of each: a body passes as it is. */
export const embeddings: Operation = {
  paths: { whole: "/model/{model}/invoke" },
  body: "json",
  envelopeFields: [],
  decodeEnvelope: ({ model }) => ({ model: requireString(model, "modelId"), stream: false, n: 1, streamUsage: true }),
  charge: "input",
  demand: createDemand(
    { ...lookAlikeFields, externalMarks: [...lookAlikeFields.externalMarks, '"images"'] },
    { charge: "input", answers: () => 1, readsMedia: false },
  ),
  patchRequest: (_request, { model }) => {
    // Only input is held and charged for: nothing that writes may be asked so.
    familyOf(model);
    return {};
  },
  embedding: embeddingTranslation,
  answer: {
    kind: "json",
    failure: (body) => failureOfWhole(body, meterEmbeddings(body) !== undefined),
    meter: meterEmbeddings,
    // Cohere's say no usage. https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html
    inputCountHeader: "x-amzn-bedrock-input-token-count",
    textBytes: () => 0,
  },
};
