import type { Endpoint } from "../endpoint";
import { decodeEnvelope, envelopeFields } from "./decode-envelope";
import { decodeRequest } from "./decode-request";
import { encodeResponse } from "./encode-response";
import { createStreamEncoder } from "./encode-stream";
import { encodeError, encodeStreamError } from "./errors";
import { dialect } from "./wire";

/** The client side of Chat Completions. */
export const openaiChatEndpoint: Endpoint = {
  dialect,
  decodeEnvelope,
  envelopeFields,
  decodeRequest,
  encodeResponse,
  encodeStream: createStreamEncoder,
  encodeError,
  encodeStreamError,
};
