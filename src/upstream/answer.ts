import { GatewayError } from "#core/errors";
import { joinBytes } from "#lib/join-bytes";
import type { AnswerFields } from "./http1/answer-fields";
import type { AnswerHead } from "./http1/answer-head";
import { inflate } from "./inflate";
import type { BodyFlow, BodySink, UpstreamResponse } from "./upstream";
import { WholeBody } from "./whole-body";

/** What an answer wants of the call that it belongs to. */
export type AnsweredCall = {
  readonly sawToken: () => void;
  readonly sawLife: () => void;
  /** Whether bytes are wanted: the connection is read, and silence counts as idle. */
  readonly want: (isWanted: boolean) => void;
  readonly abandon: () => void;
  /** Closes the connection and names why. */
  readonly fail: (cause: unknown) => GatewayError;
};

/** What comes before anybody wants it is kept up to this; then the connection waits. */
const maxEarlyBytes = 256 * 1024;

/** An answer of a provider, from its head on. Its body is kept until it is asked for, and then passed on as it comes. */
export class Answer implements UpstreamResponse, BodyFlow {
  readonly status: number;
  readonly headers: AnswerFields;
  /** The length of the body, where one is announced and is not that of its compressed form. */
  private readonly announcedBytes: number | undefined;
  private readonly coding: string | undefined;
  private early: Uint8Array[] = [];
  private earlyBytes = 0;
  private sink: BodySink | undefined;
  /** The sink has what came before it: from now on it is given everything at once. */
  private isLive = false;
  private isComplete = false;
  private isAbandoned = false;
  private error: GatewayError | undefined;

  constructor(
    head: AnswerHead,
    private readonly call: AnsweredCall,
  ) {
    this.status = head.status;
    this.headers = head.fields();
    if (head.hasEncoding) this.coding = this.headers.get("content-encoding")?.toLowerCase();
    else if (head.contentLength >= 0) this.announcedBytes = head.contentLength;
  }

  sawToken(): void {
    this.call.sawToken();
  }

  sawLife(): void {
    this.call.sawLife();
  }

  whole(maxBytes: number): Uint8Array | Promise<Uint8Array> {
    if (this.announcedBytes !== undefined && this.announcedBytes > maxBytes) {
      return Promise.reject(this.tooLong(maxBytes));
    }
    if (this.isComplete && this.coding === undefined && this.earlyBytes <= maxBytes) {
      return joinBytes(this.early);
    }
    return this.gather(maxBytes);
  }

  /** Apart, for its closures would cost an answer that is there a scope. */
  private gather(maxBytes: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const tooLong = () => {
        flow.abandon();
        reject(this.tooLong(maxBytes));
      };
      const body = new WholeBody(maxBytes, resolve, reject, tooLong, () => this.call.sawToken());
      const flow = this.start(body);
    });
  }

  start(sink: BodySink): BodyFlow {
    const inflated =
      this.coding === undefined ? undefined : inflate(this.coding, sink, this, (cause) => this.call.fail(cause));
    this.sink = inflated?.sink ?? sink;
    this.headers.settle();
    this.call.want(true);
    queueMicrotask(() => this.goLive(this.sink ?? sink));
    return inflated?.flow ?? this;
  }

  pause(): void {
    if (!this.isComplete) this.call.want(false);
  }

  resume(): void {
    if (!this.isComplete) this.call.want(true);
  }

  abandon(): void {
    this.isAbandoned = true;
    if (!this.isComplete) this.call.abandon();
  }

  takes(coded: Uint8Array): boolean {
    return this.isLive && !this.isAbandoned && this.sink?.takes?.(coded) === true;
  }

  data(bytes: Uint8Array): void {
    if (this.isAbandoned) return;
    if (this.isLive) {
      this.sink?.data(bytes);
      return;
    }
    this.early.push(bytes);
    this.earlyBytes += bytes.length;
    if (this.earlyBytes > maxEarlyBytes && this.sink === undefined) this.call.want(false);
  }

  readEnded(): void {
    if (this.isLive && !this.isAbandoned) this.sink?.readEnded();
  }

  end(): void {
    this.isComplete = true;
    if (this.isLive && !this.isAbandoned) this.sink?.end();
  }

  fail(error: GatewayError): void {
    this.error = error;
    if (this.isLive && !this.isAbandoned) this.sink?.fail(error);
  }

  private goLive(sink: BodySink): void {
    this.isLive = true;
    for (const bytes of this.early) if (!this.isAbandoned) sink.data(bytes);
    if (this.early.length > 0 && !this.isAbandoned) sink.readEnded();
    this.early = [];
    if (this.isAbandoned) return;
    if (this.error !== undefined) sink.fail(this.error);
    else if (this.isComplete) sink.end();
  }

  private tooLong(maxBytes: number): GatewayError {
    this.abandon();
    return new GatewayError("upstream_invalid_response", `The provider's answer is longer than ${maxBytes} bytes`, {
      fault: "invalid",
    });
  }
}
