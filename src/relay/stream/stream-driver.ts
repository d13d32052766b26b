import type { GatewayError } from "#core/errors";
import type { BodyWriter, StreamedBody } from "#core/inference";
import type { OrdinaryEvents } from "#dialects/operation";
import type { FrameParser } from "#lib/frame-parser";
import { dataOfOnlyChunk } from "#lib/http1/only-chunk";
import type { Ticker, Watched } from "#lib/ticker";
import type { BodyFlow, BodySink, UpstreamResponse } from "#upstream/upstream";
import type { AnswerFacts } from "../answer-facts";
import type { StreamTransformer } from "./frame";
import { type Effect, type Ending, StreamMachine } from "./stream-machine";
import { OpeningParser } from "./stream-opening";

/** How a stream is handed over and ended. */
export type StreamDelivery = {
  /** Bytes are about to go out, the last ones once `close` resolves; so many characters of output came so far. */
  readonly sending: (bytes: Uint8Array, outputBytes: number) => void;
  /** The bytes from there to there have gone out. */
  readonly sent: (bytes: Uint8Array, from: number, to: number, outputBytes: number) => void;
  /** The client left: whether the provider is to be read to its end even so. */
  readonly readsOn: () => boolean;
  /** So many bytes of output came of which nothing is sent. */
  readonly reading: (outputBytes: number) => void;
  /** The first token came. Not called where the stream's beginning held it. */
  readonly sawFirstToken: () => void;
  /**
   * Called once. Resolves when the end is recorded: with undefined for a complete answer, whose last bytes then go out,
   * else with the bytes to send in their place, if any.
   */
  readonly close: (how: StreamEnd, facts: AnswerFacts) => Promise<Uint8Array | undefined>;
};

/** `left`: the client stopped reading before the end. */
export type StreamEnd = Ending | { readonly how: "left" };

/** Reads that may follow a complete answer (chunked coding's last bytes) until its connection can be used again. */
const maxSurplusReads = 16;
/**
 * How long a finished answer may be silent: for its usage, and for the closing mark that some providers leave out on a
 * connection that they keep open.
 */
const graceMs = 2000;
/** At the end of a chunk. */
const crlfBytes = 2;

/** What a stream is read with. */
export type StreamReading = {
  readonly parser: FrameParser;
  readonly transformer: StreamTransformer;
  readonly ticker: Ticker;
  /** Another provider can be asked in its place. */
  readonly isReplaceable: boolean;
};

/**
 * Reads until the first token, so that a provider that fails before it can be replaced unseen: `opening.failed` says that
 * its error event came. Where none can be asked in its place, the first event is enough. Throws InvalidAnswer for a stream
 * that ends before that without being complete.
 */
export async function openStream(response: UpstreamResponse, reading: StreamReading): Promise<StreamDriver> {
  const { isReplaceable, parser, ticker, transformer } = reading;
  const opening = Promise.withResolvers<void>();
  const driver = new StreamDriver(response, new StreamMachine(parser, transformer, isReplaceable), ticker, opening);
  if (parser instanceof OpeningParser) parser.onOverdue = () => driver.end();
  await opening.promise;
  return driver;
}

/** What the provider's connection brought: bytes, the body's end, or why there is none. */
type Arrival = Uint8Array | "end" | "silence" | GatewayError;

/** Where a stream goes once it is the client's. */
type Handover = { readonly client: BodyWriter; readonly delivery: StreamDelivery };

/**
 * Carries a stream from the provider's connection to the client's: what one read brings goes out at once, with no promise
 * an event. A client that reads slower than the provider writes holds the provider back. The machine decides.
 */
export class StreamDriver implements BodySink, Watched {
  /** Watched only while it is finished and not complete. */
  place = -1;
  private readonly flow: BodyFlow;
  private readonly over = Promise.withResolvers<void>();
  /** What came after the first token while there was no client yet to write to. */
  private early: Arrival[] = [];
  private handover: Handover | undefined;
  /** The client has to read before the provider may go on. */
  private isFull = false;
  private isLeft = false;
  private surplusReads = 0;
  private tokenCame = false;
  /** What may pass without being looked at by the machine; undefined where nothing may. */
  private ordinary: OrdinaryEvents | undefined;
  /** When its last choice finished, or the last token came after that. */
  private finishedMs: number | undefined;

  /**
   * @param opening Resolved when the first token, or the end, is there; rejected with why the answer is none. Not kept
   *   longer: a stream may last for an hour.
   */
  constructor(
    private readonly response: UpstreamResponse,
    private readonly machine: StreamMachine,
    private readonly ticker: Ticker,
    private opening: PromiseWithResolvers<void> | undefined,
  ) {
    this.flow = response.start(this);
  }

  /** What the stream begins with, until it is sent. */
  get beginning(): StreamMachine["opening"] {
    return this.machine.opening;
  }

  /** Gives the stream up: its connection is closed. */
  close(): void {
    this.ordinary = undefined;
    this.ticker.remove(this);
    this.machine.close();
    this.flow.abandon();
  }

  /** The stream as a client's body. */
  bodyWith(delivery: StreamDelivery): StreamedBody {
    return {
      sendTo: (client) => {
        this.begin({ client, delivery });
        return this.over.promise;
      },
      leave: () => this.leave(delivery),
    };
  }

  data(bytes: Uint8Array): void {
    this.arrive(bytes);
  }

  /**
   * A read that is one chunk with one ordinary event goes on as it came: it is neither taken apart nor put together again,
   * and nothing is allocated for it.
   */
  takes(coded: Uint8Array): boolean {
    const { handover, ordinary } = this;
    if (ordinary === undefined || handover === undefined || this.isLeft || this.isFull) return false;
    const from = dataOfOnlyChunk(coded);
    const to = coded.length - crlfBytes;
    const textBytes = from < 0 ? 0 : ordinary.textBytesIn(coded, from, to);
    if (textBytes === 0 || handover.client.sendChunk?.(coded) !== true) return false;
    ordinary.passes(textBytes);
    this.response.sawToken();
    handover.delivery.sent(coded, from, to, this.machine.outputBytes);
    return true;
  }

  readEnded(): void {
    if (this.isDecided()) this.skipRead();
    else this.handover?.client.flush();
  }

  end(): void {
    this.arrive("end");
  }

  fail(error: GatewayError): void {
    const isSilence = error.options.fault === "timeout" && this.finishedMs !== undefined;
    this.arrive(isSilence ? "silence" : error);
  }

  /** What comes after the end is decided changes nothing any more. */
  private isDecided(): boolean {
    const { state } = this.machine;
    return state === "closing" || state === "over";
  }

  private arrive(arrival: Arrival): void {
    if (this.isDecided()) return;
    this.ordinary = undefined;
    try {
      if (this.handover !== undefined) this.act(this.effectOf(arrival), this.handover);
      else if (this.machine.state === "head") this.open(this.effectOf(arrival));
      else this.keep(arrival);
    } catch (cause) {
      this.breakOff(cause);
      return;
    }
    if (this.tokenCame && this.finishedMs === undefined) this.ordinary = this.machine.ordinary;
  }

  /** Our own code failed: what there is of the answer ends with that. */
  private breakOff(cause: unknown): void {
    const effect = this.machine.cut(cause);
    if (this.handover !== undefined) this.act(effect, this.handover);
    else this.open(effect);
  }

  /** A finished answer that fell silent is complete. */
  tick(nowMs: number): void {
    if (this.finishedMs === undefined || this.isFull || nowMs - this.finishedMs < graceMs) return;
    this.ticker.remove(this);
    this.flow.abandon();
    this.arrive("silence");
  }

  private effectOf(arrival: Arrival): Effect {
    if (arrival === "end" || arrival === "silence") return this.machine.end(arrival === "silence");
    if (!(arrival instanceof Uint8Array)) return this.machine.cut(arrival);
    const effect = this.machine.push(arrival);
    if (this.machine.tookToken) this.noteToken();
    if (this.finishedMs === undefined && !this.isDecided() && this.machine.isFinished)
      this.finishedMs = this.ticker.add(this);
    return effect;
  }

  private noteToken(): void {
    this.response.sawToken();
    if (this.finishedMs !== undefined) this.finishedMs = this.ticker.recentMs();
    if (this.tokenCame) return;
    this.tokenCame = true;
    this.handover?.delivery.sawFirstToken();
  }

  private open(effect: Effect): void {
    if (isBroken(effect)) {
      this.ticker.remove(this);
      this.flow.abandon();
      this.opening?.reject(effect.cause);
      this.opening = undefined;
      return;
    }
    if (!this.tokenCame && this.machine.hasEvents) this.response.sawLife();
    if (this.machine.state === "head") return;
    this.opening?.resolve();
    this.opening = undefined;
  }

  private keep(arrival: Arrival): void {
    this.early.push(arrival);
    this.flow.pause();
  }

  private begin(handover: Handover): void {
    if (this.isDecided() || this.handover !== undefined) return;
    this.handover = handover;
    this.act(this.machine.next(), handover);
    const { early } = this;
    this.early = [];
    for (const arrival of early) this.arrive(arrival);
    this.readEnded();
    if (early.length > 0 && !this.isFull) this.flow.resume();
  }

  private act(first: Effect, handover: Handover): void {
    let effect = first;
    try {
      while (effect instanceof Uint8Array) {
        this.send(effect, handover);
        effect = this.machine.next();
      }
    } catch (cause) {
      effect = this.machine.cut(cause);
    }
    if (effect !== "read" && !(effect instanceof Uint8Array)) this.finish(effect, handover).catch(this.over.reject);
  }

  private send(bytes: Uint8Array, { client, delivery }: Handover): void {
    if (this.isLeft) {
      delivery.reading(this.machine.outputBytes);
      return;
    }
    delivery.sending(bytes, this.machine.outputBytes);
    const written = client.write(bytes);
    if (typeof written === "number" || this.isFull) return;
    this.isFull = true;
    this.flow.pause();
    written.then(this.goOn, this.goOn);
  }

  private readonly goOn = (): void => {
    this.isFull = false;
    this.flow.resume();
  };

  private async finish(ending: Ending, { client, delivery }: Handover): Promise<void> {
    this.ticker.remove(this);
    if (ending.how === "broken") this.flow.abandon();
    else if (ending.bytes !== undefined && !this.isLeft) delivery.sending(ending.bytes, this.machine.outputBytes);
    client.flush();
    const words = await this.closeWith(ending, delivery);
    this.machine.close();
    if (words !== undefined) this.flow.abandon();
    const last = words === undefined && ending.how === "complete" ? ending.bytes : words;
    // A slow client has to take the last bytes before its connection counts as done with.
    if (last !== undefined && last.length > 0 && !this.isLeft) await client.write(last);
    this.over.resolve();
  }

  private leave(delivery: StreamDelivery): void {
    const wasLeft = this.isLeft;
    this.isLeft = true;
    if (this.isDecided() || wasLeft) return;
    if (delivery.readsOn()) {
      this.readOn(delivery);
      return;
    }
    this.close();
    this.closeWith({ how: "left" }, delivery).then(() => this.over.resolve(), this.over.reject);
  }

  /** Reads for the account alone: what comes goes no further. */
  private readOn(delivery: StreamDelivery): void {
    if (this.handover === undefined) this.begin({ client: nobody, delivery });
    else if (this.isFull) this.goOn();
  }

  /** Closes with what is known of the answer; one of which our own code cannot say it is no complete one. */
  private closeWith(end: StreamEnd, delivery: StreamDelivery): Promise<Uint8Array | undefined> {
    let facts: AnswerFacts;
    try {
      ({ facts } = this.machine);
    } catch (cause) {
      const unknown = { complete: false, outputBytes: this.machine.outputBytes, dropped: [] };
      return delivery.close(end.how === "left" ? end : { how: "broken", cause }, unknown);
    }
    return delivery.close(end, facts);
  }

  /** What still follows a complete answer (chunked coding's last bytes) is read, so that its connection can be used again. */
  private skipRead(): void {
    this.surplusReads++;
    if (this.surplusReads > maxSurplusReads) this.flow.abandon();
  }
}

/** Takes whatever is written. */
const nobody: BodyWriter = { write: (bytes) => bytes.length, flush: () => 0 };

function isBroken(effect: Effect): effect is Extract<Ending, { how: "broken" }> {
  return typeof effect === "object" && "how" in effect && effect.how === "broken";
}
