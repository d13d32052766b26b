import type { Completion, CompletionEvent, CompletionRequest, DialectName } from "#core/completion";
import type { Usage } from "#core/usage";
import type { StreamEvent } from "#lib/frame-parser";
import type { Json, JsonObject } from "#lib/json";

/**
 * The provider side of a dialect. Pure: no I/O, no clock, no randomness; what it needs is handed in.
 * A codec never throws on what a provider sent but `InvalidAnswer`.
 */
export type Codec = {
  readonly dialect: DialectName;
  /** Builds the provider's request body. Throws GatewayError `unsupported_parameter` where nothing sensible can be sent. */
  readonly encodeRequest: (request: CompletionRequest, target: TargetFacts) => EncodedRequest;
  /** Reads a whole answer (status 2xx). Throws InvalidAnswer when it is not one of this dialect. */
  readonly decodeResponse: (body: Json) => Completion;
  /** Reads a streamed answer, event by event. */
  readonly decodeStream: () => StreamDecoder;
  /** Reads an error answer (status ≥ 400) of any shape; the body may be text that is not JSON. */
  readonly decodeError: (status: number, body: string) => UpstreamFailure;
  /** Watches a same-dialect stream whose bytes pass through untouched. */
  readonly meterStream: (options: MeterOptions) => StreamMeter;
  /** Reads usage and finish reasons out of a whole same-dialect answer. `undefined` where it is not one of this dialect. */
  readonly meterResponse: (body: Json) => ResponseFacts | undefined;
  /** The listed changes to a same-dialect request body, as top-level fields to set; everything else keeps its bytes. */
  readonly patchRequest: (envelope: Envelope, target: TargetFacts) => JsonObject;
};

/** What a codec may know of the target: facts from catalog and configuration. */
export type TargetFacts = {
  /** The model's name at the provider. */
  readonly model: string;
  /** The most tokens the model can put out; used where a dialect requires a limit and the client gave none. */
  readonly maxOutputTokens?: number;
  /** Named differences of look-alike providers, see `providers/provider.ts`. */
  readonly quirks: readonly string[];
};

export type EncodedRequest = {
  readonly body: JsonObject;
  /** Extra request headers this body needs, e.g. a beta flag. */
  readonly headers: { readonly [name: string]: string };
  /** What could not be carried: paths in the client's request, e.g. `top_k`, `messages[1].content[0]`. */
  readonly dropped: readonly string[];
};

export type StreamDecoder = {
  /** Events for one SSE event. Throws InvalidAnswer for one that is not of this dialect. */
  readonly push: (event: StreamEvent) => readonly CompletionEvent[];
  /** The body ended; true when the answer is complete by the dialect's rules, and gives what is still owed (`end`). */
  readonly finish: () => { readonly complete: boolean; readonly events: readonly CompletionEvent[] };
};

export type MeterOptions = {
  /** Usage was asked for by us, not by the client: its chunk is taken out again. */
  readonly hideUsage: boolean;
  /** How many choices were asked for, each of which has to finish; 1 when absent. */
  readonly choices?: number;
};

/** Per SSE event verdict of a meter. `token` says whether it carried text, reasoning or a tool call. */
export type MeterVerdict = {
  readonly forward: boolean;
  readonly token: boolean;
  /** True for the event that completes the answer: record and settle before it goes out. */
  readonly terminal: boolean;
};

export type StreamMeter = {
  /** Cheap for ordinary events: looks for markers in the text, parses only what may carry usage, a finish or an error. */
  readonly push: (event: StreamEvent) => MeterVerdict;
  /** `facts().outputChars` alone, without gathering the rest: asked for with every chunk. */
  readonly outputChars: () => number;
  readonly facts: () => ResponseFacts & {
    /** Complete by the dialect's rules, so far. */
    readonly complete: boolean;
    /** What to append when the body ends complete but without its closing mark (`data: [DONE]`), else "". */
    readonly missingTail: string;
    /** Characters of text, reasoning and arguments relayed so far, for an estimate where usage never comes. */
    readonly outputChars: number;
    /** An error event that the provider itself sent. */
    readonly error?: UpstreamFailure;
  };
};

export type ResponseFacts = {
  readonly usage?: Usage;
  /** The first choice's finish reason in the provider's own word. */
  readonly finishReason?: string;
  /** The model as the provider names it. */
  readonly model?: string;
  /** The tier that the provider says it served, in OpenAI's words (`default`, `flex`, `priority`), or `batch`, `fast`. */
  readonly serviceTier?: string;
};

export type UpstreamFailure = {
  readonly message: string;
  /** The provider's error type or code, e.g. `overloaded_error`. */
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
};

/** The few fields of a request that routing and limits need, read without decoding the rest. */
export type Envelope = {
  readonly model: string;
  readonly stream: boolean;
  readonly maxOutputTokens?: number;
  readonly n: number;
  /** OpenAI's `stream_options` as the client sent it. */
  readonly streamOptions?: JsonObject;
  readonly streamUsage: boolean;
};

/** A provider's answer that is not what its dialect promises. Becomes 502 `upstream_invalid_response`. */
export class InvalidAnswer extends Error {
  override readonly name = "InvalidAnswer";
}
