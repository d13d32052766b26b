import type { Endpoint } from "../endpoint";
import {
  decodeCountEnvelope,
  decodeCountRequest,
  decodeEnvelope,
  decodeRequest,
  envelopeFields,
} from "./decode-request";
import { encodeResponse } from "./encode-response";
import { encodeStream } from "./encode-stream";
import { encodeError, encodeStreamError } from "./errors";
import { dialect } from "./wire";

/** `POST /v1/messages`, the client's side. */
export const anthropicMessagesEndpoint: Endpoint = {
  dialect,
  decodeEnvelope,
  envelopeFields,
  decodeRequest,
  encodeResponse,
  encodeStream,
  encodeError,
  encodeStreamError,
};

/** `POST /v1/messages/count_tokens`: the same request without `max_tokens`. */
export const anthropicCountTokensEndpoint: Endpoint = {
  ...anthropicMessagesEndpoint,
  decodeEnvelope: decodeCountEnvelope,
  decodeRequest: decodeCountRequest,
};
