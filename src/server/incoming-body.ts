import type { GatewayError } from "#core/errors";
import { joinBytes } from "#lib/join-bytes";

/** Where the body of a request is pushed. No call may throw. After `end` or `fail` comes nothing more. */
export type IncomingSink = {
  /** Bytes of the body, at least one. They are the sink's to keep. */
  readonly data: (bytes: Uint8Array) => void;
  readonly end: () => void;
  /** `client_closed`, or `invalid_request` for a broken transfer coding. */
  readonly fail: (error: GatewayError) => void;
};

/** What a body wants of its connection. */
export type BodyConnection = {
  /** Whether more of it is read. */
  readonly want: (isWanted: boolean) => void;
  /** The client waits to be told that its body will be read. */
  readonly invite: () => void;
};

/** What comes before anybody asks for it is kept up to this; then the connection waits. */
const maxEarlyBytes = 64 * 1024;
const nothing = new Uint8Array(0);

/** The body of a request, kept until it is asked for and then passed on as it comes. */
export class IncomingBody {
  /** All of it came. */
  isComplete = false;
  private early: Uint8Array[] = [];
  private earlyBytes = 0;
  private sink: IncomingSink | undefined;
  private isDropped = false;
  private error: GatewayError | undefined;

  /** @param announcedBytes Undefined for chunks, and 0 where there is none. */
  constructor(
    readonly announcedBytes: number | undefined,
    private readonly connection: BodyConnection,
  ) {}

  /** All of it, once it is complete: most bodies come with their heads. */
  whole(): Uint8Array {
    return this.early.length === 0 ? nothing : joinBytes(this.early);
  }

  /** Pushes what came already, and what follows as it comes. Called at most once. */
  start(sink: IncomingSink): void {
    this.sink = sink;
    const { early } = this;
    this.early = [];
    for (const bytes of early) sink.data(bytes);
    if (this.isComplete) sink.end();
    else if (this.error !== undefined) sink.fail(this.error);
    else {
      this.connection.invite();
      this.connection.want(true);
    }
  }

  pause(): void {
    if (!this.isComplete) this.connection.want(false);
  }

  resume(): void {
    if (!this.isComplete) this.connection.want(true);
  }

  /** Nobody wants the rest: it is read and forgotten. */
  drop(): void {
    this.isDropped = true;
    this.early = [];
    this.sink = undefined;
    if (!this.isComplete) this.connection.want(true);
  }

  data(bytes: Uint8Array): void {
    if (this.isDropped) return;
    if (this.sink !== undefined) {
      this.sink.data(bytes);
      return;
    }
    this.early.push(bytes);
    this.earlyBytes += bytes.length;
    if (this.earlyBytes > maxEarlyBytes) this.connection.want(false);
  }

  end(): void {
    this.isComplete = true;
    this.sink?.end();
  }

  fail(error: GatewayError): void {
    if (this.isComplete || this.error !== undefined) return;
    this.error = error;
    this.sink?.fail(error);
  }
}
