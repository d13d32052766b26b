import { clientClosed, type GatewayError } from "#core/errors";
import type { StreamedBody } from "#core/inference";
import { answerHead, type Framing, type HttpAnswer } from "./http-answer";
import type { HttpRequest, RequestHeaders } from "./http-request";
import type { Refusal, RequestHead } from "./http1/request-head";
import { type BodyConnection, IncomingBody } from "./incoming-body";
import { OutgoingBody, type OutgoingConnection } from "./outgoing-body";

/** Never throws; it answers. */
export type RequestHandler = {
  (request: HttpRequest): Promise<HttpAnswer> | HttpAnswer;
  /** Answers what cannot be read as HTTP, and so is no request. Absent: with the status alone. */
  readonly unreadable?: (status: Refusal) => HttpAnswer;
};

/** What the exchanges of a server share. */
export type ExchangeServices = {
  readonly handler: RequestHandler;
  /** An answer that failed after its first byte, or did not come: the client's connection is cut. */
  readonly onCut: (cause: unknown) => void;
  /** For the header `date`. */
  readonly date: () => string;
  readonly isDraining: () => boolean;
  /** Descriptors are scarce: new requests are refused, and no connection is kept. */
  readonly isShort: () => boolean;
  /** The server drains and no other takes its place. */
  readonly isUnreplaced: () => boolean;
  /** One begins (1) or is over (-1). */
  readonly count: (change: 1 | -1) => void;
};

/** The connection that a request came over. */
export type ExchangeConnection = BodyConnection &
  OutgoingConnection & {
    readonly address: () => string | undefined;
    /** The answer is handed over. */
    readonly answered: (closes: boolean, rests?: boolean) => void;
    readonly cut: () => void;
  };

/** One request and its answer. */
export class Exchange implements HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: RequestHeaders;
  readonly body: IncomingBody;
  isHandled = false;
  private readonly isOld: boolean;
  private readonly keepsAlive: boolean;
  private controller: AbortController | undefined;
  private outgoing: OutgoingBody | undefined;
  private streamed: StreamedBody | undefined;
  private isAnswered = false;
  private isLeft = false;
  private isCounted = true;

  constructor(
    head: RequestHead,
    private readonly connection: ExchangeConnection,
    private readonly services: ExchangeServices,
  ) {
    this.method = head.method;
    this.target = head.target;
    this.headers = head.fields;
    this.isOld = head.isOld;
    this.keepsAlive = head.keepsAlive;
    this.body = new IncomingBody(head.isChunked ? undefined : Math.max(0, head.contentLength), connection);
    services.count(1);
  }

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.isLeft) this.controller.abort();
    return this.controller.signal;
  }

  get isDraining(): boolean {
    return this.services.isUnreplaced();
  }

  get isShort(): boolean {
    return this.services.isShort();
  }

  peer(): string | undefined {
    return this.isLeft ? undefined : this.connection.address();
  }

  handle(): void {
    this.isHandled = true;
    const answer = this.services.handler(this);
    if (answer instanceof Promise) answer.then(this.answer, this.fail);
    else this.answer(answer);
  }

  /** What was sent has been taken. */
  drained(): void {
    this.outgoing?.drained();
  }

  /** The answer is sent to its end. */
  sent(): void {
    this.finish();
  }

  /** The body's transfer coding is broken. */
  bodyFailed(error: GatewayError): void {
    this.body.fail(error);
  }

  /** The client went away. */
  left(): void {
    this.isLeft = true;
    this.body.fail(clientClosed());
    this.outgoing?.stop();
    this.controller?.abort();
    if (this.streamed !== undefined) this.streamed.leave();
    else if (this.isAnswered) this.finish();
  }

  private readonly answer = (answer: HttpAnswer): void => {
    this.isAnswered = true;
    const { body } = answer;
    const isStreamed = typeof body === "object" && "sendTo" in body;
    const isHead = this.method === "HEAD";
    if (isStreamed && (this.isLeft || isHead)) body.leave();
    if (this.isLeft) this.finish();
    else if (!isStreamed) this.sendWhole(answer, body);
    else if (isHead) this.sendWhole(answer, nothing);
    else this.stream(answer, body);
  };

  private sendWhole(answer: HttpAnswer, body: Uint8Array | string): void {
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    const closes = this.closesAfter(answer);
    const { status } = answer;
    const framing: Framing = status === 204 || status === 304 ? "none" : { length: bytes.length };
    const head = answerHead(answer, framing, closes, this.services.date());
    this.connection.send(head, this.method === "HEAD" || framing === "none" || bytes.length === 0 ? [] : [bytes]);
    this.connection.answered(closes, answer.rests);
  }

  private stream(answer: HttpAnswer, body: StreamedBody): void {
    const closes = this.closesAfter(answer) || this.isOld;
    const framing: Framing = this.isOld ? "close" : "chunked";
    const head = answerHead(answer, framing, closes, this.services.date());
    const outgoing = new OutgoingBody(this.connection, head, framing === "chunked");
    this.outgoing = outgoing;
    this.streamed = body;
    body.sendTo(outgoing).then(
      () => {
        this.streamed = undefined;
        outgoing.end();
        if (this.isLeft) this.finish();
        else this.connection.answered(closes);
      },
      (cause: unknown) => this.fail(cause),
    );
  }

  private readonly fail = (cause: unknown): void => {
    this.isAnswered = true;
    this.streamed = undefined;
    this.services.onCut(cause);
    if (!this.isLeft) this.connection.cut();
    this.finish();
  };

  private closesAfter({ closes = false }: HttpAnswer): boolean {
    return closes || !this.keepsAlive || this.services.isDraining() || this.services.isShort();
  }

  private finish(): void {
    if (this.isCounted) this.services.count(-1);
    this.isCounted = false;
  }
}

const nothing = new Uint8Array(0);
