import type { Json, JsonObject } from "#lib/json";
import type { JsonText } from "#lib/json-text";
import type { UpstreamFailure } from "./upstream-failure";
import type { Usage } from "./usage";

/**
 * The name of a wire format that a client or a provider speaks, as the registry of dialects has it (`openai-chat`). A
 * plain name here: the vocabulary knows no dialect.
 */
export type DialectId = string;

/** Fields that only one dialect knows, kept under its name and given back to that dialect alone. */
export type Extensions = { readonly [dialect: DialectId]: JsonObject };

// ── The request ────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a client asks for, free of any dialect. The pivot of every translation. */
export type CompletionRequest = {
  /** The model name as the client wrote it. */
  readonly model: string;
  readonly stream: boolean;
  /** Whether the client wants usage on its stream (OpenAI's `stream_options.include_usage`; always true elsewhere). */
  readonly streamUsage: boolean;
  /** In order; system and developer messages stand where the client put them (Anthropic's `system` comes first). */
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  /** False forbids more than one tool call in a turn. */
  readonly parallelToolCalls?: boolean;
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly seed?: number;
  readonly stop: readonly string[];
  /** How many choices to answer with; 1 unless asked otherwise. */
  readonly n: number;
  readonly logprobs?: { readonly top: number };
  readonly reasoning?: ReasoningRequest;
  readonly outputFormat?: OutputFormat;
  /** An opaque id of the end user (OpenAI `user`/`safety_identifier`, Anthropic `metadata.user_id`). */
  readonly user?: string;
  readonly metadata?: JsonObject;
  readonly serviceTier?: string;
  readonly extensions: Extensions;
  /**
   * Fields that the rest of the request says too, as the client spelled them (`max_tokens`, legacy `functions`): given
   * back to their dialect, and no loss to any other.
   */
  readonly spelling?: Extensions;
};

export type ReasoningEffort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max";

/** `effort` and `budgetTokens` may each be absent; `enabled: false` switches reasoning off where that can be said. */
export type ReasoningRequest = {
  readonly enabled: boolean;
  /** The model decides how much (Anthropic `thinking: {type: "adaptive"}`). */
  readonly adaptive?: boolean;
  readonly effort?: ReasoningEffort;
  readonly budgetTokens?: number;
};

export type OutputFormat =
  | { readonly type: "text" }
  | { readonly type: "json" }
  | {
      readonly type: "json-schema";
      readonly name?: string;
      readonly description?: string;
      /** As the client wrote it. */
      readonly schema: JsonText;
      readonly strict?: boolean;
    };

export type Tool =
  | {
      readonly type: "function";
      readonly name: string;
      readonly description?: string;
      /** JSON Schema of the arguments, an object, as the client wrote it; absent means no arguments. */
      readonly parameters?: JsonText;
      readonly strict?: boolean;
      /** It is called with a text that is no JSON (OpenAI `custom`): `parameters` are those of a function that stands in. */
      readonly freeForm?: FreeForm;
      readonly cache?: CacheMarker;
      readonly extensions?: Extensions;
    }
  /** A tool that the provider itself runs (web search, code execution…): only its own dialect can carry it. */
  | { readonly type: "provider"; readonly dialect: DialectId; readonly definition: JsonObject };

/** What the text of a free-form tool has to be. */
export type FreeForm =
  | { readonly type: "text" }
  /** `syntax`: `lark` or `regex`. */
  | { readonly type: "grammar"; readonly syntax: string; readonly definition: string };

export type ToolChoice =
  | { readonly type: "auto" }
  | { readonly type: "none" }
  | { readonly type: "required" }
  | { readonly type: "tool"; readonly name: string }
  /** One of several named tools (OpenAI `allowed_tools`). */
  | { readonly type: "allowed"; readonly names: readonly string[]; readonly required: boolean };

export type CacheMarker = { readonly ttl: "5m" | "1h" };

export type Role = "system" | "developer" | "user" | "assistant";

/** One turn. Tool results are parts of a user message, wherever a dialect keeps them. */
export type Message = {
  readonly role: Role;
  /** Where the client's request has it, e.g. `system` or `messages[2]`; its place in `messages` when absent. */
  readonly path?: string;
  /** The participant's name (OpenAI `name`). */
  readonly name?: string;
  readonly content: readonly Part[];
  readonly extensions?: Extensions;
};

export type Part =
  | {
      readonly type: "text";
      readonly text: string;
      /** It means something to this dialect's own provider, and nothing to any other. */
      readonly onlyFor?: DialectId;
      readonly state?: ReasoningState;
      readonly cache?: CacheMarker;
      readonly extensions?: Extensions;
    }
  | {
      readonly type: "image";
      readonly source: MediaSource;
      readonly detail?: string;
      readonly state?: ReasoningState;
      readonly cache?: CacheMarker;
      readonly extensions?: Extensions;
    }
  | {
      readonly type: "document";
      readonly source: DocumentSource;
      readonly title?: string;
      /** What the client says about it to the model. */
      readonly context?: string;
      /** It is a result of the client's own search, found at this address or under this name (Anthropic `search_result`). */
      readonly foundAt?: string;
      readonly cache?: CacheMarker;
      readonly extensions?: Extensions;
    }
  /** In base64, or an address. Mistral's clients give no format. */
  | { readonly type: "audio"; readonly data: string; readonly format?: string }
  | { readonly type: "video"; readonly source: MediaSource; readonly extensions?: Extensions }
  | { readonly type: "refusal"; readonly text: string }
  | ReasoningPart
  | {
      readonly type: "tool-call";
      readonly id: string;
      readonly name: string;
      /** As the model wrote it, which may be broken. */
      readonly arguments: JsonText;
      /** It calls a free-form tool: the arguments hold its text alone (`dialects/free-form.ts`). */
      readonly freeForm?: true;
      /** The provider's id of the call as a piece of the conversation (`fc_…`), where it has one beside `id`. */
      readonly itemId?: string;
      readonly state?: ReasoningState;
      readonly cache?: CacheMarker;
      readonly extensions?: Extensions;
    }
  | {
      readonly type: "tool-result";
      readonly callId: string;
      readonly content: readonly Part[];
      readonly isError: boolean;
      readonly cache?: CacheMarker;
      readonly extensions?: Extensions;
    }
  /** A block that only `dialect` understands (server tool use, its results…), sent back there and nowhere else. */
  | { readonly type: "opaque"; readonly dialect: DialectId; readonly value: Json };

export type MediaSource =
  | { readonly type: "base64"; readonly mediaType: string; readonly data: string }
  | { readonly type: "url"; readonly url: string }
  | { readonly type: "file"; readonly dialect: DialectId; readonly fileId: string };

export type DocumentSource =
  | MediaSource
  | { readonly type: "text"; readonly text: string }
  /** Put together from texts and images. */
  | { readonly type: "parts"; readonly parts: readonly Part[] };

/**
 * Reasoning of an earlier turn. `state` is opaque to us: it goes back to `origin` unchanged, or is dropped and named.
 * Gemini signs any kind of part (https://ai.google.dev/gemini-api/docs/thought-signatures), so others have one too.
 */
export type ReasoningPart = {
  readonly type: "reasoning";
  readonly text: string;
  /** The text is the provider's summary of what the model thought. */
  readonly isSummary?: true;
  readonly state?: ReasoningState;
};

export type ReasoningState = {
  readonly origin: DialectId;
  /** Anthropic: the signature of a thinking block, or the data of a redacted one. Gemini: a thought signature. */
  readonly value: string;
  readonly redacted: boolean;
};

// ── The answer ─────────────────────────────────────────────────────────────────────────────────────────────────────

export type FinishReason =
  | "stop"
  | "length"
  | "tool-calls"
  | "content-filter"
  | "refusal"
  | "stop-sequence"
  | "pause"
  | "context-length"
  /** A word that is not known: nothing says that the answer is whole. */
  | "other";

export type Logprob = {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[] | null;
  readonly top: readonly {
    readonly token: string;
    readonly logprob: number;
    readonly bytes: readonly number[] | null;
  }[];
};

/** A citation in the field's common denominator, with the block as its dialect wrote it. */
export type Citation = {
  readonly url?: string;
  readonly title?: string;
  readonly citedText?: string;
  /** Character range in the item's text, where the provider gives one. */
  readonly start?: number;
  readonly end?: number;
  readonly origin: DialectId;
  readonly raw: Json;
};

/** One piece of an answer, complete. `choice` counts from 0, `index` is the item's place within its choice. */
export type Item = {
  readonly choice: number;
  readonly index: number;
  /** The provider's id of the piece (`msg_…`, `rs_…`, `fc_…`), where it has one; a call's own id is `id`. */
  readonly itemId?: string;
} & (
  | {
      readonly kind: "text";
      readonly text: string;
      readonly citations: readonly Citation[];
      readonly logprobs: readonly Logprob[];
      readonly state?: ReasoningState;
    }
  | { readonly kind: "reasoning"; readonly text: string; readonly isSummary?: true; readonly state?: ReasoningState }
  | {
      readonly kind: "tool-call";
      readonly id: string;
      readonly name: string;
      readonly arguments: JsonText;
      /** As in a request. */
      readonly freeForm?: true;
      readonly state?: ReasoningState;
      readonly extensions?: Extensions;
    }
  | { readonly kind: "refusal"; readonly text: string; readonly logprobs?: readonly Logprob[] }
  | ({ readonly kind: "image" } & MadeImage)
  | ({ readonly kind: "audio" } & MadeAudio)
  /** Server tools and whatever else only `dialect` can say: its block, as it wrote it. */
  | { readonly kind: "opaque"; readonly dialect: DialectId; readonly value: Json }
);

/** An image that the model made. */
export type MadeImage = { readonly source: MediaSource; readonly state?: ReasoningState };

/** Sound that the model made, in base64; `mediaType` as its provider names it, e.g. `audio/L16;codec=pcm;rate=24000`. */
export type MadeAudio = { readonly mediaType: string; readonly data: string; readonly state?: ReasoningState };

export type Finish = {
  readonly choice: number;
  readonly reason: FinishReason;
  /** The provider's own word, for the record and for its own dialect. */
  readonly raw?: string;
  readonly stopSequence?: string;
  /** What the provider says of an end that is not the ordinary one, for people to read. */
  readonly message?: string;
};

/** A whole answer. It decodes to the same items that it would have streamed. */
export type Completion = {
  /** The provider's id of the answer. */
  readonly id: string;
  /** The model that answered, as the provider names it. */
  readonly model: string;
  /** Seconds since the epoch, where the provider says so. */
  readonly createdS?: number;
  readonly items: readonly Item[];
  /** One per choice, ordered by choice. */
  readonly finishes: readonly Finish[];
  /** Absent when the provider reported none. */
  readonly usage?: Usage;
  readonly serviceTier?: string;
  readonly extensions: Extensions;
};

/**
 * A streamed answer. Items open, grow and close; several may be open at once (choices, parallel tool calls), addressed
 * by `(choice, index)`. `arguments-delta` text is appended to the call's JSON. `usage` may come more than once: the
 * last one stands, whole. After `end` nothing follows. A stream that stops without `end` is incomplete.
 */
export type CompletionEvent =
  | {
      readonly type: "start";
      readonly id: string;
      readonly model: string;
      readonly createdS?: number;
      readonly serviceTier?: string;
      readonly usage?: Usage;
      readonly extensions?: Extensions;
    }
  | ({
      readonly type: "item-start";
      readonly choice: number;
      readonly index: number;
      readonly itemId?: string;
    } & (
      | { readonly kind: "text" | "refusal" }
      | { readonly kind: "reasoning"; readonly isSummary?: true }
      | {
          readonly kind: "tool-call";
          readonly id: string;
          readonly name: string;
          readonly freeForm?: true;
          readonly state?: ReasoningState;
          readonly extensions?: Extensions;
        }
      /** Whole at once: no deltas follow. */
      | ({ readonly kind: "image" } & MadeImage)
      | ({ readonly kind: "audio" } & MadeAudio)
      | { readonly kind: "opaque"; readonly dialect: DialectId; readonly value: Json }
    ))
  | {
      readonly type: "text-delta";
      readonly choice: number;
      readonly index: number;
      readonly text: string;
      readonly logprobs?: readonly Logprob[];
    }
  | { readonly type: "arguments-delta"; readonly choice: number; readonly index: number; readonly json: string }
  | { readonly type: "citation"; readonly choice: number; readonly index: number; readonly citation: Citation }
  /** Of an open item of reasoning, or of one whose other content is signed (text). */
  | {
      readonly type: "reasoning-state";
      readonly choice: number;
      readonly index: number;
      readonly state: ReasoningState;
    }
  /** A delta of an opaque item, in its dialect's own form. */
  | { readonly type: "opaque-delta"; readonly choice: number; readonly index: number; readonly value: Json }
  | { readonly type: "item-end"; readonly choice: number; readonly index: number }
  | ({ readonly type: "finish" } & Finish)
  /** `serviceTier`: the tier that served, where the provider says so; replaces that of `start`. */
  | { readonly type: "usage"; readonly usage: Usage; readonly serviceTier?: string }
  /** The provider's own error in mid-stream. Nothing follows. */
  | { readonly type: "error"; readonly failure: UpstreamFailure }
  /** Every choice has its finish reason, or the terminal event came. `extensions` replace those of `start`, by dialect. */
  | { readonly type: "end"; readonly extensions?: Extensions };
