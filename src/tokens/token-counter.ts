import type { CountAnswer, Counted, CountQuestion, Wanted } from "./token-messages";

/** Counts what a request makes a model read; resolves with nothing where that takes too long. */
export type CountTokens = (wanted: Wanted, body: Uint8Array) => Promise<Counted>;

/** More is not sent: with documents their bytes, without them its text. */
const mostBytes = { text: 256 * 1024, documents: 16 * 1024 * 1024 };
const mostWaiting = 64;

/**
 * Counts in a thread of its own, which begins with the first question. It takes some 100 MB, and so ends when it is not asked,
 * or when it does not answer.
 */
export class TokenCounter {
  private thread: Worker | undefined;
  private readonly pending = new Map<number, (counted: Counted) => void>();
  private questions = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly times = { answerMs: 1000, documentsMs: 4000, quietMs: 10_000 }) {}

  readonly count: CountTokens = ({ documents, tokenizer }, body) => {
    const most = documents ? mostBytes.documents : mostBytes.text;
    if (body.length > most || this.pending.size >= mostWaiting) return Promise.resolve(nothing);
    const { promise, resolve } = Promise.withResolvers<Counted>();
    const id = this.questions++;
    this.pending.set(id, resolve);
    const timeMs = documents ? this.times.documentsMs : this.times.answerMs;
    // A copy, for with a part of a buffer all of it would be sent.
    const question: CountQuestion = { id, tokenizer, documents, timeMs, body: Uint8Array.from(body) };
    this.running().postMessage(question);
    // One that has just begun takes longer than anybody waits: it is there for the next question.
    setTimeout(() => this.answer(id, nothing), timeMs).unref();
    return promise;
  };

  private running(): Worker {
    if (this.thread !== undefined) return this.thread;
    const thread = new Worker(new URL("./token-count-thread.ts", import.meta.url).href);
    thread.onmessage = ({ data: { id, counted } }: MessageEvent<CountAnswer>) => {
      this.answer(id, counted);
      this.endLater();
    };
    thread.onerror = this.end;
    thread.unref();
    this.thread = thread;
    this.endLater();
    return thread;
  }

  private answer(id: number, counted: Counted): void {
    this.pending.get(id)?.(counted);
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
    for (const id of this.pending.keys()) this.answer(id, nothing);
  };
}

const nothing: Counted = {};
