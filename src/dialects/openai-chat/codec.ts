import type { Codec, Envelope, TargetFacts } from "../codec";
import { readFailure } from "../read-failure";
import { decodeResponse, meterResponse } from "./decode-response";
import { createStreamDecoder } from "./decode-stream";
import { encodeRequest } from "./encode-request";
import { createStreamMeter } from "./meter-stream";
import { dialect } from "./wire";

/** The provider side of Chat Completions. */
export const openaiChatCodec: Codec = {
  dialect,
  encodeRequest,
  decodeResponse,
  decodeStream: createStreamDecoder,
  decodeError: readFailure,
  meterStream: createStreamMeter,
  meterResponse,
  patchRequest,
};

/** The model's name at the provider and, on streams, usage: the account needs it. */
function patchRequest(envelope: Envelope, target: TargetFacts) {
  if (!envelope.stream || target.quirks.includes("no-stream-options")) return { model: target.model };
  return { model: target.model, stream_options: { ...envelope.streamOptions, include_usage: true } };
}
