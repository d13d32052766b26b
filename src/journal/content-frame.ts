import type { StoredBody, StoredContent } from "#core/stored-content";
import type { Content } from "./journal";

/** Payload of a content frame: id (16 bytes), then kept and whole length of both bodies (4 × u32), then the bodies. */
const headBytes = 32;
/** Stands for the whole length of a body that there was not. */
const absent = 0xffff_ffff;

/** Keeps at most `maxBodyBytes` of each body. A body that is cut is copied, so that the rest of it can be freed. */
export function keepContent(id: string, content: Content, maxBodyBytes: number): StoredContent {
  const request = content.request && keepBody(content.request, maxBodyBytes, content.requestBytes);
  const response = content.response && keepBody(content.response, maxBodyBytes, content.responseBytes);
  return contentOf(id, request, response);
}

function keepBody(bytes: Uint8Array, maxBodyBytes: number, totalBytes = bytes.length): StoredBody {
  // Not `slice`, which of a Buffer is a view.
  const kept = bytes.length <= maxBodyBytes ? bytes : new Uint8Array(bytes.subarray(0, maxBodyBytes));
  return { bytes: kept, totalBytes };
}

/** Without spreads, which cost half a microsecond: this is made for every request, twice. */
function contentOf(id: string, request: StoredBody | undefined, response: StoredBody | undefined): StoredContent {
  if (request === undefined) return response === undefined ? { id } : { id, response };
  return response === undefined ? { id, request } : { id, request, response };
}

export function contentPayloadBytes({ request, response }: StoredContent): number {
  return headBytes + (request?.bytes.length ?? 0) + (response?.bytes.length ?? 0);
}

export function writeContent(buffer: Buffer, at: number, { id, request, response }: StoredContent): void {
  buffer.write(id, at, 16, "hex");
  const next = writeBody(buffer, at + 16, at + headBytes, request);
  writeBody(buffer, at + 24, next, response);
}

/** Its lengths there, and itself at `next`; gives where it ends. */
function writeBody(buffer: Buffer, lengthsAt: number, next: number, body: StoredBody | undefined): number {
  buffer.writeUInt32LE(body?.bytes.length ?? 0, lengthsAt);
  buffer.writeUInt32LE(body?.totalBytes ?? absent, lengthsAt + 4);
  if (body === undefined) return next;
  buffer.set(body.bytes, next);
  return next + body.bytes.length;
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

function body(bytes: Uint8Array, totalBytes: number): StoredBody | undefined {
  return totalBytes === absent ? undefined : { bytes, totalBytes };
}
