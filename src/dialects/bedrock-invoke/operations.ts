import { decodeResponse, meterResponse } from "../anthropic-messages/decode-response";
import { messagesDemand } from "../anthropic-messages/demand";
import { encodeResponse } from "../anthropic-messages/encode-response";
import { failureOfAnswer } from "../anthropic-messages/failures";
import { messagesRules } from "../anthropic-messages/mends/rules";
import { answerTexts, requestTexts } from "../anthropic-messages/verbatim";
import { textBytesOfCompletion } from "../completion-text-bytes";
import { framings } from "../framings";
import type { Operation } from "../operation";
import { decodeEnvelope, decodeRequest, envelopeFields } from "./decode-request";
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
