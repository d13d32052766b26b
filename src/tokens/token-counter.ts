import type { CountAnswer, CountQuestion, TokenizerName } from "./token-messages";

/** The most tokens that a request's text makes; undefined where that could not be counted in time. */
export type CountTokens = (tokenizer: TokenizerName, body: Uint8Array) => Promise<number | undefined>;

/** More is not counted: what waits for it has waited long enough then. */
const mostBytes = 256 * 1024;
const mostWaiting = 64;

/**
 * Counts in a thread of its own, which begins with the first question. It takes some 100 MB, and so ends when it is not asked,
 * or when it does not answer.
 */
export class TokenCounter {
  private thread: Worker | undefined;
  private readonly pending = new Map<number, (tokens: number | undefined) => void>();
  private questions = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly times = { answerMs: 1000, quietMs: 10_000 }) {}

  readonly count: CountTokens = (tokenizer, body) => {
    if (body.length > mostBytes || this.pending.size >= mostWaiting) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    const id = this.questions++;
    this.pending.set(id, resolve);
    // A copy, for with a part of a buffer all of it would be sent.
    const question: CountQuestion = { id, tokenizer, body: Uint8Array.from(body) };
    this.running().postMessage(question);
    // One that has just begun takes longer than anybody waits: it is there for the next question.
    setTimeout(() => this.answer(id, undefined), this.times.answerMs).unref();
    return promise;
  };

  private running(): Worker {
    if (this.thread !== undefined) return this.thread;
    const thread = new Worker(new URL("./token-count-thread.ts", import.meta.url).href);
    thread.onmessage = ({ data: { id, tokens } }: MessageEvent<CountAnswer>) => {
      this.answer(id, tokens);
      this.endLater();
    };
    thread.onerror = this.end;
    thread.unref();
    this.thread = thread;
    this.endLater();
    return thread;
  }

  private answer(id: number, tokens: number | undefined): void {
    this.pending.get(id)?.(tokens);
    this.pending.delete(id);
  }

  /** Unless there is another answer until then. */
  private endLater(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.end, this.times.quietMs);
    this.timer.unref();
  }

  private readonly end = (): void => {
    clearTimeout(this.timer);
    this.thread?.terminate();
    this.thread = undefined;
    for (const id of this.pending.keys()) this.answer(id, undefined);
  };
}
