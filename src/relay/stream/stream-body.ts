import type { FrameParser } from "#lib/frame-parser";
import type { UpstreamResponse } from "#upstream/upstream";
import type { AnswerFacts } from "../answer-facts";
import type { StreamTransformer } from "./frame";
import { type Effect, type Ending, StreamMachine } from "./stream-machine";

/** A stream whose first token (or end) has come: from here on the answer is the client's. */
export type OpenedStream = {
  readonly machine: StreamMachine;
  readonly chunks: AsyncIterator<Uint8Array>;
};

/** How a stream is handed over and ended. */
export type StreamDelivery = {
  /** Bytes are about to go out, the last ones once `close` resolves; so many characters of output came so far. */
  readonly sending: (bytes: Uint8Array, outputChars: number) => void;
  /**
   * Called once. Resolves when the end is recorded: with undefined for a complete answer, whose last bytes then go out,
   * else with the text to send in their place ("" for none).
   */
  readonly close: (how: StreamEnd, facts: AnswerFacts) => Promise<string | undefined>;
};

/** `left`: the client stopped reading before the end. */
export type StreamEnd = Ending | { readonly how: "left" };

type Result = IteratorResult<Uint8Array, undefined>;

const over: Result = { done: true, value: undefined };

/**
 * Reads until the first token, so that a provider that fails before it can be replaced unseen: `opening.failed` says that
 * its error event came. Throws InvalidAnswer for a stream that ends before its first token without being complete.
 */
export async function openStream(
  response: UpstreamResponse,
  parser: FrameParser,
  transformer: StreamTransformer,
): Promise<OpenedStream> {
  const machine = new StreamMachine(parser, transformer);
  const chunks = response.chunks[Symbol.asyncIterator]();
  try {
    while (machine.state === "head") {
      const { done, value } = await chunks.next();
      const effect = done === true ? machine.end() : machine.push(value);
      if (isBroken(effect)) throw effect.cause;
    }
  } catch (cause) {
    closeChunks(chunks);
    throw cause;
  }
  // From here on the idle timer is enough, also where much came without a token.
  response.sawToken();
  return { machine, chunks };
}

/**
 * The driver of a stream: what the client reads is asked of the provider, and nothing before. An iterator by hand with
 * one promise callback an event, for an async generator costs 3 µs an event more. Calls of `next` must not overlap;
 * `return` may come at any time.
 */
export function streamBody(
  { chunks, machine }: OpenedStream,
  delivery: StreamDelivery,
): Required<AsyncIterator<Uint8Array, undefined>> & AsyncIterable<Uint8Array> {
  const send = (bytes: Uint8Array): Result => {
    delivery.sending(bytes, machine.outputChars);
    return { done: false, value: bytes };
  };

  const finish = async (ending: Ending): Promise<Result> => {
    const last = ending.how === "complete" && ending.bytes !== undefined ? send(ending.bytes) : over;
    if (ending.how === "broken") closeChunks(chunks);
    const text = await delivery.close(ending, machine.facts);
    machine.close();
    if (text === undefined) {
      void readOn(chunks);
      return last;
    }
    closeChunks(chunks);
    return text === "" ? over : { done: false, value: Buffer.from(text) };
  };

  const read = (): Promise<Result> => chunks.next().then(onArrival, onCut);

  const act = (effect: Effect): Result | Promise<Result> => {
    if (effect === "read") return read();
    return effect instanceof Uint8Array ? send(effect) : finish(effect);
  };

  /** What comes after the end is decided changes nothing any more. */
  const isDecided = () => machine.state === "closing" || machine.state === "over";
  const onArrival = ({ done, value }: IteratorResult<Uint8Array>): Result | Promise<Result> => {
    if (isDecided()) return over;
    return act(done === true ? machine.end() : machine.push(value));
  };
  const onCut = (cause: unknown): Result | Promise<Result> => (isDecided() ? over : act(machine.cut(cause)));

  const body = {
    [Symbol.asyncIterator]: () => body,
    next: (): Promise<Result> => {
      if (isDecided()) return Promise.resolve(over);
      const effect = machine.next();
      return effect === "read" ? read() : Promise.resolve(act(effect));
    },
    return: async (): Promise<Result> => {
      if (isDecided()) return over;
      machine.close();
      closeChunks(chunks);
      await delivery.close({ how: "left" }, machine.facts);
      return over;
    },
    throw: (): Promise<Result> => body.return(),
  };
  return body;
}

function isBroken(effect: Effect): effect is Extract<Ending, { how: "broken" }> {
  return typeof effect === "object" && "how" in effect && effect.how === "broken";
}

/** Gives a stream up unread: its connection is closed. */
export function closeStream({ chunks, machine }: OpenedStream): void {
  machine.close();
  closeChunks(chunks);
}

/** The answer is over either way; what its connection does now changes nothing. */
function closeChunks(chunks: AsyncIterator<Uint8Array>): void {
  chunks.return?.().catch(() => undefined);
}

/** Reads what still follows a complete answer (chunked coding's last bytes), so that the connection can be used again. */
async function readOn(chunks: AsyncIterator<Uint8Array>): Promise<void> {
  try {
    for (let count = 0; count < 16; count++) if ((await chunks.next()).done === true) return;
  } catch {
    return;
  }
  closeChunks(chunks);
}
