import { GatewayError } from "#core/errors";
import type { ReadBody } from "#core/inference";
import { type ContentCoding, contentCodings, InflateError, inflate } from "#lib/inflate";
import { joinBytes } from "#lib/join-bytes";
import type { Ticker, Watched } from "#lib/ticker";
import type { HttpRequest, RequestHeaders } from "#server/http-request";
import type { IncomingBody, IncomingSink } from "#server/incoming-body";
import type { BufferBudget, BufferLease } from "./buffer-budget";

export type BodyLimits = {
  /** For the body as it comes and for what it inflates to. */
  readonly maxBytes: number;
  readonly budget: BufferBudget;
  readonly pace: BodyPace;
  readonly ticker: Ticker;
};

/** How slow a client may be. */
export type BodyPace = {
  /** Without any progress; a body that announces at most 64 KB has to be there within it. */
  readonly stallMs: number;
  /** After this time the average has to reach the floor. */
  readonly graceMs: number;
  readonly floorBytesPerS: number;
};

export const defaultPace: BodyPace = { stallMs: 10_000, graceMs: 60_000, floorBytesPerS: 8192 };

const shortBytes = 64 * 1024;

/**
 * Reads and inflates a request's body, at once where all of it is there already. Throws or rejects with GatewayError:
 * `body_too_large`, `unsupported_encoding`, `client_timeout`, `overloaded`, `invalid_request` for a broken coding,
 * `client_closed`.
 */
export function readBody(
  { body, headers }: Pick<HttpRequest, "body" | "headers">,
  limits: BodyLimits,
): ReadBody | Promise<ReadBody> {
  const coding = codingOf(headers);
  const { announcedBytes = 0 } = body;
  if (announcedBytes > limits.maxBytes) throw tooLarge(limits.maxBytes);
  const reader = new BodyReader(body, limits);
  if (coding !== undefined) return readInflated(reader, coding);
  return body.isComplete ? reader.take() : reader.read();
}

async function readInflated(reader: BodyReader, coding: ContentCoding): Promise<ReadBody> {
  await reader.read();
  return reader.inflate(coding);
}

/** Gathers a body, within its limits. */
class BodyReader implements ReadBody, IncomingSink, Watched {
  bytes: Uint8Array = nothing;
  place = -1;
  private readonly lease: BufferLease;
  private total = 0;
  private startedMs = 0;
  private progressMs = 0;
  private isOver = false;
  /** What came, and who waits for all of it; undefined for a body that was there at once. */
  private pieces: Uint8Array[] | undefined;
  private whole: PromiseWithResolvers<ReadBody> | undefined;

  constructor(
    private readonly body: IncomingBody,
    private readonly limits: BodyLimits,
  ) {
    this.lease = limits.budget.lease();
  }

  /** The body that is there. */
  take(): ReadBody {
    this.bytes = this.body.whole();
    this.lease.grow(this.bytes.length);
    return this;
  }

  read(): Promise<ReadBody> {
    this.whole = Promise.withResolvers();
    this.pieces = [];
    this.startedMs = this.limits.ticker.add(this);
    this.progressMs = this.startedMs;
    this.body.start(this);
    return this.whole.promise;
  }

  async inflate(coding: ContentCoding): Promise<ReadBody> {
    try {
      this.bytes = await inflateBody(coding, this.bytes, this.limits, this.lease);
      return this;
    } catch (cause) {
      this.lease.release();
      throw cause;
    }
  }

  release(): void {
    this.lease.release();
  }

  data(bytes: Uint8Array): void {
    if (this.isOver) return;
    this.total += bytes.length;
    this.progressMs = this.limits.ticker.recentMs();
    try {
      if (this.total > this.limits.maxBytes) throw tooLarge(this.limits.maxBytes);
      this.lease.grow(bytes.length);
      this.pieces?.push(bytes);
    } catch (cause) {
      this.giveUp(cause);
    }
  }

  end(): void {
    if (this.isOver) return;
    this.stop();
    this.bytes = joinBytes(this.pieces ?? []);
    this.whole?.resolve(this);
  }

  fail(error: GatewayError): void {
    if (!this.isOver) this.giveUp(error);
  }

  tick(nowMs: number): void {
    const { floorBytesPerS, graceMs, stallMs } = this.limits.pace;
    const elapsedMs = nowMs - this.startedMs;
    const isShort = (this.body.announcedBytes ?? Number.POSITIVE_INFINITY) <= shortBytes;
    const silentMs = isShort ? elapsedMs : nowMs - this.progressMs;
    const isBelowFloor = elapsedMs > graceMs && this.total < (elapsedMs / 1000) * floorBytesPerS;
    if (silentMs >= stallMs || isBelowFloor) this.giveUp(tooSlow());
  }

  private giveUp(cause: unknown): void {
    this.stop();
    this.lease.release();
    this.body.drop();
    this.whole?.reject(cause);
  }

  private stop(): void {
    this.isOver = true;
    this.limits.ticker.remove(this);
  }
}

const nothing = new Uint8Array(0);

/** Undefined for a body that is not compressed. Throws GatewayError `unsupported_encoding`. */
function codingOf(headers: RequestHeaders): ContentCoding | undefined {
  const text = headers.get("content-encoding");
  if (text === null) return undefined;
  const name = text.trim().toLowerCase();
  if (name === "" || name === "identity") return undefined;
  for (const known of contentCodings) if (known === name || (known === "gzip" && name === "x-gzip")) return known;
  throw new GatewayError(
    "unsupported_encoding",
    `Cannot read the request: its content-encoding must be one of ${contentCodings.join(", ")}`,
  );
}

async function inflateBody(
  coding: ContentCoding,
  body: Uint8Array,
  { maxBytes }: BodyLimits,
  lease: BufferLease,
): Promise<Uint8Array> {
  let total = 0;
  try {
    return await inflate(coding, body, (bytes) => {
      total += bytes;
      if (total > maxBytes) throw tooLarge(maxBytes);
      lease.grow(bytes);
    });
  } catch (cause) {
    if (!(cause instanceof InflateError)) throw cause;
    throw new GatewayError("invalid_request", `Cannot read the request: ${cause.message}`, { cause });
  }
}

function tooLarge(maxBytes: number): GatewayError {
  return new GatewayError("body_too_large", `The request body is longer than ${maxBytes} bytes`);
}

function tooSlow(): GatewayError {
  return new GatewayError("client_timeout", "The request body came too slowly");
}
