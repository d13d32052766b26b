import type { Json } from "#lib/json";
import type { Completion, CompletionEvent, CompletionRequest } from "./completion";
import type { VirtualKey } from "./snapshot";

/**
 * Something on a request's way that is no part of the gateway: a guard, a cache, a plugin. `sees` declares what it needs
 * to look at. Where no step needs more than the envelope, bodies pass untouched; where there is no step, nothing is done
 * for any.
 */
export type Step = BlindStep | EnvelopeStep | RequestStep | AnswerStep;

/**
 * Steps before the first attempt. Each is called in order, once the request has its targets and before anything is held
 * for it. It refuses by throwing GatewayError, and anything else it throws fails the request as our own fault.
 */
export type BeforeStep = BlindStep | EnvelopeStep | RequestStep;

export type BlindStep = {
  readonly name: string;
  readonly sees: "nothing";
  readonly before: () => undefined | Promise<undefined>;
};

export type EnvelopeStep = {
  readonly name: string;
  readonly sees: "envelope";
  readonly before: (request: EnvelopeView) => OwnCompletion | undefined | Promise<OwnCompletion | undefined>;
};

export type RequestStep = {
  readonly name: string;
  readonly sees: "request";
  readonly before: (request: RequestView) => Verdict | undefined | Promise<Verdict | undefined>;
};

/**
 * Watches answers as they come. `observe` is called for each that begins; what it gives is called with every event of a
 * whole or a streamed one, before the client has it. Throwing there ends the answer with that error.
 */
export type AnswerStep = {
  readonly name: string;
  readonly sees: "answer";
  readonly observe: (request: EnvelopeView) => AnswerObserver | undefined;
};

export type AnswerObserver = (event: CompletionEvent) => void;

/** An answer of the step's own, in place of any provider's. */
export type OwnCompletion = { readonly answer: Completion };

/**
 * `request` takes the place of the client's: all that follows, limits too, goes by it. Its targets are chosen already,
 * so its model's name leads nowhere else.
 */
export type Verdict = OwnCompletion | { readonly request: CompletionRequest };

/** What is known of a request without decoding its body. */
export type EnvelopeView = {
  /** Ours. */
  readonly id: string;
  /** Endpoint name, e.g. `chat.completions`. */
  readonly endpoint: string;
  readonly model: string;
  readonly stream: boolean;
  readonly bodyBytes: number;
  readonly key: VirtualKey | undefined;
  readonly header: (name: string) => string | null;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
};

export type RequestView = EnvelopeView & {
  /** In the form of all dialects; undefined for a request that has none there (embeddings). */
  readonly completion: CompletionRequest | undefined;
  /** As the client wrote it. */
  readonly body: () => Json;
};
