import { type FieldChanges, removed } from "#lib/json-splice";
import { textBytesOfCompletion } from "../completion-text-bytes";
import { framings } from "../framings";
import type { DecodedRequest, Operation } from "../operation";
import type { TargetFacts } from "../target-facts";
import { decodeEnvelope, envelopeFields } from "./decode-envelope";
import { decodeRequest } from "./decode-request";
import { decodeResponse, failureOfAnswer, meterResponse, meterVectors } from "./decode-response";
import { completionDemand, embeddingsDemand, textCompletionDemand } from "./demand";
import { embeddingTranslation } from "./embeddings";
import { textEndpoint } from "./encode-text-completion";
import { completionRules } from "./mends/rules";
import { createStreamMeter } from "./meter-stream";
import { completionPlaces } from "./stored-completions";
import { decodeTextRequest } from "./text-completion";
import { textCompletionBytes } from "./text-completion-bytes";
import { codec, endpoint } from "./translation";
import { requestTexts } from "./verbatim";

/**
 * A comment with one newline, not two: decoders that dispatch an event at every blank line (openai-python, openai-go) take
 * the second for an event without data. https://github.com/openai/openai-python/issues/2722
 */
const keepAlive = Buffer.from(": ping\n");

/** Chat Completions. */
export const completion: Operation = {
  paths: { whole: "/chat/completions" },
  body: "json",
  envelopeFields,
  decodeEnvelope,
  decodeRequest,
  requestTexts,
  charge: "input-and-output",
  demand: completionDemand,
  outputLimit,
  patchRequest,
  objectPlaces: completionPlaces,
  mends: completionRules,
  translation: { endpoint, codec },
  answer: {
    kind: "json",
    failure: failureOfAnswer,
    meter: meterResponse,
    textBytes: textBytesOfCompletion(decodeResponse),
    stream: { framing: framings.sse, keepAlive, createMeter: createStreamMeter },
  },
};

/** Completions of a text, the legacy API. */
export const textCompletion: Operation = {
  paths: { whole: "/completions" },
  body: "json",
  envelopeFields,
  decodeEnvelope,
  decodeRequest: decodeTextRequest,
  standIn: { operation: "completion", endpoint: textEndpoint },
  charge: "input-and-output",
  demand: textCompletionDemand,
  outputLimit: () => "max_tokens",
  patchRequest,
  answer: {
    kind: "json",
    failure: failureOfAnswer,
    meter: meterResponse,
    textBytes: textCompletionBytes,
    stream: { framing: framings.sse, keepAlive, createMeter: createStreamMeter },
  },
};

export const embeddings: Operation = {
  paths: { whole: "/embeddings" },
  body: "json",
  envelopeFields,
  decodeEnvelope,
  charge: "input",
  demand: embeddingsDemand,
  patchRequest,
  embedding: embeddingTranslation,
  answer: { kind: "json", failure: failureOfAnswer, meter: meterVectors, textBytes: () => 0 },
};

/** The older name where the newer is not known to be taken: a limit of ours must not be passed over. */
function outputLimit({ output_limit: name }: TargetFacts["traits"]): string {
  return name === "max_completion_tokens" || name === "either" ? "max_completion_tokens" : "max_tokens";
}

/** The model's name at the provider, and on streams usage, where the target can be asked for it: every token has to be accounted for. */
function patchRequest({ envelope }: DecodedRequest, { model, traits }: TargetFacts): FieldChanges {
  if (traits.stream_usage === false) return { model, stream_options: removed };
  if (!envelope.stream) return { model };
  return { model, stream_options: { ...envelope.streamOptions, include_usage: true } };
}
