import { EmptyAnswer, InvalidAnswer, type OrdinaryEvents } from "#dialects/operation";
import type { FrameParser, StreamEvent } from "#lib/frame-parser";
import { tryParseJson } from "#lib/json";
import type { AnswerFacts } from "../answer-facts";
import { type Frame, joinFrames, type StreamTransformer } from "./frame";

/**
 * `head`: the answer may still be replaced by another provider's; `body`: it is the client's;
 * `closing`: it is complete, and its last bytes wait for its record; `over`: nothing is read or sent any more.
 */
export type StreamState = "head" | "body" | "closing" | "over";

/** What is to be done next: read more of the provider, send bytes, or end the stream. */
export type Effect = "read" | Uint8Array | Ending;

export type Ending =
  /** Every choice has its finish. `bytes` are the last ones, which go out once the answer is recorded. */
  | { readonly how: "complete"; readonly bytes: Uint8Array | undefined }
  /** The provider's part is incomplete. */
  | { readonly how: "broken"; readonly cause: unknown };

/** More than this before the first token is sent on without waiting for it. */
const maxHeadBytes = 64 * 1024;
const newline = 10;
const colon = 0x3a;

/**
 * When a streamed answer begins, goes on and ends, with no input or output of its own: a driver gives it what the
 * provider sends and does what it says. There is no clean end but that of a complete answer, and what came before a
 * failure is sent before the failure ends the stream. No method throws.
 */
export class StreamMachine {
  private current: StreamState = "head";
  private sawTokenLast = false;
  /** What came up to the first token, until it is sent. */
  private head: Frame[] = [];
  private headBytes = 0;
  /** The provider's body has ended. */
  private ended = false;
  private isSilent = false;
  /** The body ended inside something that was to be an event. */
  private endedInside = false;
  /** Why nothing more will come, kept until what came before is sent. */
  private broken: { readonly cause: unknown } | undefined;

  /**
   * @param isReplaceable Another provider can be asked: all is held back up to the first token. Else nothing is, once the
   *   provider shows that it works.
   */
  constructor(
    private readonly parser: FrameParser,
    private readonly transformer: StreamTransformer,
    private readonly isReplaceable: boolean,
  ) {}

  get state(): StreamState {
    return this.current;
  }

  /** The head's frames, until they are sent: whether it holds the first token, and whether the provider's error. */
  get opening(): Pick<Frame, "token" | "failed"> {
    return this.head.at(-1) ?? { token: false, failed: false };
  }

  /** Something came, be it a comment. */
  get hasEvents(): boolean {
    return this.head.length > 0;
  }

  /** What was pushed last held a token. */
  get tookToken(): boolean {
    return this.sawTokenLast;
  }

  /** Nothing but usage and a closing mark may still come. */
  get isFinished(): boolean {
    return this.transformer.finished();
  }

  /** Characters of output so far: asked for with every chunk, and so to be had without the other facts. */
  get outputBytes(): number {
    return this.transformer.outputBytes();
  }

  /** Events that may be sent without being pushed, from now to the next `push`. */
  get ordinary(): OrdinaryEvents | undefined {
    const waits = this.current !== "body" || this.head.length > 0 || this.broken !== undefined || this.ended;
    return waits || this.parser.isBetween?.() !== true ? undefined : this.transformer.ordinary?.();
  }

  get facts(): AnswerFacts {
    return this.transformer.facts();
  }

  /** Bytes of the provider came. */
  push(chunk: Uint8Array): Effect {
    this.sawTokenLast = false;
    try {
      return this.take(this.parser.push(chunk));
    } catch (cause) {
      return this.cut(cause);
    }
  }

  /** The provider's body ended, or is taken for ended since it is finished and silent. */
  end(isSilent = false): Effect {
    this.ended = true;
    this.isSilent = isSilent;
    const isHead = this.current === "head";
    try {
      const effect = this.take(this.lastEvents());
      if (effect !== "read") return effect;
      if (this.current === "head") return this.endHead();
      return isHead ? "read" : this.next();
    } catch (cause) {
      return this.cut(cause);
    }
  }

  /** Nothing more can be read, for this reason. */
  cut(cause: unknown): Effect {
    return this.endWith({ how: "broken", cause });
  }

  /** What is to be done before anything more is read. */
  next(): Effect {
    if (this.head.length > 0) {
      const frame = joinFrames(this.head);
      this.head = [];
      return this.send(frame);
    }
    if (this.broken !== undefined) return this.cut(this.broken.cause);
    return this.ended ? this.endBody() : "read";
  }

  /** The stream was ended: it is recorded, or the client left. */
  close(): void {
    this.current = "over";
  }

  private take(events: readonly StreamEvent[]): Effect {
    const frame = this.frameOf(events);
    this.sawTokenLast = frame?.token === true;
    if (frame === undefined) return "read";
    return this.current === "head" ? this.hold(frame) : this.send(frame);
  }

  /** The frames of events that came together, as one. Undefined for no event at all. */
  private frameOf(events: readonly StreamEvent[]): Frame | undefined {
    const [first] = events;
    if (first === undefined) return undefined;
    if (events.length === 1) return this.transformer.push(first);
    const frames: Frame[] = [];
    for (const event of events) {
      try {
        frames.push(this.transformer.push(event));
      } catch (cause) {
        if (frames.length === 0) throw cause;
        this.broken = { cause };
      }
      if (this.broken !== undefined || frames.at(-1)?.failed === true) break;
    }
    return joinFrames(frames);
  }

  /** Keeps what came until there is a token, or a reason to wait for none. */
  private hold(frame: Frame): Effect {
    this.head.push(frame);
    this.headBytes += frame.bytes?.length ?? 0;
    const isTokenOrEnd = frame.token || frame.terminal || frame.failed;
    if (isTokenOrEnd || this.headBytes > maxHeadBytes) this.current = "body";
    else if (!this.isReplaceable && this.broken === undefined) this.current = "body";
    else if (this.broken !== undefined) return this.cut(this.broken.cause);
    return "read";
  }

  private send({ bytes, failed, terminal }: Frame): Effect {
    if (terminal && !failed) return this.endWith({ how: "complete", bytes });
    if (failed) this.broken = { cause: new ProviderStreamError() };
    return bytes ?? this.next();
  }

  /** What a body that ended without a token still owes. */
  private endHead(): Effect {
    const tail = this.transformer.end(this.isSilent);
    if (tail !== undefined) return this.hold(tail);
    return this.cut(this.saysNothing() ? nothingSaid() : new InvalidAnswer("the stream ended before its first token"));
  }

  private saysNothing(): boolean {
    const { finishReason, model, outputBytes, usage } = this.facts;
    const isNothing = finishReason === undefined && model === undefined && usage === undefined && outputBytes === 0;
    return isNothing && !this.endedInside;
  }

  /** An event that the end of the body cut off is no event, unless it lacks its blank line alone. */
  private lastEvents(): readonly StreamEvent[] {
    const { parser } = this;
    const last = parser.end();
    if (!parser.endedMidEvent()) return last;
    this.endedInside = last.some(({ raw }) => raw.find(isVisible) !== colon);
    return last.filter(({ data }) => tryParseJson(data) !== undefined).map(withBlankLine);
  }

  private endBody(): Effect {
    try {
      const tail = this.transformer.end(this.isSilent);
      return tail === undefined
        ? this.cut(this.saysNothing() ? nothingSaid() : new IncompleteStream())
        : this.endWith({ how: "complete", bytes: tail.bytes });
    } catch (cause) {
      return this.cut(cause);
    }
  }

  private endWith(ending: Ending): Ending {
    this.current = ending.how === "complete" ? "closing" : "over";
    return ending;
  }
}

function nothingSaid(): EmptyAnswer {
  return new EmptyAnswer("the stream carried no event");
}

/** The body ended before the answer was complete by its dialect's rules. */
export class IncompleteStream extends Error {
  override readonly name = "IncompleteStream";
}

/** The provider sent an error inside its stream; `facts.error` has it. */
export class ProviderStreamError extends Error {
  override readonly name = "ProviderStreamError";
}

function isVisible(byte: number): boolean {
  return byte > 0x20;
}

function withBlankLine(event: StreamEvent): StreamEvent {
  const missing = event.raw.at(-1) === newline ? "\n" : "\n\n";
  return { event: event.event, data: event.data, raw: Buffer.concat([event.raw, Buffer.from(missing)]) };
}
