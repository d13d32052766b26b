import type { Codec, Endpoint } from "../translation";
import { decodeResponse } from "./decode-response";
import { createStreamDecoder } from "./decode-stream";
import { encodeRequest } from "./encode-request";
import { encodeResponse } from "./encode-response";
import { createStreamEncoder } from "./encode-stream";

export const endpoint: Endpoint = { encodeResponse, createStreamEncoder };
export const codec: Codec = { encodeRequest, decodeResponse, createStreamDecoder };
