import { decodeResponse, meterResponse } from "../anthropic-messages/decode-response";
import { messagesDemand } from "../anthropic-messages/demand";
import { encodeResponse } from "../anthropic-messages/encode-response";
import { failureOfAnswer } from "../anthropic-messages/failures";
import { messagesRules } from "../anthropic-messages/mends/rules";
import { answerTexts, requestTexts } from "../anthropic-messages/verbatim";
import { textBytesOfCompletion } from "../completion-text-bytes";
import { requireString } from "../fields";
import { framings } from "../framings";
import { embeddingsDemand } from "../openai-chat/demand";
import type { Operation } from "../operation";
import { failureOfWhole } from "../read-failure";
import { decodeEnvelope, decodeRequest, envelopeFields } from "./decode-request";
import { embeddingTranslation, meterEmbeddings } from "./embeddings";
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

/** Vectors of Titan's and Cohere's models; clients ask for them in other dialects. */
export const embeddings: Operation = {
  paths: { whole: "/model/{model}/invoke" },
  body: "json",
  envelopeFields: [],
  decodeEnvelope: ({ model }) => ({ model: requireString(model, "modelId"), stream: false, n: 1, streamUsage: true }),
  charge: "input",
  demand: embeddingsDemand,
  patchRequest: () => ({}),
  embedding: embeddingTranslation,
  answer: {
    kind: "json",
    failure: (body) => failureOfWhole(body, meterEmbeddings(body) !== undefined),
    meter: meterEmbeddings,
    textBytes: () => 0,
  },
};
