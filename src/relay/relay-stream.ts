import type { Frame, StreamFacts } from "./frame";
import type { OpenedStream } from "./open-stream";

/** How a stream reports on itself while it runs. */
export type StreamHooks = {
  /** Bytes are about to go out. */
  readonly onBytes: (bytes: Uint8Array) => void;
  /** A chunk of the provider was looked at. */
  readonly onProgress: (facts: StreamFacts) => void;
  /** The answer is complete; resolves when that is recorded. Only then the terminal bytes go out. */
  readonly onComplete: (facts: StreamFacts) => Promise<void>;
  /** The answer is incomplete, for a reason or because the body just ended. Gives the error event to send. */
  readonly onBroken: (cause: unknown, facts: StreamFacts) => Promise<string>;
  /** The client stopped reading, or the stream is over: nothing more is wanted of the provider. */
  readonly onClosed: (facts: StreamFacts) => Promise<void>;
};

/** Sends a stream to its end: every byte of a complete answer, or what came and an error event. Never a clean close of less. */
export async function* relayStream(opened: OpenedStream, hooks: StreamHooks): AsyncGenerator<Uint8Array> {
  const { head, rest, relay } = opened;
  try {
    for (let frames: readonly Frame[] | undefined = head; frames !== undefined; frames = await nextOf(rest)) {
      const facts = relay.facts();
      const finished = facts.error === undefined && frames.some((frame) => frame.terminal);
      if (finished) await hooks.onComplete(facts);
      else hooks.onProgress(facts);
      const bytes = joinFrames(frames);
      if (bytes !== undefined) {
        hooks.onBytes(bytes);
        yield bytes;
      }
      if (facts.error !== undefined) throw new ProviderStreamError();
      if (finished) {
        readOn(rest);
        return;
      }
    }
    const tail = relay.end();
    if (tail === undefined) throw new IncompleteStream();
    await hooks.onComplete(relay.facts());
    if (tail.bytes !== undefined) {
      hooks.onBytes(tail.bytes);
      yield tail.bytes;
    }
  } catch (cause) {
    yield Buffer.from(await hooks.onBroken(cause, relay.facts()));
  } finally {
    await hooks.onClosed(relay.facts());
  }
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
async function readOn(rest: AsyncIterator<readonly Frame[]>): Promise<void> {
  try {
    for (let chunks = 0; chunks < 16; chunks++) if ((await rest.next()).done === true) return;
    await rest.return?.();
  } catch {
    // The answer was complete; what its connection does now concerns nobody.
  }
}

async function nextOf(rest: AsyncIterator<readonly Frame[]>): Promise<readonly Frame[] | undefined> {
  const next = await rest.next();
  return next.done === true ? undefined : next.value;
}

/** One buffer for all frames of a chunk; no copy where they lie side by side in one. */
function joinFrames(frames: readonly Frame[]): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let contiguous = true;
  let end = -1;
  for (const { bytes } of frames) {
    if (bytes === undefined || bytes.length === 0) continue;
    const previous = parts.at(-1);
    if (previous !== undefined && (bytes.buffer !== previous.buffer || bytes.byteOffset !== end)) contiguous = false;
    end = bytes.byteOffset + bytes.length;
    parts.push(bytes);
  }
  const first = parts[0];
  if (first === undefined || parts.length === 1) return first;
  return contiguous ? new Uint8Array(first.buffer, first.byteOffset, end - first.byteOffset) : Buffer.concat(parts);
}
