import type { AnswerFacts } from "../answer-facts";
import type { Frame } from "./frame";
import type { FrameSource } from "./frame-source";
import type { OpenedStream } from "./open-stream";

/** How a stream reports on itself while it runs. Exactly one of `onComplete`, `onBroken` and `onLeft` ends it, or the first two where completing fails. */
export type StreamHooks = {
  /** Bytes are about to go out. */
  readonly onBytes: (bytes: Uint8Array) => void;
  /** A chunk of the provider was looked at. */
  readonly onProgress: (outputChars: number) => void;
  /** The answer is complete; resolves when that is recorded. Only then the terminal bytes go out. */
  readonly onComplete: (facts: AnswerFacts) => Promise<void>;
  /** The answer is incomplete, for a reason or because the body just ended. Gives the error event to send, "" for none. */
  readonly onBroken: (cause: unknown, facts: AnswerFacts) => Promise<string>;
  /** The client stopped reading before the end. */
  readonly onLeft: (facts: AnswerFacts) => Promise<void>;
};

type Result = IteratorResult<Uint8Array, undefined>;

const ended: Result = { done: true, value: undefined };

/**
 * Sends a stream to its end: every byte of a complete answer, or what came and an error event. Never a clean close of
 * less. An iterator by hand, for an async generator costs 3 µs an event more. Calls of `next` must not overlap;
 * `return` may come at any time.
 */
export function relayStream(
  { head, rest, relay, onBroken }: OpenedStream,
  hooks: StreamHooks,
): Required<AsyncIterator<Uint8Array, undefined>> & AsyncIterable<Uint8Array> {
  let first: Frame | undefined = head;
  let cause: unknown;
  /** How it ends is decided: nothing more is asked of the provider. */
  let over = false;

  const send = (bytes: Uint8Array): Result => {
    hooks.onBytes(bytes);
    return { done: false, value: bytes };
  };

  const breakOff = async (why: unknown): Promise<Result> => {
    // After a whole answer only its record can have failed.
    if (!over) onBroken?.();
    over = true;
    rest.close();
    const text = await hooks.onBroken(why, relay.facts());
    return text === "" ? ended : { done: false, value: Buffer.from(text) };
  };

  const complete = async (bytes: Uint8Array | undefined): Promise<Result> => {
    over = true;
    try {
      await hooks.onComplete(relay.facts());
    } catch (why) {
      return breakOff(why);
    }
    void readOn(rest);
    return bytes === undefined ? ended : send(bytes);
  };

  const onFrame = (frame: Frame | undefined): Result | Promise<Result> => {
    if (over) return ended;
    if (frame === undefined) {
      const tail = relay.end();
      return tail === undefined ? breakOff(new IncompleteStream()) : complete(tail.bytes);
    }
    const { bytes, failed, terminal } = frame;
    if (terminal && !failed) return complete(bytes);
    if (failed) cause = new ProviderStreamError();
    else hooks.onProgress(relay.outputChars());
    return bytes === undefined ? next() : send(bytes);
  };

  const onFailure = (why: unknown): Result | Promise<Result> => (over ? ended : breakOff(why));

  /** Whatever fails in here has to end the stream with a word and a record. */
  const onArrival = (frame: Frame | undefined): Result | Promise<Result> => {
    try {
      return onFrame(frame);
    } catch (why) {
      return onFailure(why);
    }
  };

  const next = (): Promise<Result> => {
    if (over) return Promise.resolve(ended);
    if (cause !== undefined) return breakOff(cause);
    if (first === undefined) return rest.next().then(onArrival, onFailure);
    const frame = first;
    first = undefined;
    return Promise.resolve(frame).then(onArrival);
  };

  const iterator = {
    [Symbol.asyncIterator]: () => iterator,
    next,
    return: async (): Promise<Result> => {
      if (over) return ended;
      over = true;
      rest.close();
      await hooks.onLeft(relay.facts());
      return ended;
    },
    throw: (): Promise<Result> => iterator.return(),
  };
  return iterator;
}

/** The body ended before the answer was complete by its dialect's rules. */
export class IncompleteStream extends Error {
  override readonly name = "IncompleteStream";
}

/** The provider sent an error inside its stream; `facts().error` has it. */
export class ProviderStreamError extends Error {
  override readonly name = "ProviderStreamError";
}

/** Reads what still follows a complete answer (chunked coding's last bytes), so that the connection can be used again. */
async function readOn(rest: FrameSource): Promise<void> {
  try {
    for (let chunks = 0; chunks < 16; chunks++) if ((await rest.next()) === undefined) return;
  } catch {
    // The answer was complete; what its connection does now concerns nobody.
  }
  rest.close();
}
