import type { AnswerHead } from "./answer-head";

/** Who is told of an answer as it is read. No call may throw. */
export type AnswerReceiver = {
  /** The head is read anew with the next answer: what is needed of it later must be taken now. */
  readonly head: (head: AnswerHead) => void;
  /** Bytes of the body, without its transfer coding. */
  readonly data: (bytes: Uint8Array) => void;
};
