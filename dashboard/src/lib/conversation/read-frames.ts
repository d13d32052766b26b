import { isObject, type JsonObject, textOf, tryParse } from "../json";

/** Two lengths and a checksum before the headers, and a checksum after the payload. */
const preludeBytes = 12;
const crcBytes = 4;
const stringHeader = 7;
const decoder = new TextDecoder();

/**
 * The events in an AWS event stream, each with its name as `type`; what InvokeModel's chunks hold stands for them, and an
 * exception is an `error`. Ends at what is cut off. https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function readFrames(base64: string): readonly JsonObject[] {
  const bytes = bytesOf(base64);
  const view = new DataView(bytes.buffer);
  const events: JsonObject[] = [];
  let from = 0;
  while (from + preludeBytes + crcBytes <= bytes.length) {
    const total = view.getUint32(from);
    const payloadAt = from + preludeBytes + view.getUint32(from + 4);
    const end = from + total - crcBytes;
    if (end > bytes.length - crcBytes || payloadAt > end) break;
    const payload = tryParse(decoder.decode(bytes.subarray(payloadAt, end)));
    events.push(eventOf(readHeaders(view, from + preludeBytes, payloadAt), isObject(payload) ? payload : {}));
    from += total;
  }
  return events;
}

function eventOf(headers: ReadonlyMap<string, string>, payload: JsonObject): JsonObject {
  const exception = headers.get(":exception-type") ?? headers.get(":error-code");
  if (exception !== undefined) return { error: { message: textOf(payload.message) ?? exception } };
  const type = headers.get(":event-type") ?? "event";
  const held = type === "chunk" ? tryParse(decoder.decode(bytesOf(textOf(payload.bytes) ?? ""))) : undefined;
  return isObject(held) ? held : { ...payload, type };
}

/** Those that are strings, as all that are needed; ends at one that is none. */
function readHeaders(view: DataView, start: number, end: number): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  let at = start;
  const take = (length: number) => {
    at += length;
    return at > end ? "" : decoder.decode(new Uint8Array(view.buffer, at - length, length));
  };
  while (at < end) {
    const name = take(view.getUint8(at++));
    if (at + 3 > end || view.getUint8(at) !== stringHeader) break;
    at += 3;
    headers.set(name, take(view.getUint16(at - 2)));
  }
  return headers;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
    return bytes;
  } catch {
    return new Uint8Array();
  }
}
