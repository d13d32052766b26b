import { type FieldChanges, removed } from "#lib/json-splice";
import { textBytesOfCompletion } from "../completion-text-bytes";
import { cannotCount, countAnswer } from "../count-answer";
import { countTranslation } from "../count-translation";
import { estimateInputTokens } from "../estimate-input";
import { framings } from "../framings";
import type { DecodedRequest, Operation } from "../operation";
import { fieldNamesOf } from "../request-body";
import type { TargetFacts } from "../target-facts";
import {
  decodeCountEnvelope,
  decodeCountRequest,
  decodeEnvelope,
  decodeRequest,
  envelopeFields,
} from "./decode-request";
import { decodeResponse, meterResponse } from "./decode-response";
import { messagesDemand } from "./demand";
import { encodeCount } from "./encode-request";
import { failureOfAnswer } from "./failures";
import { countRules, messagesRules } from "./mends/rules";
import { createStreamMeter } from "./meter-stream";
import { codec, endpoint } from "./translation";
import { requestTexts } from "./verbatim";

/** As Anthropic sends it: https://docs.claude.com/en/docs/build-with-claude/streaming#ping-events */
const keepAlive = Buffer.from('event: ping\ndata: {"type": "ping"}\n\n');

/** `POST /v1/messages`. */
export const completion: Operation = {
  paths: { whole: "/messages" },
  body: "json",
  envelopeFields,
  decodeEnvelope,
  decodeRequest,
  requestTexts,
  charge: "input-and-output",
  demand: messagesDemand,
  outputLimit: () => "max_tokens",
  patchRequest,
  mends: messagesRules,
  tellsTools: true,
  translation: { endpoint, codec },
  answer: {
    kind: "json",
    failure: failureOfAnswer,
    meter: meterResponse,
    textBytes: textBytesOfCompletion(decodeResponse),
    stream: { framing: framings.sse, keepAlive, createMeter: createStreamMeter },
  },
};

/** `POST /v1/messages/count_tokens`: the same request without `max_tokens`. */
export const countTokens: Operation = {
  paths: { whole: "/messages/count_tokens" },
  body: "json",
  envelopeFields,
  decodeEnvelope: decodeCountEnvelope,
  decodeRequest: decodeCountRequest,
  charge: "nothing",
  demand: messagesDemand,
  patchRequest: patchCount,
  mends: countRules,
  translation: countTranslation({
    field: "input_tokens",
    encodeAnswer: (tokens) => ({ input_tokens: tokens }),
    encodeRequest: encodeCount,
  }),
  answer: countAnswer("input_tokens"),
  fallback: {
    // Look-alikes often lack this path. Anthropic's own 404 has a type and speaks of the model.
    replaces: (failure) => (failure.status === 404 ? failure.type !== "not_found_error" : cannotCount(failure)),
    answer: (request, model) => ({ input_tokens: estimateInputTokens(request, model) }),
    estimated: ["input_tokens"],
  },
};

/** Vertex names the model of what is counted in the body: https://docs.claude.com/en/api/claude-on-vertex-ai */
function patchCount(request: DecodedRequest, target: TargetFacts): FieldChanges {
  const { messages_version: version } = target.traits;
  return version === undefined ? patchRequest(request, target) : { model: target.model, anthropic_version: version };
}

/**
 * The model, where the body names it. Clients of Vertex, whose paths say model and streaming, write a version into theirs, which
 * Anthropic refuses there.
 */
function patchRequest({ body, envelope }: DecodedRequest, { model, traits }: TargetFacts): FieldChanges {
  const { messages_version: version } = traits;
  if (version !== undefined) return { model: removed, anthropic_version: version };
  if (!fieldNamesOf(body).includes("anthropic_version")) return { model };
  return { model, anthropic_version: removed, stream: envelope.stream ? true : removed };
}
