import { describe, expect, test } from "bun:test";
import { FramingError, type StreamEvent } from "./frame-parser";
import { createSseParser } from "./sse-parser";

const encoder = new TextEncoder();
const bytes = (text: string) => encoder.encode(text);

const plain = ({ event, data, raw }: StreamEvent) => [event, data, raw];

type Seen = { readonly events: readonly (readonly [event: string, data: string])[]; readonly midEvent: boolean };

function run(chunks: readonly Uint8Array[]): Seen & { readonly raw: Buffer } {
  const parser = createSseParser();
  const all: StreamEvent[] = [];
  for (const chunk of chunks) all.push(...parser.push(chunk));
  all.push(...parser.end());
  return {
    events: all.filter((event) => event.data !== "").map((event) => [event.event, event.data] as const),
    midEvent: parser.endedMidEvent(),
    raw: Buffer.concat(all.map((event) => event.raw)),
  };
}

const samples: { readonly [name: string]: { readonly input: string } & Seen } = {
  "openai stream": {
    input: 'data: {"a":1}\n\ndata: {"a":2}\n\ndata: [DONE]\n\n',
    events: [
      ["message", '{"a":1}'],
      ["message", '{"a":2}'],
      ["message", "[DONE]"],
    ],
    midEvent: false,
  },
  "anthropic stream": {
    input: 'event: message_start\ndata: {"type":"message_start"}\n\nevent: ping\ndata: {}\n\n',
    events: [
      ["message_start", '{"type":"message_start"}'],
      ["ping", "{}"],
    ],
    midEvent: false,
  },
  CRLF: {
    input: "data: a\r\n\r\nevent: x\r\ndata: b\r\n\r\n",
    events: [
      ["message", "a"],
      ["x", "b"],
    ],
    midEvent: false,
  },
  CR: {
    input: "data: a\r\rdata: b\r\r",
    events: [
      ["message", "a"],
      ["message", "b"],
    ],
    midEvent: false,
  },
  "mixed line endings": {
    input: "data: a\n\r\ndata: b\r\n\ndata: c\r\r\ndata: d\n\rdata: e\r\n\r",
    events: [
      ["message", "a"],
      ["message", "b"],
      ["message", "c"],
      ["message", "d"],
      ["message", "e"],
    ],
    midEvent: false,
  },
  "BOM, comments and multi-line data": {
    input:
      "\uFEFFdata: é€😀\n: comment\ndata:second\ndata\ndata:  third\n\n: keep-alive\n\ndata: \uFEFFin the middle\n\n",
    events: [
      ["message", "é€😀\nsecond\n\n third"],
      ["message", "\uFEFFin the middle"],
    ],
    midEvent: false,
  },
  "BOM before a blank line": { input: "\uFEFF\n\ndata: x\n\n", events: [["message", "x"]], midEvent: false },
  "other fields and odd names": {
    input: "id: 7\nretry: 10\nevent: a\nevent: b\nDATA: no\ndata : no\ndata: yes\n\nevent:\ndata: plain\n\n",
    events: [
      ["b", "yes"],
      ["message", "plain"],
    ],
    midEvent: false,
  },
  "blank lines between events": {
    input: "\n\n\ndata: a\n\n\n\n\ndata: b\n\n\n",
    events: [
      ["message", "a"],
      ["message", "b"],
    ],
    midEvent: false,
  },
  "no blank line at the end": {
    input: "data: a\n\ndata: [DONE]\n",
    events: [
      ["message", "a"],
      ["message", "[DONE]"],
    ],
    midEvent: true,
  },
  "cut inside a line": {
    input: 'data: a\n\ndata: {"b',
    events: [
      ["message", "a"],
      ["message", '{"b'],
    ],
    midEvent: true,
  },
  nothing: { input: "", events: [], midEvent: false },
};

describe("createSseParser()", () => {
  for (const [name, sample] of Object.entries(samples)) {
    const input = bytes(sample.input);
    const expected = { events: sample.events, midEvent: sample.midEvent, raw: Buffer.from(input) };

    test(`reads ${name} whole, byte by byte and cut at every pair of bytes`, () => {
      expect(run([input])).toEqual(expected);
      expect(run(Array.from(input, (byte) => Uint8Array.of(byte)))).toEqual(expected);
      for (let a = 0; a <= input.length; a++) {
        for (let b = a; b <= input.length; b++) {
          expect(run([input.subarray(0, a), input.subarray(a, b), input.subarray(b)])).toEqual(expected);
        }
      }
    });
  }

  test("gives an event out as soon as its blank line is there, for every line ending", () => {
    for (const ending of ["\n", "\r", "\r\n"]) {
      const parser = createSseParser();
      expect(parser.push(bytes(`data: a${ending}`))).toEqual([]);
      expect(parser.push(bytes(ending.slice(0, 1))).map((event) => event.data)).toEqual(["a"]);
      expect(parser.push(bytes(`${ending.slice(1)}data: b${ending}${ending}`)).map((event) => event.data)).toEqual([
        "b",
      ]);
    }
  });

  test("gives comments out with their bytes", () => {
    const parser = createSseParser();
    expect(parser.push(bytes(": ping\n\n")).map(plain)).toEqual([["message", "", bytes(": ping\n\n")]]);
  });

  test("replaces invalid UTF-8 in the text and keeps it in the bytes", () => {
    const raw = Uint8Array.of(...bytes("data: "), 0xff, 10, 10);
    expect(createSseParser().push(raw).map(plain)).toEqual([["message", "\uFFFD", raw]]);
  });

  test("refuses an event beyond the limit, in one chunk or many", () => {
    const fits = bytes(`data: ${"x".repeat(92)}\n\n`);
    const tooLong = bytes(`data: ${"x".repeat(93)}\n\n`);
    expect(createSseParser(100).push(fits)).toHaveLength(1);
    expect(() => createSseParser(100).push(tooLong)).toThrow(FramingError);
    const parser = createSseParser(100);
    expect(() => {
      for (const byte of bytes("data: ".padEnd(200, "x"))) parser.push(Uint8Array.of(byte));
    }).toThrow("event is longer than 100 bytes");
    const many = createSseParser(100);
    for (let i = 0; i < 50; i++) expect(many.push(fits)).toHaveLength(1);
  });

  test("reads an event in many pieces without copying it again and again", () => {
    const parser = createSseParser();
    const piece = new Uint8Array(64 * 1024).fill(0x78);
    parser.push(bytes("data: "));
    for (let i = 0; i < 200; i++) parser.push(piece);
    const [event] = parser.push(bytes("\n\n"));
    expect(event?.data.length).toBe(200 * piece.length);
  });
});

test("isBetween() says whether the next byte begins an event", () => {
  const parser = createSseParser();
  const between = (text: string) => {
    parser.push(bytes(text));
    return parser.isBetween?.();
  };
  expect(parser.isBetween?.()).toBe(true);
  expect(between("data: a")).toBe(false);
  expect(between("\n")).toBe(false);
  expect(between("\n")).toBe(true);
  expect(between("data: b\n\ndata: c\n\n")).toBe(true);
  expect(between("data: d\r\n\r")).toBe(false);
  // The LF opens the next event.
  expect(between("\n")).toBe(false);
  expect(between("data: e\r\n\r\n")).toBe(true);
});
