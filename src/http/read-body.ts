import { GatewayError } from "#core/errors";
import { type ContentCoding, contentCodings, InflateError, inflate } from "#lib/inflate";
import { announcedBytes, type ByteSource, readBytes } from "#lib/read-bytes";
import type { Ticker } from "#lib/ticker";
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
 * Reads and inflates a request's body. Throws GatewayError: `body_too_large`, `unsupported_encoding`,
 * `client_timeout`, `overloaded`, `invalid_request` for a broken coding, `client_closed`.
 */
export async function readBody(
  request: Request,
  limits: BodyLimits,
  progress: BodyProgress = { isRead: false },
): Promise<RequestBody> {
  const coding = codingOf(request);
  const lease = limits.budget.lease();
  try {
    const bytes = await readBytes(pacedSource(request, limits), {
      announced: announcedBytes(request.headers),
      maxBytes: limits.maxBytes,
      tooLong: tooLarge,
      onBytes: lease.grow,
    });
    const inflated = coding === undefined ? bytes : await inflateBody(coding, bytes, limits, lease);
    progress.isRead = true;
    return { bytes: inflated, release: lease.release };
  } catch (cause) {
    lease.release();
    if (cause instanceof GatewayError) throw cause;
    throw new GatewayError("client_closed", "The connection closed before the request was complete", { cause });
  }
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
