import { InvalidAnswer } from "#dialects/operation";
import type { FrameParser } from "#lib/frame-parser";
import type { UpstreamResponse } from "#upstream/upstream";
import { type Frame, joinFrames, type StreamRelay } from "./frame";
import { createFrameSource, type FrameSource } from "./frame-source";

/** A stream whose first token (or end) has come: from here on the answer is the client's. */
export type OpenedStream = {
  /** Everything up to and including the first token. */
  readonly head: Frame;
  readonly rest: FrameSource;
  readonly relay: StreamRelay;
  /** Told when the provider's part ends incomplete. */
  readonly onBroken?: () => void;
};

/** More than this before the first token is sent on without waiting for it. */
const maxHeadBytes = 64 * 1024;

/**
 * Reads until the first token, so that a provider that fails before it can be replaced unseen: `head.failed` tells of
 * its error event. Throws InvalidAnswer for a stream that ends before its first token without being complete.
 */
export async function openStream(
  response: UpstreamResponse,
  parser: FrameParser,
  relay: StreamRelay,
): Promise<OpenedStream> {
  const rest = createFrameSource(response.chunks[Symbol.asyncIterator](), parser, relay);
  try {
    const head = await readHead(rest, relay);
    // From here on the idle timer is enough, also where much came without a token.
    response.sawToken();
    return { head, rest, relay };
  } catch (cause) {
    rest.close();
    throw cause;
  }
}

async function readHead(rest: FrameSource, relay: StreamRelay): Promise<Frame> {
  const frames: Frame[] = [];
  let bytes = 0;
  for (;;) {
    const frame = await rest.next();
    if (frame === undefined) {
      frames.push(tailOf(relay, frames.length));
      break;
    }
    frames.push(frame);
    bytes += frame.bytes?.length ?? 0;
    if (frame.token || frame.terminal || frame.failed || bytes > maxHeadBytes) break;
  }
  return joinFrames(frames);
}

/** What a body that ended without a token still owes. */
function tailOf(relay: StreamRelay, frames: number): Frame {
  const tail = relay.end();
  if (tail !== undefined) return tail;
  throw new InvalidAnswer(frames === 0 ? "the stream carried no event" : "the stream ended before its first token");
}
