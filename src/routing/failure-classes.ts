import type { FailureSubject, GatewayError } from "#core/errors";

/**
 * What can go wrong with an attempt, and what follows from it. The one table of it: routing decides by its rows, health
 * counts by them, accounts charge by them, and `docs/internals/failures.md` is tied to it by a test.
 */
export const failureClasses = {
  refused: { retries: "all", elsewhere: "next-target", ifNoneLeft: "end", health: "error", billed: "nothing" },
  reset: { retries: "all", elsewhere: "next-target", ifNoneLeft: "end", health: "error", billed: "nothing" },
  unreachable: { retries: "none", elsewhere: "next-target", ifNoneLeft: "end", health: "error", billed: "nothing" },
  "server-error": { retries: "one", elsewhere: "next-target", ifNoneLeft: "end", health: "error", billed: "nothing" },
  unavailable: { retries: "none", elsewhere: "next-target", ifNoneLeft: "retry", health: "error", billed: "nothing" },
  "rate-limited": {
    retries: "none",
    elsewhere: "next-key-after-back-off",
    ifNoneLeft: "retry",
    health: "hold-target",
    billed: "nothing",
  },
  "key-refused": { retries: "none", elsewhere: "next-key", ifNoneLeft: "end", health: "hold-key", billed: "nothing" },
  timeout: { retries: "none", elsewhere: "next-target", ifNoneLeft: "end", health: "count", billed: "input" },
  "unknown-model": {
    retries: "none",
    elsewhere: "next-target",
    ifNoneLeft: "end",
    health: "ignore",
    billed: "nothing",
  },
  "invalid-answer": { retries: "none", elsewhere: "next-target", ifNoneLeft: "end", health: "error", billed: "input" },
  "empty-answer": { retries: "none", elsewhere: "next-target", ifNoneLeft: "end", health: "error", billed: "nothing" },
  unreadable: { retries: "none", elsewhere: "next-target-once", ifNoneLeft: "end", health: "ignore", billed: "input" },
  unwritable: {
    retries: "none",
    elsewhere: "next-target-once",
    ifNoneLeft: "end",
    health: "ignore",
    billed: "nothing",
  },
  "context-length": {
    retries: "none",
    elsewhere: "larger-context",
    ifNoneLeft: "end",
    health: "alive",
    billed: "nothing",
  },
  "content-filter": { retries: "none", elsewhere: "nowhere", ifNoneLeft: "end", health: "alive", billed: "nothing" },
  "bad-request": { retries: "none", elsewhere: "nowhere", ifNoneLeft: "end", health: "alive", billed: "nothing" },
  "client-gone": { retries: "none", elsewhere: "nowhere", ifNoneLeft: "end", health: "ignore", billed: "input" },
  gateway: { retries: "none", elsewhere: "nowhere", ifNoneLeft: "end", health: "ignore", billed: "input" },
} as const satisfies { readonly [name: string]: FailureRule };

export type FailureClass = keyof typeof failureClasses;

export type FailureRule = {
  /** How often the same target is asked again before any other: as often as the provider's `retries.max` says, once, never. */
  readonly retries: "all" | "one" | "none";
  /**
   * Who is asked then. `next-key` tries the provider's other keys before other targets, `next-target-once` ends the
   * request when it comes a second time.
   */
  readonly elsewhere:
    | "next-target"
    | "next-target-once"
    | "next-key"
    | "next-key-after-back-off"
    | "larger-context"
    | "nowhere";
  /** What happens when no other target is left. */
  readonly ifNoneLeft: "retry" | "end";
  /**
   * What it says of the target: an error, an error that does not eject it (it is slow, not dead), a wait, a wait for the key
   * everywhere, that it lives, nothing.
   */
  readonly health: "error" | "count" | "hold-target" | "hold-key" | "alive" | "ignore";
  /** What the provider may have charged for. Its own account of usage, where it came, goes before this. */
  readonly billed: "nothing" | "input";
};

/**
 * The class of a provider's error: what its words are about goes before its status, whatever that is. A content filter
 * alone is not believed of a server that failed, for it would end the request.
 */
export function classifyStatus(status: number, subject?: FailureSubject): FailureClass {
  switch (subject) {
    case "dead-key":
      return "key-refused";
    case "rate-limit":
      return "rate-limited";
    case "overloaded":
      return status === 429 ? "rate-limited" : "unavailable";
    case "context-length":
    case "unknown-model":
      return subject;
    case "content-filter":
      return status < 500 ? subject : classOf(status);
    case undefined:
      return classOf(status);
  }
}

function classOf(status: number): FailureClass {
  switch (status) {
    case 401:
    case 402:
    case 403:
      return "key-refused";
    // A path that is not served, and what is served no more, are no fault of the request either.
    case 404:
    case 405:
    case 410:
      return "unknown-model";
    case 408:
      return "timeout";
    case 429:
      return "rate-limited";
    case 500:
      return "server-error";
    // Bedrock's model failed (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html), and
    // Groq's flex tier has no room (https://console.groq.com/docs/errors).
    case 424:
    case 498:
      return "unavailable";
    default:
      if (status >= 500) return "unavailable";
      return status >= 400 ? "bad-request" : "invalid-answer";
  }
}

/** The class of an attempt that failed without an error status. */
export function classifyError(error: GatewayError): FailureClass {
  if (error.code === "client_closed") return "client-gone";
  const { fault = "invalid" } = error.options;
  if (fault === "unwritable") return fault;
  if (error.source !== "upstream") return "gateway";
  switch (fault) {
    case "invalid":
      return "invalid-answer";
    case "empty":
      return "empty-answer";
    default:
      return fault;
  }
}
