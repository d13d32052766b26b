import { crc32 } from "node:zlib";
import { type EventHeaders, readEventHeaders } from "./event-stream-headers";
import { createFrameParser, defaultLimitBytes, type FrameParser, FramingError, type StreamEvent } from "./frame-parser";
import { createGrowingBuffer } from "./growing-buffer";

/** One message of an AWS event stream. */
export type EventStreamMessage = StreamEvent & {
  /** The header `:message-type`: an event, an exception of the service's model, or an error outside of it. */
  readonly messageType: "event" | "exception" | "error";
  readonly headers: EventHeaders;
  /** What `data` is the text of. */
  readonly payload: Uint8Array;
};

/** Whether it is a message of an AWS event stream, as all events of one are. */
export function isEventStreamMessage(event: StreamEvent): event is EventStreamMessage {
  return "messageType" in event;
}

const preludeBytes = 12;
const crcBytes = 4;
const overheadBytes = preludeBytes + crcBytes;
/** The bound that AWS documents for the headers of one message. */
const maxHeadersBytes = 128 * 1024;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Cuts `application/vnd.amazon.eventstream` into messages. A message is, in big-endian: its total length (4 bytes), the
 * length of its headers (4), a CRC-32 of these eight bytes (4), headers, payload, and a CRC-32 of all before it (4).
 * https://smithy.io/2.0/aws/amazon-eventstream.html
 *
 * `event` is the header `:event-type`, `:exception-type` or `:error-code`, after the message's type; `data` is the payload
 * as text. Lengths are believed only once the prelude's checksum holds, so that a torn stream is found at once and not
 * after gigabytes. Throws FramingError for a wrong checksum, a length beyond the limit, and headers that cannot be read.
 */
export function createEventStreamParser(limitBytes = defaultLimitBytes): FrameParser<EventStreamMessage> {
  const pending = createGrowingBuffer(limitBytes);
  /** Of the message under way; undefined until its prelude is here. */
  let totalBytes: number | undefined;
  const readMessage = createMessageReader();

  return createFrameParser({
    cut: (chunk, events) => {
      let from = 0;
      while (from < chunk.length) {
        const needed = (totalBytes ?? preludeBytes) - pending.length();
        const to = Math.min(from + needed, chunk.length);
        pending.append(chunk.subarray(from, to));
        from = to;
        if (pending.length() === preludeBytes) totalBytes = readTotalBytes(pending.bytes(), limitBytes);
        if (pending.length() !== totalBytes) continue;
        totalBytes = undefined;
        events.push(readMessage(pending.take()));
      }
    },
    rest: () => {
      if (pending.isEmpty()) return undefined;
      const raw = pending.take();
      const event: EventStreamMessage = { ...nothing, raw };
      return { event, isPartial: true };
    },
  });
}

const nothing = {
  event: "message",
  data: "",
  messageType: "event",
  headers: new Map(),
  payload: new Uint8Array(),
} as const;

function readTotalBytes(prelude: Uint8Array, limitBytes: number): number {
  const view = viewOf(prelude);
  if (crc32(prelude.subarray(0, 8)) !== view.getUint32(8)) throw new FramingError("prelude has a wrong checksum");
  const totalBytes = view.getUint32(0);
  const headersBytes = view.getUint32(4);
  if (totalBytes > limitBytes) throw new FramingError(`event is longer than ${limitBytes} bytes`);
  if (headersBytes > maxHeadersBytes) throw new FramingError(`headers are longer than ${maxHeadersBytes} bytes`);
  if (totalBytes < overheadBytes + headersBytes) throw new FramingError("length is too small for its headers");
  return totalBytes;
}

type Head = Pick<EventStreamMessage, "event" | "headers" | "messageType"> & { readonly bytes: Uint8Array };

/** Most messages have the headers of the one before: they are read once. */
function createMessageReader(): (raw: Uint8Array) => EventStreamMessage {
  let known: Head | undefined;
  return (raw) => {
    const view = viewOf(raw);
    const end = raw.length - crcBytes;
    if (crc32(raw.subarray(0, end)) !== view.getUint32(end)) throw new FramingError("message has a wrong checksum");
    const payloadStart = preludeBytes + view.getUint32(4);
    if (known === undefined || !standsIn(raw, known.bytes, payloadStart))
      known = readHead(raw.slice(preludeBytes, payloadStart));
    return new Message(known.event, raw, known.messageType, known.headers, raw.subarray(payloadStart, end));
  };
}

function readHead(bytes: Uint8Array): Head {
  const headers = readEventHeaders(bytes);
  const messageType = messageTypeOf(headers);
  return { bytes, headers, messageType, event: textOf(headers, typeHeaders[messageType]) ?? "message" };
}

/** Whether these are the bytes of a message's headers. A loop, for so few bytes a call into the runtime costs more. */
function standsIn(raw: Uint8Array, headers: Uint8Array, payloadStart: number): boolean {
  if (payloadStart - preludeBytes !== headers.length) return false;
  for (let at = 0; at < headers.length; at++) if (raw[preludeBytes + at] !== headers[at]) return false;
  return true;
}

/** The text of a message is decoded when it is asked for: what knows an event by its bytes does without. */
class Message implements EventStreamMessage {
  constructor(
    readonly event: string,
    readonly raw: Uint8Array,
    readonly messageType: EventStreamMessage["messageType"],
    readonly headers: EventHeaders,
    readonly payload: Uint8Array,
  ) {}

  get data(): string {
    return decoder.decode(this.payload);
  }
}

const typeHeaders = { event: ":event-type", exception: ":exception-type", error: ":error-code" } as const;

/** A message that does not say is an event. */
function messageTypeOf(headers: EventHeaders): EventStreamMessage["messageType"] {
  const text = textOf(headers, ":message-type") ?? "event";
  if (text === "event" || text === "exception" || text === "error") return text;
  throw new FramingError(`message has the unknown type "${text}"`);
}

function textOf(headers: EventHeaders, name: string): string | undefined {
  const header = headers.get(name);
  return header?.type === "string" ? header.value : undefined;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
