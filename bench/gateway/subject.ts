import type { Shot } from "./load/job.ts";

/** One request as a row wants it, before it is worded for the one that is measured. */
export type Question = {
  /** What the client speaks. */
  readonly client: Dialect;
  /** What the provider speaks; another one has to be translated. */
  readonly provider: Dialect;
  /** Which upstream answers: whole over plain TCP or TLS, or a stream as `<events>x<ms apart>`. */
  readonly upstream: Upstream;
  /** Bytes of the prompt, about. */
  readonly promptBytes: number;
  /** Which of the subject's virtual keys asks: without limits, with six of them, or any of very many. */
  readonly key?: "limited" | "many";
};

export type Dialect = "openai-chat" | "anthropic-messages";
export type Upstream = "whole" | "tls" | `${number}x${number}`;

export type Process = { readonly role: string; readonly pid: number };

/** What is measured: the floor, a gateway, or a peer. */
export type Subject = {
  readonly name: string;
  readonly url: string;
  /** All of them; what they are for is its own word. */
  readonly processes: () => readonly Process[];
  /** The requests that ask this of it, in turns; undefined where it cannot do that. */
  readonly shots: (question: Question) => readonly Shot[] | undefined;
  /** Resolves when it has done what it puts off until after the answer. */
  readonly settled: () => Promise<void>;
  /** What it does beside passing bytes on, and what it leaves out: a comparison is worth no more than this. */
  readonly does: string;
  readonly stop: () => Promise<void>;
};
