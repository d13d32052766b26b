import { textBytesOfCompletion } from "../completion-text-bytes";
import { framings } from "../framings";
import type { DecodedRequest, Operation } from "../operation";
import type { TargetFacts } from "../target-facts";
import { decodeEnvelope, envelopeFields } from "./decode-envelope";
import { decodeRequest } from "./decode-request";
import { decodeResponse } from "./decode-response";
import { responsesDemand } from "./demand";
import { createStreamMeter } from "./meter-stream";
import { failureOfAnswer, meterResponse } from "./response";
import { codec, endpoint } from "./translation";
import { requestTexts } from "./verbatim";

/** As in Chat Completions: a comment with one newline. */
const keepAlive = Buffer.from(": ping\n");

/** `POST /v1/responses`. */
export const completion: Operation = {
  paths: { whole: "/responses" },
  body: "json",
  envelopeFields,
  decodeEnvelope,
  decodeRequest,
  requestTexts,
  charge: "input-and-output",
  demand: responsesDemand,
  outputLimit: () => "max_output_tokens",
  patchRequest,
  translation: { endpoint, codec },
  answer: {
    kind: "json",
    failure: failureOfAnswer,
    meter: meterResponse,
    textBytes: textBytesOfCompletion(decodeResponse),
    stream: { framing: framings.sse, keepAlive, createMeter: createStreamMeter },
  },
};

function patchRequest(_request: DecodedRequest, target: TargetFacts) {
  return { model: target.model };
}
