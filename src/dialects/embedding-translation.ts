import type { EmbeddingRequest, Embeddings } from "#core/embedding";
import type { Json, JsonObject } from "#lib/json";
import type { TargetFacts } from "./target-facts";
import type { EncodedRequest } from "./translation";

/** Embeddings through their pivot, to and from providers of another dialect that has them too. Pure. */
export type EmbeddingTranslation = {
  /** Reads a client's request. Throws GatewayError `invalid_request` naming what is no text. */
  readonly decodeRequest: (body: JsonObject) => EmbeddingRequest;
  /** Builds a provider's request. */
  readonly encodeRequest: (request: EmbeddingRequest, target: TargetFacts) => EncodedRequest;
  /** Reads a provider's answer. Throws InvalidAnswer when it is none. */
  readonly decodeResponse: (body: Json) => Embeddings;
  /** Writes an answer for a client. */
  readonly encodeResponse: (answer: Embeddings, request: EmbeddingRequest) => JsonObject;
};
