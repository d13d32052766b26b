import type { Codec } from "../codec";
import { readFailure } from "../read-failure";
import { decodeResponse, meterResponse } from "./decode-response";
import { decodeStream } from "./decode-stream";
import { encodeRequest } from "./encode-request";
import { meterStream } from "./meter-stream";
import { dialect } from "./wire";

/** Providers that speak the Messages API. */
export const anthropicMessagesCodec: Codec = {
  dialect,
  encodeRequest,
  decodeResponse,
  decodeStream,
  decodeError: readFailure,
  meterStream,
  meterResponse,
  patchRequest: (_envelope, target) => ({ model: target.model }),
};
