/** What the fake provider can be told to do. Plain JSON: it travels over `POST /__script`. */
export type Rule = {
  /** Every given part must hold; a rule without any applies to every request. */
  readonly match?: {
    /** Part of the path. */
    readonly path?: string;
    readonly model?: string;
    /** The provider key that the request carries. */
    readonly key?: string;
    /** Part of the body's text. */
    readonly contains?: string;
  };
  /** How many requests it answers before it is used up: 1 when left out, 0 means for ever. */
  readonly times?: number;
  readonly answer: Answer;
};

/** How a stream ends once its events (or the first `cutAfter` of them) have been sent. */
export type Ending =
  /** The last chunk, as HTTP wants it. */
  | "complete"
  /** FIN without the last chunk. */
  | "close"
  /** RST. */
  | "reset"
  /** Nothing more, connection left open. */
  | "stall"
  /** A chunk whose size line is no number, then FIN. */
  | "malformed-chunk";

export type StreamOptions = {
  readonly cutAfter?: number;
  readonly ending?: Ending;
  /** Before the first event and between events. */
  readonly firstEventDelayMs?: number;
  readonly eventDelayMs?: number;
  /** Leaves out the `[DONE]` of the chat dialect. */
  readonly omitDone?: boolean;
};

type Head = { readonly status?: number; readonly headers?: { readonly [name: string]: string } };

export type Answer =
  /** What it would say without a script, streamed if asked to, with these changes. */
  | ({ readonly kind: "default"; readonly headersDelayMs?: number } & StreamOptions & Head)
  | ({ readonly kind: "json"; readonly body: unknown; readonly delayMs?: number } & Head)
  | ({ readonly kind: "text"; readonly body: string; readonly contentType?: string; readonly delayMs?: number } & Head)
  /** JSON, packed, whatever the request accepts. */
  | ({ readonly kind: "gzip"; readonly body: unknown } & Head)
  /** `repeat` sends the list that many times over. */
  | ({ readonly kind: "sse"; readonly events: readonly ScriptedEvent[]; readonly repeat?: number } & StreamOptions &
      Head)
  /** An error of this status in the shape and words of the dialect's own provider. */
  | { readonly kind: "error"; readonly status: number; readonly message?: string; readonly headers?: Head["headers"] }
  /** A whole answer whose text is this long. */
  | { readonly kind: "huge"; readonly bytes: number }
  /** The default whole answer, this many bytes at a time. */
  | { readonly kind: "trickle"; readonly bytesPerWrite: number; readonly delayMs: number }
  | { readonly kind: "redirect"; readonly location: string; readonly status?: number }
  /** These bytes on the socket, in place of an HTTP answer. */
  | { readonly kind: "raw"; readonly text: string; readonly ending: "close" | "reset" | "stall" }
  | { readonly kind: "never" }
  | { readonly kind: "reset" }
  | { readonly kind: "close" };

/** `raw` goes out as it is; otherwise a block of `event:` (when given) and `data:` is made, or a message with checksums. */
export type ScriptedEvent =
  | { readonly raw: string; readonly delayMs?: number }
  | { readonly data: unknown; readonly event?: string; readonly delayMs?: number }
  /** A message of an AWS event stream, of this type. */
  | { readonly frame: string; readonly data: unknown; readonly delayMs?: number };

/** One request as the fake provider saw it. Times are milliseconds since the epoch. */
export type LogEntry = {
  readonly id: number;
  readonly method: string;
  readonly path: string;
  /** Without the question mark; "" without one. */
  readonly query: string;
  /** Names in lower case, in the order received; a name may repeat. */
  readonly headerList: readonly (readonly [string, string])[];
  readonly headers: { readonly [name: string]: string };
  /** The body as text; of a very long one the first megabyte. */
  readonly body: string;
  readonly bodyBytes: number;
  readonly receivedAtMs: number;
  /** The status answered; absent while (or if) nothing was. */
  status?: number;
  /** Why the request was refused, if it was. */
  problem?: string;
  eventsSent: number;
  bytesSent: number;
  finishedAtMs?: number;
  /** When the peer went away before the answer was complete. */
  abortedAtMs?: number;
};

/** Takes the first rule that fits, using up one of its times. */
export class Script {
  #rules: { readonly rule: Rule; left: number }[] = [];

  add(rules: readonly Rule[]): void {
    for (const rule of rules)
      this.#rules.push({ rule, left: rule.times === 0 ? Number.POSITIVE_INFINITY : (rule.times ?? 1) });
  }

  clear(): void {
    this.#rules = [];
  }

  take(request: { path: string; body: string; model: string; key: string }): Answer {
    const found = this.#rules.find(({ rule, left }) => left > 0 && fits(rule, request));
    if (!found) return { kind: "default" };
    found.left -= 1;
    return found.rule.answer;
  }
}

function fits({ match }: Rule, request: { path: string; body: string; model: string; key: string }): boolean {
  if (!match) return true;
  return (
    (match.path === undefined || request.path.includes(match.path)) &&
    (match.model === undefined || request.model === match.model) &&
    (match.key === undefined || request.key === match.key) &&
    (match.contains === undefined || request.body.includes(match.contains))
  );
}
