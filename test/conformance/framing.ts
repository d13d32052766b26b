import { crc32 } from "node:zlib";
import { isObject, type JsonObject, stringOf, tryParseJson } from "#lib/json";

// How streams stand in their bodies, written down once more here: it knows nothing of the project's own readers and writers.

/** The blocks of server-sent events, each with the blank line that ends it. */
export function eventBlocks(text: string): readonly string[] {
  return text.match(/[\s\S]+?(?:(?:\r\n|\n|\r){2,}|$)/g) ?? [];
}

/** A block's JSON payload; undefined where it has none, as `[DONE]` has not. */
export function payloadOf(block: string): JsonObject | undefined {
  const lines = block.split(/\r\n|\n|\r/).filter((line) => line.startsWith("data:"));
  const payload = tryParseJson(lines.map((line) => line.slice("data:".length)).join("\n"));
  return isObject(payload) ? payload : undefined;
}

/** The messages of an AWS event stream, with what their headers say: https://smithy.io/2.0/aws/amazon-eventstream.html */
export type Frame = {
  readonly bytes: Buffer;
  readonly headers: ReadonlyMap<string, string>;
  readonly payload: JsonObject;
};

const preludeBytes = 12;
const trailerBytes = 4;
const stringType = 7;

/** Throws on a checksum that is not that of its bytes, and on bytes that are left over. */
export function readFrames(body: Buffer): readonly Frame[] {
  const frames: Frame[] = [];
  for (let from = 0; from < body.length; ) {
    const length = body.readUInt32BE(from);
    const bytes = body.subarray(from, from + length);
    if (bytes.length < length) throw new Error(`a frame of ${length} bytes has ${bytes.length}`);
    if (crc32(bytes.subarray(0, 8)) !== bytes.readUInt32BE(8)) throw new Error("a prelude's checksum is wrong");
    if (crc32(bytes.subarray(0, length - 4)) !== bytes.readUInt32BE(length - 4))
      throw new Error("a message's checksum is wrong");
    const headersEnd = preludeBytes + bytes.readUInt32BE(4);
    const payload = tryParseJson(bytes.subarray(headersEnd, length - trailerBytes).toString());
    const headers = readHeaders(bytes.subarray(preludeBytes, headersEnd));
    frames.push({ bytes, headers, payload: isObject(payload) ? payload : {} });
    from += length;
  }
  return frames;
}

function readHeaders(bytes: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    const valueLength = bytes.readUInt16BE(nameEnd + 1);
    const valueEnd = nameEnd + 3 + valueLength;
    headers.set(bytes.toString("utf8", at + 1, nameEnd), bytes.toString("utf8", nameEnd + 3, valueEnd));
    at = valueEnd;
  }
  return headers;
}

/** One event as Bedrock frames it. */
export function writeFrame(event: string, json: string): Buffer {
  return write(json, [
    [":event-type", event],
    [":content-type", "application/json"],
    [":message-type", "event"],
  ]);
}

/** An error with which Bedrock breaks a stream off. */
export function writeException(exception: string, json: string): Buffer {
  return write(json, [
    [":exception-type", exception],
    [":content-type", "application/json"],
    [":message-type", "exception"],
  ]);
}

function write(json: string, named: readonly (readonly [string, string])[]): Buffer {
  const headers = Buffer.concat(named.map(([name, value]) => writeHeader(name, value)));
  const payload = Buffer.from(json);
  const prelude = Buffer.alloc(preludeBytes);
  prelude.writeUInt32BE(preludeBytes + headers.length + payload.length + trailerBytes, 0);
  prelude.writeUInt32BE(headers.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const rest = Buffer.concat([prelude, headers, payload, Buffer.alloc(trailerBytes)]);
  rest.writeUInt32BE(crc32(rest.subarray(0, rest.length - trailerBytes)), rest.length - trailerBytes);
  return rest;
}

function writeHeader(name: string, value: string): Buffer {
  const length = Buffer.alloc(3);
  length.writeUInt8(stringType, 0);
  length.writeUInt16BE(Buffer.byteLength(value), 1);
  return Buffer.concat([Buffer.of(name.length), Buffer.from(name), length, Buffer.from(value)]);
}

/** Converse's events as its SDK gives them: `{messageStart: {…}}`. Exceptions stand under their names too. */
export function converseEvents(body: Buffer): readonly JsonObject[] {
  return readFrames(body).map(({ headers, payload }) => ({
    [headers.get(":event-type") ?? headers.get(":exception-type") ?? ""]: payload,
  }));
}

/** The events of Anthropic's that stand in the chunks of InvokeModelWithResponseStream. */
export function invokeEvents(body: Buffer): readonly JsonObject[] {
  return readFrames(body).flatMap(({ payload }) => {
    const event = tryParseJson(Buffer.from(stringOf(payload, "bytes") ?? "", "base64").toString());
    return isObject(event) ? [event] : [];
  });
}
