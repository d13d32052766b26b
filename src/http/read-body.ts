import { GatewayError } from "#core/errors";
import { type ContentCoding, contentCodings, InflateError, inflate } from "#lib/inflate";
import { announcedBytes, type ByteSource, oneGoBytes, readBytes } from "#lib/read-bytes";
import type { Ticker, Watched } from "#lib/ticker";
import type { BufferBudget, BufferLease } from "./buffer-budget";
import { tooSlow, unlessStalled } from "./unless-stalled";

export type BodyLimits = {
  /** For the body as it comes and for what it inflates to. */
  readonly maxBytes: number;
  readonly budget: BufferBudget;
  readonly pace: BodyPace;
  readonly ticker: Ticker;
};

/** How slow a client may be. */
export type BodyPace = {
  /** Without any progress. */
  readonly stallMs: number;
  /** After this time the average has to reach the floor. */
  readonly graceMs: number;
  readonly floorBytesPerS: number;
};

export const defaultPace: BodyPace = { stallMs: 10_000, graceMs: 60_000, floorBytesPerS: 8192 };

/** `isRead`: nothing of the body is left to come, and it could be read. */
export type BodyProgress = { isRead: boolean };

export type RequestBody = { readonly bytes: Uint8Array; readonly release: () => void };

/**
 * Reads and inflates a request's body. Rejects with GatewayError: `body_too_large`, `unsupported_encoding`,
 * `client_timeout`, `overloaded`, `invalid_request` for a broken coding, `client_closed`.
 */
export function readBody(
  request: Request,
  limits: BodyLimits,
  progress: BodyProgress = { isRead: false },
): Promise<RequestBody> {
  const announced = announcedBytes(request.headers);
  const isShort = announced !== undefined && announced <= Math.min(oneGoBytes, limits.maxBytes);
  return isShort && !request.headers.has("content-encoding")
    ? new ShortBody(limits, progress).read(request, announced)
    : readAnyBody(request, limits, progress);
}

/** Most bodies: plain, and read in one go. One object is all that it takes, where several closures would do as well. */
class ShortBody implements RequestBody, Watched {
  bytes: Uint8Array = nothing;
  place = -1;
  private readonly lease: BufferLease;
  private reject: (error: GatewayError) => void = () => undefined;
  private untilMs = 0;
  private isOver = false;

  constructor(
    private readonly limits: BodyLimits,
    private readonly progress: BodyProgress,
  ) {
    this.lease = limits.budget.lease();
  }

  /** It has to be there within `stallMs`. */
  read(request: Request, announced: number): Promise<RequestBody> {
    const { pace, ticker } = this.limits;
    const { promise, reject, resolve } = Promise.withResolvers<RequestBody>();
    this.reject = reject;
    try {
      this.lease.grow(announced);
    } catch (cause) {
      reject(cause);
      return promise;
    }
    this.untilMs = ticker.add(this) + pace.stallMs;
    request.bytes().then(
      (bytes) => {
        if (this.isOver) return;
        ticker.remove(this);
        this.bytes = bytes;
        this.progress.isRead = true;
        resolve(this);
      },
      (cause: unknown) => this.fail(leftEarly(cause)),
    );
    return promise;
  }

  release(): void {
    this.lease.release();
  }

  tick(nowMs: number): void {
    if (nowMs >= this.untilMs) this.fail(tooSlow());
  }

  private fail(error: GatewayError): void {
    this.isOver = true;
    this.limits.ticker.remove(this);
    this.lease.release();
    this.reject(error);
  }
}

const nothing = new Uint8Array(0);

async function readAnyBody(request: Request, limits: BodyLimits, progress: BodyProgress): Promise<RequestBody> {
  const coding = codingOf(request);
  const lease = limits.budget.lease();
  try {
    const bytes = await readBytes(pacedSource(request, limits), {
      announced: announcedBytes(request.headers),
      maxBytes: limits.maxBytes,
      tooLong: tooLarge,
      onBytes: (taken) => lease.grow(taken),
    });
    const inflated = coding === undefined ? bytes : await inflateBody(coding, bytes, limits, lease);
    progress.isRead = true;
    return { bytes: inflated, release: () => lease.release() };
  } catch (cause) {
    lease.release();
    if (cause instanceof GatewayError) throw cause;
    throw leftEarly(cause);
  }
}

function leftEarly(cause: unknown): GatewayError {
  return new GatewayError("client_closed", "The connection closed before the request was complete", { cause });
}

/** Looks at the headers, for `request.body` would turn the body into a stream, which costs microseconds. */
export function hasBody({ headers }: Request): boolean {
  const length = headers.get("content-length");
  return length === null ? headers.has("transfer-encoding") : length !== "0";
}

/** Undefined for a body that is not compressed. Throws GatewayError `unsupported_encoding`. */
function codingOf({ headers }: Request): ContentCoding | undefined {
  const text = headers.get("content-encoding");
  if (text === null) return undefined;
  const name = text.trim().toLowerCase();
  if (name === "" || name === "identity") return undefined;
  const coding = contentCodings.find((known) => known === name || (known === "gzip" && name === "x-gzip"));
  if (coding !== undefined) return coding;
  throw new GatewayError(
    "unsupported_encoding",
    `Cannot read the request: its content-encoding must be one of ${contentCodings.join(", ")}`,
  );
}

/** A body that is read in one go has to be there within `stallMs`. */
function pacedSource(request: Request, { pace, ticker }: BodyLimits): ByteSource {
  return {
    whole: () => unlessStalled(ticker, pace.stallMs, request.bytes()),
    chunks: () => pacedChunks(request, pace, ticker),
  };
}

async function* pacedChunks({ body }: Request, pace: BodyPace, ticker: Ticker): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  const reader = body.getReader();
  const startedMs = ticker.nowMs();
  let total = 0;
  try {
    for (;;) {
      const { value } = await unlessStalled(ticker, pace.stallMs, reader.read());
      if (value === undefined) return;
      total += value.length;
      yield value;
      const elapsedMs = ticker.nowMs() - startedMs;
      if (elapsedMs > pace.graceMs && total < (elapsedMs / 1000) * pace.floorBytesPerS) throw tooSlow();
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
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
