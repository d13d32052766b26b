import type { Codec, Endpoint } from "../translation";
import { decodeResponse } from "./decode-response";
import { createStreamDecoder } from "./decode-stream";
import { createStreamEncoder, encodeResponse } from "./encode-answer";
import { encodeRequest } from "./encode-request";
import { answerTexts } from "./verbatim";

export const endpoint: Endpoint = { encodeResponse, createStreamEncoder };
export const codec: Codec = { encodeRequest, decodeResponse, answerTexts, createStreamDecoder };
