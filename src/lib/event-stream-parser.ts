import { crc32Of, crc32Within } from "./crc32";
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
        const whole = pending.isEmpty() ? wholeMessage(chunk, from, limitBytes) : undefined;
        if (whole !== undefined) {
          events.push(readMessage(whole));
          from += whole.length;
          continue;
        }
        const needed = (totalBytes ?? preludeBytes) - pending.length();
        const to = Math.min(from + needed, chunk.length);
        pending.append(chunk.subarray(from, to));
        from = to;
        if (pending.length() === preludeBytes) totalBytes = readTotalBytes(pending.bytes(), 0, limitBytes);
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

/** The message that begins there, where all of it is in the chunk, as nearly always. A copy: a view costs more. */
function wholeMessage(chunk: Uint8Array, from: number, limitBytes: number): Uint8Array | undefined {
  if (chunk.length - from < preludeBytes) return undefined;
  const to = from + readTotalBytes(chunk, from, limitBytes);
  if (to > chunk.length) return undefined;
  return from === 0 && to === chunk.length ? chunk : copyOf(chunk, from, to);
}

function readTotalBytes(bytes: Uint8Array, from: number, limitBytes: number): number {
  if (crc32Within(bytes, from, from + 8) !== readUint32(bytes, from + 8))
    throw new FramingError("prelude has a wrong checksum");
  const totalBytes = readUint32(bytes, from);
  const headersBytes = readUint32(bytes, from + 4);
  if (totalBytes > limitBytes) throw new FramingError(`event is longer than ${limitBytes} bytes`);
  if (headersBytes > maxHeadersBytes) throw new FramingError(`headers are longer than ${maxHeadersBytes} bytes`);
  if (totalBytes < overheadBytes + headersBytes) throw new FramingError("length is too small for its headers");
  return totalBytes;
}

type Head = Pick<EventStreamMessage, "event" | "headers" | "messageType"> & { readonly bytes: Uint8Array };

/** Most messages have the headers of the one before: they are read once, and checked as those. */
function createMessageReader(): (raw: Uint8Array) => EventStreamMessage {
  let known: Head | undefined;
  return (raw) => {
    const end = raw.length - crcBytes;
    const payloadStart = preludeBytes + readUint32(raw, 4);
    const same = known !== undefined && standsIn(raw, known.bytes, payloadStart) ? known : undefined;
    const headers = same?.bytes ?? copyOf(raw, preludeBytes, payloadStart);
    const payload = copyOf(raw, payloadStart, end);
    const crc = crc32Of(payload, crc32Of(headers, crc32Within(raw, 0, preludeBytes)));
    if (crc !== readUint32(raw, end)) throw new FramingError("message has a wrong checksum");
    known = same ?? readHead(headers);
    return new Message(known.event, raw, known.messageType, known.headers, payload);
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

function readUint32(bytes: Uint8Array, at: number): number {
  const high = (bytes[at] ?? 0) * 0x1000000;
  return high + (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
}

/** Also of a Buffer, whose own `slice` is a view. */
function copyOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, from, to);
}
