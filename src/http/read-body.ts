import { GatewayError } from "#core/errors";
import { type ContentCoding, contentCodings, InflateError, inflate } from "#lib/inflate";
import type { BufferBudget, BufferLease } from "./buffer-budget";
import { type StallWatch, tooSlow } from "./stall-watch";

export type BodyLimits = {
  /** For the body as it comes and for what it inflates to. */
  readonly maxBytes: number;
  readonly budget: BufferBudget;
  readonly pace: BodyPace;
  readonly unlessLate: StallWatch;
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

export type RequestBody = { readonly bytes: Uint8Array; readonly release: () => void };

/** A body that says it is this small is awaited in one go; it has to be there within `stallMs`. */
const oneGoBytes = 64 * 1024;

/**
 * Reads and inflates a request's body. Throws GatewayError: `body_too_large`, `unsupported_encoding`,
 * `client_timeout`, `overloaded`, `invalid_request` for a broken coding, `client_closed`.
 */
export async function readBody(request: Request, limits: BodyLimits): Promise<RequestBody> {
  const coding = codingOf(request);
  const announced = announcedBytes(request);
  if (announced !== undefined && announced > limits.maxBytes) throw tooLarge(limits.maxBytes);
  const lease = limits.budget.lease();
  try {
    const bytes =
      announced !== undefined && announced <= oneGoBytes
        ? await readInOneGo(request, announced, limits, lease)
        : await readByChunks(request, limits, lease);
    return {
      bytes: coding === undefined ? bytes : await inflateBody(coding, bytes, limits, lease),
      release: lease.release,
    };
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

function announcedBytes({ headers }: Request): number | undefined {
  const length = headers.get("content-length");
  return length === null ? undefined : Number(length);
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

function readInOneGo(request: Request, announced: number, { pace, unlessLate }: BodyLimits, lease: BufferLease) {
  lease.grow(announced);
  return unlessLate(request.bytes(), pace.stallMs);
}

async function readByChunks(request: Request, limits: BodyLimits, lease: BufferLease): Promise<Uint8Array> {
  const { maxBytes, pace, unlessLate } = limits;
  const reader = request.body?.getReader();
  if (reader === undefined) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  const startedMs = performance.now();
  let total = 0;
  try {
    for (;;) {
      const { value } = await unlessLate(reader.read(), pace.stallMs);
      if (value === undefined) break;
      total += value.length;
      if (total > maxBytes) throw tooLarge(maxBytes);
      lease.grow(value.length);
      chunks.push(value);
      const elapsedMs = performance.now() - startedMs;
      if (elapsedMs > pace.graceMs && total < (elapsedMs / 1000) * pace.floorBytesPerS) throw tooSlow();
    }
  } catch (cause) {
    reader.cancel().catch(() => undefined);
    throw cause;
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
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
