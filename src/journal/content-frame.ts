import type { StoredBody, StoredContent } from "#core/stored-content";
import type { Content } from "./journal";

/** Payload of a content frame: id (16 bytes), then kept and whole length of both bodies (4 × u32), then the bodies. */
const headBytes = 32;
/** Stands for the whole length of a body that there was not. */
const absent = 0xffff_ffff;

/** Of a frame's payload, with at most `maxBodyBytes` of each body. */
export function contentPayloadBytes({ request, response }: Content, maxBodyBytes: number): number {
  return headBytes + keptBytes(request, maxBodyBytes) + keptBytes(response, maxBodyBytes);
}

function keptBytes(body: Uint8Array | undefined, maxBodyBytes: number): number {
  return body === undefined ? 0 : Math.min(body.length, maxBodyBytes);
}

/** Writes the payload there: at most `maxBodyBytes` of each body, and how long it was. */
export function writeContent(buffer: Buffer, at: number, id: string, content: Content, maxBodyBytes: number): void {
  const { request, requestBytes, response, responseBytes } = content;
  buffer.write(id, at, 16, "hex");
  const next = writeBody(buffer, at + 16, at + headBytes, request, requestBytes, maxBodyBytes);
  writeBody(buffer, at + 24, next, response, responseBytes, maxBodyBytes);
}

/** Its lengths there, and itself at `next`; gives where it ends. */
function writeBody(
  buffer: Buffer,
  lengthsAt: number,
  next: number,
  body: Uint8Array | undefined,
  totalBytes: number | undefined,
  maxBodyBytes: number,
): number {
  const kept = keptBytes(body, maxBodyBytes);
  buffer.writeUInt32LE(kept, lengthsAt);
  buffer.writeUInt32LE(body === undefined ? absent : (totalBytes ?? body.length), lengthsAt + 4);
  if (body !== undefined) buffer.set(kept === body.length ? body : body.subarray(0, kept), next);
  return next + kept;
}

/** Undefined when the lengths do not fit together. */
export function readContent(payload: Buffer): StoredContent | undefined {
  if (payload.length < headBytes) return undefined;
  const requestEnd = headBytes + payload.readUInt32LE(16);
  if (requestEnd + payload.readUInt32LE(24) !== payload.length) return undefined;
  const request = body(payload.subarray(headBytes, requestEnd), payload.readUInt32LE(20));
  const response = body(payload.subarray(requestEnd), payload.readUInt32LE(28));
  return contentOf(payload.toString("hex", 0, 16), request, response);
}

/** Without spreads, which cost half a microsecond: ingestion makes one for every request. */
function contentOf(id: string, request: StoredBody | undefined, response: StoredBody | undefined): StoredContent {
  if (request === undefined) return response === undefined ? { id } : { id, response };
  return response === undefined ? { id, request } : { id, request, response };
}

function body(bytes: Uint8Array, totalBytes: number): StoredBody | undefined {
  return totalBytes === absent ? undefined : { bytes, totalBytes };
}
