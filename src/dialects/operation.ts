import type { CompletionRequest } from "#core/completion";
import type { Demand } from "#core/demand";
import type { ObjectReference } from "#core/object-reference";
import type { ClientLabels } from "#core/record";
import type { UpstreamFailure } from "#core/upstream-failure";
import type { Usage } from "#core/usage";
import type { StreamEvent } from "#lib/frame-parser";
import type { Json, JsonObject } from "#lib/json";
import type { FieldChanges } from "#lib/json-splice";
import type { JsonPlace } from "#lib/json-text";
import type { Traits } from "#traits/vocabulary";
import type { EmbeddingTranslation } from "./embedding-translation";
import type { Framing, Reframing } from "./framings";
import type { GatewayAsk } from "./gateway-ask";
import type { MendRule } from "./mend";
import type { RequestBody } from "./request-body";
import type { StreamSaid } from "./stream-said";
import type { TargetFacts } from "./target-facts";
import type { Endpoint, Translation } from "./translation";

/**
 * One kind of request that can be made in a dialect: what is read of it before it is sent, what it may cost, where it
 * goes, and how its answer is measured as it passes through. Pure.
 */
export type Operation = OperationBase & (JsonBody | FormBody | OptionalBody);

type JsonBody = {
  /** How its requests come, and go on. */
  readonly body: "json";
  /** Through the pivot, to and from providers of another dialect that has it too. Absent: passed through or not served. */
  readonly translation?: Translation;
};

/** A form with files (`multipart/form-data`), which codecs cannot write. Its text fields are strings wherever fields are read. */
type FormBody = { readonly body: "multipart"; readonly translation?: undefined };

/** JSON, or none at all: with a stored object. */
type OptionalBody = { readonly body: "optional-json"; readonly translation?: undefined };

type OperationBase = {
  /**
   * Where its own provider takes it, behind the dialect's `pathPrefix`, with a query where there is one; `{model}` stands
   * for the model's name, `{id}` and `{item}` for those of a stored object and of something in it. `stream` where a streamed answer
   * has a path of its own.
   */
  readonly paths: { readonly whole: string; readonly stream?: string };
  /** The top-level fields that `decodeEnvelope` looks at; no other is parsed where nothing else is asked for. */
  readonly envelopeFields: readonly string[];
  /** Reads the envelope from the top-level fields. Throws GatewayError `invalid_request` naming the field. */
  readonly decodeEnvelope: (fields: JsonObject) => Envelope;
  /** Reads the whole request. Throws GatewayError `invalid_request` naming the field. Absent where the pivot has no words for it. */
  readonly decodeRequest?: (body: Json) => CompletionRequest;
  /** Where a request holds JSON that `decodeRequest` takes over as it was written (`writtenText`). */
  readonly requestTexts?: readonly JsonPlace[];
  /** Through the pivot of embeddings, to and from providers of another dialect that has it too; for JSON alone. */
  readonly embedding?: EmbeddingTranslation;
  /** What a body at its path asks for where that is another operation's. Absent: nothing. */
  readonly askedInstead?: AskedInstead;
  /** How providers that do not have it are asked in its place. Absent: they are not. */
  readonly standIn?: StandIn;
  /** What a provider is paid for. `nothing`: neither held nor charged. */
  readonly charge: "nothing" | "input" | "input-and-output";
  /** The most that a request may make a provider do, held against every limit before it is sent. */
  readonly demand: (request: DecodedRequest) => Demand;
  /** The field by which a target is told the most output, as its traits name it. Absent: it cannot be told. */
  readonly outputLimit?: (traits: Traits) => string;
  /** The listed changes to a request that passes through; everything else keeps its bytes. */
  readonly patchRequest: (request: DecodedRequest, target: TargetFacts) => FieldChanges;
  /** Whether its usage counts what tools of the provider did. */
  readonly tellsTools?: true;
  /** Where its answers, whole or in an event, name stored objects: clients are told ids of ours. Absent: nowhere. */
  readonly objectPlaces?: readonly ObjectPlace[];
  /** How a provider tells that it goes on after its answer, and where that is asked for. Absent: none does. */
  readonly background?: BackgroundForm;
  /** Whether the gateway keeps its answers, for clients to go on from, where the provider speaks another dialect. */
  readonly keepsAnswers?: true;
  /** How its requests name single items of answers that the gateway keeps, in place of the items. Absent: they do not. */
  readonly keptItems?: KeptItemForm;
  /**
   * The answer to what is asked of an object that the gateway keeps, as JSON text; `id` as the client knows it. Throws GatewayError
   * where it has none. Absent: objects of the kind are not kept here.
   */
  readonly keptAnswer?: (kept: KeptObject, asked: { readonly method: string; readonly query: string }) => string;
  /** What makes a request fit its target, whichever way it comes: by the target's traits. Absent: nothing does. */
  readonly mends?: readonly MendRule[];
  readonly answer: JsonAnswer | BinaryAnswer;
  /** Our own answer, where no provider gives one. */
  readonly fallback?: LocalAnswer;
};

/** The name of another operation by a request's top-level fields; undefined where the request is this one's. */
type AskedInstead = (fieldNames: readonly string[]) => string | undefined;

/** Another operation, through the pivot, whose answers this one's clients can be told. */
export type StandIn = {
  readonly operation: string;
  /** The client's side of completions, which this operation has no provider's side for. Absent for embeddings. */
  readonly endpoint?: Endpoint;
};

export type JsonAnswer = {
  readonly kind: "json";
  /** The error that a whole answer under status 200 is or holds: one that broke off on the way is no answer. */
  readonly failure: (body: Json) => UpstreamFailure | undefined;
  /** Reads usage and finish reason out of a whole answer. `undefined` where it is not an answer to this operation. */
  readonly meter: (body: Json) => ResponseFacts | undefined;
  /** The header that counts the input's tokens where the body does not. Absent: none does. */
  readonly inputCountHeader?: string;
  /** Bytes of a whole answer's text, reasoning and arguments, as UTF-8: those that its stream would have carried. */
  readonly textBytes: (body: Json) => number;
  /** How it is streamed; absent for one that never is, whatever the request says. */
  readonly stream?: StreamForm;
};

/** Bytes that are passed on as they are, with their type: speech, images, files. */
export type BinaryAnswer = {
  readonly kind: "binary";
  /** The media types that a provider is asked for. */
  readonly accept: string;
  /** What the bytes say of usage, where they say anything. */
  readonly meter: (body: Uint8Array) => ResponseFacts;
  readonly stream?: undefined;
};

export type StreamForm = {
  readonly framing: Framing;
  /**
   * What may stand between two events, before the first too, to show that the connection lives. Absent where the framing
   * has no words that every client passes over.
   */
  readonly keepAlive?: Uint8Array;
  /** The form in which a client with this query wants it; undefined for the framing itself. */
  readonly reframing?: (query: string) => Reframing | undefined;
  /** Watches a stream of the same dialect whose bytes pass through untouched. */
  readonly createMeter: (options: MeterOptions) => StreamMeter;
};

/** What a provider's error says: the status for the client, the provider's own type, and the words. */
export type UnservedFailure = {
  readonly status: number;
  readonly type: string | undefined;
  readonly message: string;
};

/** An answer that the gateway can give itself, marked in `x-headgate-estimated`. */
export type LocalAnswer = {
  /** Whether a provider's error means that it does not know the operation, so that ours stands in. */
  readonly replaces: (failure: UnservedFailure) => boolean;
  /** `model`: what the asked name leads to. */
  readonly answer: (request: CompletionRequest, model: string) => JsonObject;
  /** The fields of the answer that are estimates. */
  readonly estimated: readonly string[];
};

/** A client's request, read as far as anything asked for. */
export type DecodedRequest = {
  readonly body: RequestBody;
  readonly envelope: Envelope;
  /** What it asked of the gateway itself, which its body holds no more. */
  readonly gateway?: GatewayAsk | undefined;
  /** Decodes the rest, once, when a translation needs it. Throws GatewayError `invalid_request`. */
  readonly full: () => CompletionRequest;
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
  /** Whether it tells the model to reason, or not to; absent: the model's own way. */
  readonly reasoning?: boolean;
  /** What the client says of whom and what it is for. */
  readonly labels?: ClientLabels;
  /** The stored objects that it refers to: only where they live can it be served. */
  readonly objects?: readonly ObjectReference[];
  /** The client does not wait for the answer, but comes back for it. */
  readonly isBackground?: boolean;
  /** Its answer is stored at the provider, under an id that clients come back with. */
  readonly isStored?: boolean;
};

export type BackgroundForm = {
  /** The id of an answer that is not complete; undefined for one that is, whatever came of it. */
  readonly unfinishedId: (body: Json) => string | undefined;
  /** The operation by which it is asked for. */
  readonly askedBy: string;
};

/** An item in a request's `input` that stands for one of an earlier answer. */
export type KeptItemForm = {
  /** What a body without such items does not contain. */
  readonly mark: string;
  /** The request whose answer it is of, and its id there; undefined for any other item. */
  readonly named: (item: Json) => { readonly request: string; readonly id: string } | undefined;
};

/** An answer that is kept, and the items that were asked, as JSON texts. */
export type KeptObject = { readonly id: string; readonly input: string; readonly response: string };

/** `path`: keys from the top, `*` for every element of a list. `kind`: what the ids there begin with, e.g. `resp`. */
export type ObjectPlace = { readonly kind: string; readonly path: readonly string[] };

export type MeterOptions = {
  /** Usage was asked for by us, not by the client: its chunk is taken out again. */
  readonly hideUsage: boolean;
  /** How many choices were asked for, each of which has to finish; 1 when absent. */
  readonly choices?: number;
  /** The client breaks on events that carry nothing, comments too: they are taken out. */
  readonly hideIdle?: boolean;
};

/** A meter's verdict on one event. `token` says whether it carried text, reasoning or a tool call. */
export type MeterVerdict = {
  readonly forward: boolean;
  readonly token: boolean;
  /** True for the event that completes the answer: record and settle before it goes out. */
  readonly terminal: boolean;
  /** It may be the answer's last, of a dialect that has no closing mark: it is kept until more comes, or the body ends. */
  readonly mayBeLast?: boolean;
  /** It was parsed, or has the bytes of one that was; of any other it is checked that its JSON was not cut. */
  readonly whole?: boolean;
};

/**
 * Events that a stream's meter knows by their bytes: they are tokens, and nothing is to be learnt of them but how long their
 * text is.
 */
export type OrdinaryEvents = {
  /** Bytes of text of the event that stands from there to there; 0 where it is none of them. Counts nothing. */
  readonly textBytesIn: (bytes: Uint8Array, from: number, to: number) => number;
  /** Such an event passes, without `push`. */
  readonly passes: (textBytes: number) => void;
};

export type StreamMeter = {
  /** Cheap for ordinary events: looks for markers in the text, parses only what may carry usage, a finish or an error. */
  readonly push: (event: StreamEvent) => MeterVerdict;
  /** Absent where each event has to be kept or taken apart. */
  readonly ordinary?: OrdinaryEvents;
  /** `facts().outputBytes` alone, without gathering the rest: asked for with every chunk. */
  readonly outputBytes: () => number;
  /** Every choice has its finish reason: nothing but usage and a closing mark may still come. Asked for with every chunk. */
  readonly finished: () => boolean;
  readonly facts: () => ResponseFacts & {
    /** Complete by the dialect's rules, so far. */
    readonly complete: boolean;
    /** The closing mark (`data: [DONE]`) that a finished answer lacks, to be appended when it ends without; else "". */
    readonly missingTail: string;
    /** Bytes of text, reasoning and arguments relayed so far, as UTF-8, for an estimate where usage never comes. */
    readonly outputBytes: number;
    readonly said?: StreamSaid;
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

/** A provider's answer that is not what its dialect promises. Becomes 502 `upstream_invalid_response`. */
export class InvalidAnswer extends Error {
  override readonly name: string = "InvalidAnswer";
}

/** One with nothing in it: no provider charges for that. */
export class EmptyAnswer extends InvalidAnswer {
  override readonly name = "EmptyAnswer";
}
