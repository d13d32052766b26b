/** What the load generator is asked to do, as JSON in its first argument, and what it prints at the end. */

export type Shot = {
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  readonly expect: Expected;
  /** Closes the connection after so many events: a client that went away. */
  readonly abortAfterEvents?: number;
  /** How many of all shots' weights; 1 unless it says so. */
  readonly weight?: number;
};

/** What the body of a right answer holds: some texts, or one text so often and another at its end. */
export type Expected =
  | { readonly kind: "whole"; readonly contains: readonly string[] }
  | { readonly kind: "stream"; readonly word: string; readonly words: number; readonly end: string };

export type Job = {
  readonly url: string;
  readonly shots: readonly Shot[];
  readonly seconds: number;
  /** A 503 is no wrong answer: it is counted as refused. */
  readonly mayRefuse?: boolean;
} & (
  | { readonly kind: "closed"; readonly connections: number }
  /**
   * So many requests a second, whether the ones before are answered or not, over at most so many connections. With
   * `patientMs` a connection that was refused is left alone for so long, as a client does that was told when to ask again.
   */
  | {
      readonly kind: "open";
      readonly perSecond: number;
      readonly connections: number;
      readonly patientMs?: number;
    }
  /** Opens a stream on each connection, prints `holding` when all have begun, and counts events for so long. */
  | { readonly kind: "hold"; readonly connections: number }
);

export type JobResult = {
  /** Answers that are complete and right, and those that were left on purpose. */
  readonly requests: number;
  readonly aborted: number;
  /** Words of streams, each in an event of its own. */
  readonly events: number;
  readonly wrong: number;
  /** Answers of status 503, where the job allows them. */
  readonly refused: number;
  /** The first few of the wrong ones. */
  readonly complaints: readonly string[];
  readonly seconds: number;
  /** Whole answers: to the last byte. Open loop: from the moment that the request was to be sent. */
  readonly latency: Percentiles;
  /** Of refusals: from the moment that the request was to be sent, and from the one that it was. */
  readonly refusal: Percentiles;
  readonly refusalFromSent: Percentiles;
  /** Streams: to the first word. */
  readonly firstWord: Percentiles;
  /** Open loop: how late the generator itself sent. */
  readonly lateness: Percentiles;
  /** Open loop: the most requests that were on their way at a time. */
  readonly mostRunning: number;
};

export type Percentiles = { readonly p50Us: number; readonly p99Us: number; readonly maxUs: number };
