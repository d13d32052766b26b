import type { Completion, CompletionEvent, CompletionRequest, DialectName } from "#core/completion";
import type { GatewayError } from "#core/errors";
import type { Json, JsonObject } from "#lib/json";
import type { Envelope } from "./codec";

/** The client side of a dialect. Pure, as codecs are: ids and time are arguments. */
export type Endpoint = {
  readonly dialect: DialectName;
  /** Reads the envelope from the top-level fields. Throws GatewayError `invalid_request` naming the field. */
  readonly decodeEnvelope: (fields: JsonObject) => Envelope;
  /** The top-level fields that `decodeEnvelope` looks at; no other is parsed on the pass-through path. */
  readonly envelopeFields: readonly string[];
  /** Reads the whole request. Throws GatewayError `invalid_request` naming the field. */
  readonly decodeRequest: (body: Json) => CompletionRequest;
  /** Writes a whole answer as this dialect's JSON. */
  readonly encodeResponse: (completion: Completion, context: AnswerContext) => JsonObject;
  /** Writes a streamed answer. */
  readonly encodeStream: (context: AnswerContext) => StreamEncoder;
  /** The JSON body of an error answer. `requestId` goes in where the dialect has a place for it. */
  readonly encodeError: (error: GatewayError, requestId: string) => JsonObject;
  /** SSE text of an error after the first byte of a stream. */
  readonly encodeStreamError: (error: GatewayError, requestId: string) => string;
};

export type AnswerContext = {
  /** Our id of the request; used where the provider gave none. */
  readonly id: string;
  /** Seconds since the epoch, where the provider gave none. */
  readonly nowS: number;
  /** Whether the client asked for usage on its stream. */
  readonly streamUsage: boolean;
  /** What was asked, where an answer's form depends on it (calls of OpenAI's legacy `functions`). */
  readonly request?: CompletionRequest;
};

export type StreamEncoder = {
  /** SSE text for one event; "" when it has no counterpart. The text for `end` is the stream's terminal event. */
  readonly push: (event: CompletionEvent) => string;
  /** What could not be carried, known at the end. */
  readonly dropped: () => readonly string[];
};
