import type { CompletionRequest } from "#core/completion";
import type { JsonObject } from "#lib/json";
import { textBytesOfCompletion } from "../completion-text-bytes";
import { cannotCount, countAnswer } from "../count-answer";
import { countTranslation } from "../count-translation";
import { estimateInputTokens } from "../estimate-input";
import { framings } from "../framings";
import type { DecodedRequest, Operation } from "../operation";
import type { TargetFacts } from "../target-facts";
import type { EncodedRequest } from "../translation";
import { decodeEnvelope, envelopeFields } from "./decode-envelope";
import { decodeRequest } from "./decode-request";
import { decodeResponse } from "./decode-response";
import { responsesDemand } from "./demand";
import { responsesRules } from "./mends/rules";
import { createStreamMeter } from "./meter-stream";
import { failureOfAnswer, meterResponse } from "./response";
import { keptItems, responsePlaces, unfinishedId } from "./stored-responses";
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
  mends: responsesRules,
  objectPlaces: responsePlaces,
  keepsAnswers: true,
  keptItems,
  background: { unfinishedId, askedBy: "response" },
  translation: { endpoint, codec },
  answer: {
    kind: "json",
    failure: failureOfAnswer,
    meter: meterResponse,
    textBytes: textBytesOfCompletion(decodeResponse),
    stream: { framing: framings.sse, keepAlive, createMeter: createStreamMeter },
  },
};

/** `POST /v1/responses/input_tokens`: the same request, counted and not answered. */
export const countTokens: Operation = {
  paths: { whole: "/responses/input_tokens" },
  body: "json",
  envelopeFields,
  decodeEnvelope,
  decodeRequest,
  requestTexts,
  charge: "nothing",
  demand: responsesDemand,
  patchRequest,
  mends: responsesRules,
  translation: countTranslation({
    encodeRequest: encodeCountRequest,
    field: "input_tokens",
    encodeAnswer: encodeCount,
  }),
  answer: countAnswer("input_tokens"),
  fallback: {
    // Look-alikes lack this path.
    replaces: (failure) => failure.status === 404 || cannotCount(failure),
    answer: (request, model) => encodeCount(estimateInputTokens(request, model)),
    estimated: ["input_tokens"],
  },
};

/** `POST /v1/responses/compact`: a conversation in fewer items, some of which its maker alone can read. */
export const compaction: Operation = {
  paths: { whole: "/responses/compact" },
  body: "json",
  envelopeFields,
  decodeEnvelope,
  charge: "input-and-output",
  demand: responsesDemand,
  patchRequest,
  answer: {
    kind: "json",
    failure: failureOfAnswer,
    meter: meterResponse,
    textBytes: textBytesOfCompletion(decodeResponse),
  },
};

function encodeCount(tokens: number): JsonObject {
  return { object: "response.input_tokens", input_tokens: tokens };
}

/** https://platform.openai.com/docs/api-reference/responses/input-tokens: the fields that make up the input. */
const counted = ["model", "input", "tools", "tool_choice", "parallel_tool_calls", "reasoning", "text"];

function encodeCountRequest(request: CompletionRequest, target: TargetFacts): EncodedRequest {
  const { body, ...rest } = codec.encodeRequest(request, target);
  return {
    ...rest,
    body: Object.fromEntries(counted.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]]))),
  };
}

function patchRequest(_request: DecodedRequest, target: TargetFacts) {
  return { model: target.model };
}
