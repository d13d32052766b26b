import type { UpstreamFailure } from "#core/upstream-failure";
import type { ResponseFacts } from "#dialects/operation";
import type { StreamSaid } from "#dialects/stream-said";

/** What is known of an answer: the same of a whole and of a streamed one, passed through or translated. */
export type AnswerFacts = ResponseFacts & {
  /** By the rules of the provider's dialect, so far. */
  readonly complete: boolean;
  /** Bytes of text, reasoning and arguments, as UTF-8: a Chinese letter is about a token; of a whole answer counted only where `usage` is missing or doubtful. */
  readonly outputBytes: number;
  /** An error that the provider sent inside its stream. */
  readonly error?: UpstreamFailure;
  /** Of a stream whose events are numbered. */
  readonly said?: StreamSaid;
  /** What the client's dialect cannot carry. */
  readonly dropped: readonly string[];
};
