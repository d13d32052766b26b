import { textBytesOfCompletion } from "../completion-text-bytes";
import { cannotCount, countAnswer } from "../count-answer";
import { framings } from "../framings";
import type { Operation } from "../operation";
import { countTranslation, decodeCountEnvelope, decodeCountRequest, estimateCount } from "./count-tokens";
import { decodeEnvelope, decodeRequest, envelopeFields } from "./decode-request";
import { decodeResponse, meterResponse } from "./decode-response";
import { converseDemand } from "./demand";
import { failureOfAnswer } from "./failures";
import { converseRules } from "./mends/rules";
import { createStreamMeter } from "./meter-stream";
import { codec, endpoint } from "./translation";
import { countTexts, requestTexts } from "./verbatim";

/** `POST /model/{id}/converse` and `/converse-stream`. The path says model and streaming: a body passes as it is. */
export const completion: Operation = {
  paths: { whole: "/model/{model}/converse", stream: "/model/{model}/converse-stream" },
  body: "json",
  envelopeFields,
  decodeEnvelope,
  decodeRequest,
  requestTexts,
  charge: "input-and-output",
  demand: converseDemand,
  outputLimit: () => "inferenceConfig.maxTokens",
  patchRequest: () => ({}),
  mends: converseRules,
  translation: { endpoint, codec },
  answer: {
    kind: "json",
    failure: failureOfAnswer,
    meter: meterResponse,
    textBytes: textBytesOfCompletion(decodeResponse),
    stream: { framing: framings["aws-event-stream"], createMeter: createStreamMeter },
  },
};

/** `POST /model/{id}/count-tokens`: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html */
export const countTokens: Operation = {
  paths: { whole: "/model/{model}/count-tokens" },
  body: "json",
  envelopeFields: [],
  decodeEnvelope: decodeCountEnvelope,
  decodeRequest: decodeCountRequest,
  requestTexts: countTexts,
  charge: "nothing",
  demand: converseDemand,
  patchRequest: () => ({}),
  translation: countTranslation,
  answer: countAnswer("inputTokens"),
  fallback: {
    // Regions and models without it say so in words.
    replaces: (failure) => failure.status === 404 || cannotCount(failure),
    answer: (request, model) => ({ inputTokens: estimateCount(request, model) }),
    estimated: ["inputTokens"],
  },
};
