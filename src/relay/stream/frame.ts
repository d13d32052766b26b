import type { OrdinaryEvents } from "#dialects/operation";
import type { StreamEvent } from "#lib/frame-parser";
import type { AnswerFacts } from "../answer-facts";

/** What one event of the provider's stream, or several that came together, becomes for the client. */
export type Frame = {
  /** Bytes to send; undefined when there is nothing. */
  readonly bytes: Uint8Array | undefined;
  /** Whether it carried text, reasoning or a tool call. */
  readonly token: boolean;
  /** Completes the answer: the record is written before these bytes go out. */
  readonly terminal: boolean;
  /** The provider's own error came in here: nothing after it counts, and we word it for the client (`facts().error`). */
  readonly failed: boolean;
};

/** Turns a provider's events into the client's bytes; one for pass-through, one for translation. */
export type StreamTransformer = {
  /** Throws InvalidAnswer for an event that is not of the provider's dialect. */
  readonly push: (event: StreamEvent) => Frame;
  /** Events that may go on as they are, without `push`, from now to the next `push`. Absent where none ever may. */
  readonly ordinary?: () => OrdinaryEvents | undefined;
  /** Every choice has its finish reason: nothing but usage and a closing mark may still come. */
  readonly finished: () => boolean;
  /**
   * The body ended, or fell silent after it was finished (`isSilent`): whatever is still owed to the client. `undefined`
   * when the answer is incomplete.
   */
  readonly end: (isSilent: boolean) => Frame | undefined;
  /** Characters relayed so far: the one fact that is asked for with every chunk, so it is had without the others. */
  readonly outputBytes: () => number;
  readonly facts: () => AnswerFacts;
};

/** One frame for several; no copy where their bytes lie side by side in one buffer. */
export function joinFrames(frames: readonly Frame[]): Frame {
  const [first] = frames;
  if (first !== undefined && frames.length === 1) return first;
  return {
    bytes: joinBytes(frames),
    token: frames.some((frame) => frame.token),
    terminal: frames.some((frame) => frame.terminal),
    failed: frames.some((frame) => frame.failed),
  };
}

function joinBytes(frames: readonly Frame[]): Uint8Array | undefined {
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
