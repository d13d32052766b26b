import { describe, expect, test } from "bun:test";
import { FramingError, type StreamEvent } from "./frame-parser";
import { createNdjsonParser } from "./ndjson-parser";

const bytes = (text: string) => new TextEncoder().encode(text);

function parse(chunks: readonly Uint8Array[]) {
  const parser = createNdjsonParser();
  const events: StreamEvent[] = chunks.flatMap((chunk) => parser.push(chunk));
  events.push(...parser.end());
  return {
    data: events.map(({ data }) => data),
    midEvent: parser.endedMidEvent(),
    raw: Buffer.concat(events.map(({ raw }) => raw)).toString(),
  };
}

const samples: { readonly [name: string]: readonly [input: string, data: string[], midEvent: boolean] } = {
  lines: ['{"a":1}\n{"a":2}\n', ['{"a":1}', '{"a":2}'], false],
  CRLF: ['{"a":1}\r\n{"a":2}\r\n', ['{"a":1}', '{"a":2}'], false],
  "blank lines": ['{"a":1}\n\n\r\n{"a":2}\n', ['{"a":1}', "", "", '{"a":2}'], false],
  "text beyond ASCII": ['{"a":"äöü 語 👋"}\n', ['{"a":"äöü 語 👋"}'], false],
  "no last newline": ['{"a":1}\n{"a":2}', ['{"a":1}', '{"a":2}'], true],
  "a cut line": ['{"a":1}\n{"a":', ['{"a":1}', '{"a":'], true],
  "white space at the end": ['{"a":1}\n \r', ['{"a":1}', ""], false],
  nothing: ["", [], false],
};

describe("createNdjsonParser()", () => {
  for (const [name, [input, data, midEvent]] of Object.entries(samples)) {
    test(`gives every line when it is cut at every byte: ${name}`, () => {
      const all = bytes(input);
      const wanted = { data, midEvent, raw: input };
      for (let at = 0; at <= all.length; at++) {
        expect(parse([all.subarray(0, at), all.subarray(at)])).toEqual(wanted);
      }
      expect(parse([...all].map((byte) => Uint8Array.of(byte)))).toEqual(wanted);
    });
  }

  test("gives out the lines before one that is too long, then throws", () => {
    const parser = createNdjsonParser(8);
    expect(parser.push(bytes('{"a":1}\n{"too":"long"}\n')).map(({ data }) => data)).toEqual(['{"a":1}']);
    expect(() => parser.push(bytes("{}\n"))).toThrow(FramingError);
    expect(() => parser.end()).toThrow("event is longer than 8 bytes");
  });

  test("throws when a line grows too long over many chunks", () => {
    const parser = createNdjsonParser(8);
    parser.push(bytes("12345678"));
    expect(() => parser.push(bytes("9"))).toThrow("event is longer than 8 bytes");
  });
});
