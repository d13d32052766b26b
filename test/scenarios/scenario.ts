import type { Answer } from "../fake-provider/script.ts";

export type Dialect = "openai-chat" | "anthropic-messages";
export type Form = "whole" | "stream";

/** One way to play a scenario. Upstream `b` speaks the dialect that `a` does not, `c` speaks that of `a` again. */
export type Shape = {
  readonly client: Dialect;
  /** What upstream `a` speaks. */
  readonly target: Dialect;
  readonly form: Form;
};

/** One row of the table: what goes wrong, and what everybody then gets to see. */
export type Scenario = {
  /** Unique; part of every name that its cases use. */
  readonly id: string;
  readonly fault: string;
  /** In words, for the documentation. The rest of the row is what is checked. */
  readonly expected: string;
  /** All, where left out. */
  readonly forms?: readonly Form[];
  readonly targets?: readonly Dialect[];
  readonly upstreams: (shape: Shape) => readonly Upstream[];
  readonly ask?: Ask;
  /** A virtual key of its own, with these fields. */
  readonly key?: { readonly [field: string]: unknown };
  readonly want: (shape: Shape) => Want;
};

/** A provider of its own, tried in the order listed; the first is the route's target, the others its fallbacks. */
export type Upstream = {
  /** Answers in order; when they are used up it answers as it should. */
  readonly script?: readonly Scripted[];
  /** How many provider keys it has: 1 where left out. */
  readonly keys?: number;
  /** Where it is, if not at the fake provider: nobody listens there, the name does not exist, TLS where none is spoken. */
  readonly at?: "refused" | "unknown-host" | "plain-port";
  readonly timeouts?: { readonly [timer: string]: number };
  readonly retries?: { readonly [option: string]: number };
  readonly context?: number | "unknown";
  /** Dollars per million tokens. */
  readonly price?: { readonly input: number; readonly output: number };
};

/** `times` 0 means for ever. */
export type Scripted = { readonly answer: Answer; readonly times?: number };

export type Ask = {
  /** The user's message; `reply.ts` of the fake provider says what it may hold. */
  readonly content?: string;
  readonly maxTokens?: number;
  /** Calls made first, one after the other, which must be answered. */
  readonly callsBefore?: number;
  /** Calls that run meanwhile: they are sent, and end when the case does. */
  readonly callsMeanwhile?: number;
  /** The client leaves after so long, or after so many events. */
  readonly leaveAfterMs?: number;
  readonly leaveAfterEvents?: number;
  /** One more call afterwards, which must be answered by `a`. */
  readonly callAfter?: boolean;
};

export type Count = number | readonly [least: number, most: number];
export type Letter = "a" | "b" | "c";

export type Want = {
  /** Absent: the client left before it had one. */
  readonly status?: number;
  /** The whole text, of a complete answer. */
  readonly text?: string;
  /** So many words came, then an explicit error, and no end of the answer. */
  readonly cutAfterWords?: Count;
  /** In `x-headgate-error`, or in the error event of a stream that was cut. */
  readonly error?: string;
  readonly message?: RegExp;
  readonly by?: Letter;
  /** A header's exact value, what it must look like, or null where it must not be there. */
  readonly headers?: { readonly [name: string]: string | RegExp | null };
  readonly afterMs?: number;
  readonly withinMs?: number;
  /** Requests that each upstream saw; those that are not named saw none. Without the call after. */
  readonly seen: { readonly [letter in Letter]?: Count };
  /** Provider keys that `a` was asked with. */
  readonly keysSeen?: number;
  /** Upstream `a` saw its client go away within a second. */
  readonly aborted?: boolean;
  /** `none`: refused, and so not recorded. */
  readonly record: "none" | WantedRecord;
};

export type WantedRecord = {
  readonly outcome: "ok" | "error" | "cut" | "client-gone";
  /** Every attempt as `<upstream> <class of its failure>, <what came next>`, the parts that there are. */
  readonly trail?: readonly string[];
  /** Tokens as the provider reported them; that Headgate estimated them, with at least so much output; or nothing. */
  readonly usage:
    | { readonly kind: "reported"; readonly input: number; readonly output: number }
    | { readonly kind: "estimated"; readonly leastOutput: number }
    /** Either. */
    | { readonly kind: "at-least"; readonly output: number }
    | { readonly kind: "none" };
};
