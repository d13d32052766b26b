import { describe, expect, test } from "bun:test";
import type { EventHeader } from "./event-stream-headers";
import { createEventStreamParser, type EventStreamMessage } from "./event-stream-parser";
import { encodeEventStreamMessage } from "./fixtures/encode-event-stream";
import { FramingError } from "./frame-parser";

const json = "{'foo':'bar'}";
const delta = encodeEventStreamMessage(
  { ":message-type": "event", ":event-type": "contentBlockDelta", ":content-type": "application/json" },
  '{"delta":{"text":"Grüße 👋"}}',
);
const exception = encodeEventStreamMessage(
  { ":message-type": "exception", ":exception-type": "throttlingException" },
  '{"message":"slow down"}',
);
const error = encodeEventStreamMessage(
  { ":message-type": "error", ":error-code": "InternalError", ":error-message": "it broke" },
  "",
);
const stream = Buffer.concat([delta, exception, error]);

function parse(chunks: readonly Uint8Array[]) {
  const parser = createEventStreamParser();
  const messages: EventStreamMessage[] = chunks.flatMap((chunk) => parser.push(chunk));
  messages.push(...parser.end());
  return { messages, midEvent: parser.endedMidEvent() };
}

function brief({ event, data, messageType, raw }: EventStreamMessage) {
  return { event, data, messageType, bytes: raw.length };
}

describe("createEventStreamParser()", () => {
  /** Messages of the form's own description, which other implementations are tested with too. */
  const vectors: readonly (readonly [hex: string, headers: { readonly [name: string]: EventHeader }, data: string])[] =
    [
      ["000000100000000005c248eb7d98c8ff", {}, ""],
      ["0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936", {}, json],
      [
        "0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b27666f6f273a27626172277d8d9c08b1",
        { "content-type": { type: "string", value: "application/json" } },
        json,
      ],
      [
        "0000002b0000000e348bec7b086576656e742d6964040000a00c7b27666f6f273a27626172277dd3890285",
        { "event-id": { type: "integer", value: 0xa00c } },
        json,
      ],
    ];
  for (const [hex, headers, data] of vectors) {
    test(`reads ${hex.slice(0, 24)}…`, () => {
      const encoded = Buffer.from(hex, "hex");
      const [message] = parse([encoded]).messages;
      expect(message?.data).toBe(data);
      expect(Object.fromEntries(message?.headers ?? [])).toEqual(headers);
      expect(message?.raw).toEqual(encoded);
      expect(encodeEventStreamMessage(headers, data)).toEqual(encoded);
    });
  }

  test("gives every message, and its bytes, when the stream is cut at every byte", () => {
    const wanted: readonly ReturnType<typeof brief>[] = [
      { event: "contentBlockDelta", data: '{"delta":{"text":"Grüße 👋"}}', messageType: "event", bytes: delta.length },
      {
        event: "throttlingException",
        data: '{"message":"slow down"}',
        messageType: "exception",
        bytes: exception.length,
      },
      { event: "InternalError", data: "", messageType: "error", bytes: error.length },
    ];
    const cuts = Array.from({ length: stream.length + 1 }, (_, at) => [stream.subarray(0, at), stream.subarray(at)]);
    for (const chunks of [...cuts, [...stream].map((byte) => Uint8Array.of(byte))]) {
      const { messages, midEvent } = parse(chunks);
      expect(messages.map(brief)).toEqual([...wanted]);
      expect(Buffer.concat(messages.map(({ raw }) => raw))).toEqual(stream);
      expect(midEvent).toBe(false);
    }
  });

  test("says that the body stopped inside a message wherever it is cut short", () => {
    for (let length = 1; length < delta.length; length++) {
      const { messages, midEvent } = parse([delta.subarray(0, length)]);
      expect(midEvent).toBe(true);
      expect(messages.map(brief)).toEqual([{ event: "message", data: "", messageType: "event", bytes: length }]);
    }
  });

  test("refuses a message in which any one bit is flipped, and gives out the message before it", () => {
    for (let at = 0; at < exception.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Buffer.from(exception);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        const parser = createEventStreamParser();
        const before = parser.push(Buffer.concat([delta, flipped]));
        expect(before.map(({ event }) => event)).toEqual(["contentBlockDelta"]);
        expect(() => parser.push(new Uint8Array(0))).toThrow(FramingError);
        expect(() => parser.end()).toThrow(FramingError);
      }
    }
  });

  const headers: { readonly [name: string]: EventHeader } = {
    yes: { type: "boolean", value: true },
    no: { type: "boolean", value: false },
    byte: { type: "byte", value: -7 },
    short: { type: "short", value: -300 },
    integer: { type: "integer", value: -70_000 },
    long: { type: "long", value: -(2n ** 60n) },
    binary: { type: "binary", value: Uint8Array.of(0, 255) },
    string: { type: "string", value: "ä" },
    timestamp: { type: "timestamp", value: 1_764_000_000_123n },
    uuid: { type: "uuid", value: "01020304-0506-0708-090a-0b0c0d0e0f10" },
  };

  test("reads a header of every type", () => {
    const [message] = parse([encodeEventStreamMessage(headers, "")]).messages;
    expect(Object.fromEntries(message?.headers ?? [])).toEqual(headers);
  });

  test("takes a message without types for an event", () => {
    const [message] = parse([encodeEventStreamMessage({}, "x")]).messages;
    expect(message && brief(message)).toEqual({ event: "message", data: "x", messageType: "event", bytes: 17 });
  });

  const name = (text: string) => [text.length, ...Buffer.from(text)];
  const broken: { readonly [what: string]: readonly number[] } = {
    "unknown type 10": [...name("a"), 10],
    "cut short": [...name("a"), 7, 0, 9, 65],
    "no name": [0, 0],
    'header "a" comes twice': [...name("a"), 0, ...name("a"), 1],
    "not UTF-8": [...name("a"), 7, 0, 1, 0xff],
    'unknown type "reply"': [...name(":message-type"), 7, 0, 5, ...Buffer.from("reply")],
  };
  for (const [message, bytes] of Object.entries(broken)) {
    test(`refuses headers with an intact checksum: ${message}`, () => {
      const encoded = withHeaderBytes(Uint8Array.from(bytes));
      expect(() => createEventStreamParser().push(encoded)).toThrow(message);
    });
  }

  test("refuses lengths beyond its bounds as soon as the prelude is there", () => {
    const large = encodeEventStreamMessage({}, Buffer.alloc(1000)).subarray(0, 12);
    expect(() => createEventStreamParser(500).push(large)).toThrow("event is longer than 500 bytes");
    const heads = withHeaderBytes(new Uint8Array(128 * 1024 + 1)).subarray(0, 12);
    expect(() => createEventStreamParser().push(heads)).toThrow("headers are longer than 131072 bytes");
  });
});

/** A message whose headers are these bytes: the encoder's with its payload counted as headers. */
function withHeaderBytes(bytes: Uint8Array): Buffer {
  const plain = encodeEventStreamMessage({}, bytes);
  const prelude = Buffer.from(plain.subarray(0, 8));
  prelude.writeUInt32BE(bytes.length, 4);
  const message = Buffer.concat([prelude, checksum(prelude), bytes]);
  return Buffer.concat([message, checksum(message)]);
}

function checksum(bytes: Uint8Array): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(Bun.hash.crc32(bytes));
  return out;
}
