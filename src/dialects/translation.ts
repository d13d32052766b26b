import type { Completion, CompletionEvent, CompletionRequest } from "#core/completion";
import type { StreamEvent } from "#lib/frame-parser";
import type { Json, JsonObject } from "#lib/json";
import type { JsonPlace } from "#lib/json-text";
import type { StreamSaid } from "./stream-said";
import type { TargetFacts } from "./target-facts";

/**
 * An operation through the pivot: the endpoint serves clients of its dialect, the codec asks providers of its dialect.
 * Any endpoint works with any codec.
 */
export type Translation = { readonly endpoint: Endpoint; readonly codec: Codec };

/** The client side. Pure: ids and time are arguments. */
export type Endpoint = {
  /** A whole answer as this dialect's JSON, for `writeJson`. */
  readonly encodeResponse: (completion: Completion, context: AnswerContext) => JsonObject;
  /** Writes a streamed answer. */
  readonly createStreamEncoder: (context: AnswerContext) => StreamEncoder;
};

/** The provider side. Pure. Never throws on what a provider sent but `InvalidAnswer`. */
export type Codec = {
  /** Builds the provider's request body. Throws GatewayError `unsupported_parameter` where nothing sensible can be sent. */
  readonly encodeRequest: (request: CompletionRequest, target: TargetFacts) => EncodedRequest;
  /** Reads a whole answer (status 2xx). Throws InvalidAnswer when it is not one of this dialect. */
  readonly decodeResponse: (body: Json) => Completion;
  /** Where a whole answer holds JSON that `decodeResponse` takes over as it was written (`writtenText`). */
  readonly answerTexts?: readonly JsonPlace[];
  /** Reads a streamed answer, event by event. */
  readonly createStreamDecoder: () => StreamDecoder;
};

export type AnswerContext = {
  /** Our id of the request; used where the provider gave none. */
  readonly id: string;
  /** Seconds since the epoch, where the provider gave none. */
  readonly nowS: number;
  /** Whether the client asked for usage on its stream. */
  readonly streamUsage: boolean;
  /** The request's tokens as estimated: told where an answer has to say them before the provider does. */
  readonly inputTokens?: number;
  /** The gateway keeps the answer, under this id. */
  readonly kept?: { readonly id: string };
  /** What the gateway keeps that the request goes on from, as the client named it. */
  readonly continues?: string;
  /** What was asked, where an answer's form depends on it (calls of OpenAI's legacy `functions`). */
  readonly request?: CompletionRequest;
};

export type StreamEncoder = {
  /** Text for one event, which the dialect's framing writes as bytes; "" when it has no counterpart. That for `end` is the stream's terminal event. */
  readonly push: (event: CompletionEvent) => string;
  /** What could not be carried, known at the end. */
  readonly dropped: () => readonly string[];
  readonly said?: () => StreamSaid;
};

export type EncodedRequest = {
  /** For `writeJson`. */
  readonly body: JsonObject;
  /** Extra request headers this body needs, e.g. a beta flag. */
  readonly headers: { readonly [name: string]: string };
  /** What could not be carried: paths in the client's request, e.g. `top_k`, `messages[1].content[0]`. */
  readonly dropped: readonly string[];
  /** Where the client's request has what each message of the body says; absent: at the same place. */
  readonly messagePaths?: readonly string[];
};

export type StreamDecoder = {
  /** Events for one event of the framing. Throws InvalidAnswer for one that is not of this dialect. */
  readonly push: (event: StreamEvent) => readonly CompletionEvent[];
  /** Every choice has its finish reason: nothing but usage and a closing mark may still come. Asked for with every chunk. */
  readonly finished: () => boolean;
  /**
   * The body ended, or fell silent after it was finished (`isSilent`), where a closing mark may be missing. True when the
   * answer is complete by the dialect's rules, and gives what is still owed (`end`).
   */
  readonly finish: (isSilent?: boolean) => { readonly complete: boolean; readonly events: readonly CompletionEvent[] };
  /** The usage so far, where it is told with the end alone: a stream that breaks off is charged by it. */
  readonly usage?: () => UsageEvent | undefined;
};

export type UsageEvent = Extract<CompletionEvent, { readonly type: "usage" }>;
