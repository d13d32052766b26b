import { createEitherParser } from "#lib/either-parser";
import { createEventStreamParser } from "#lib/event-stream-parser";
import type { FrameParser } from "#lib/frame-parser";
import { createJsonArrayParser } from "#lib/json-array-parser";
import { createLenientSseParser } from "#lib/lenient-sse-parser";
import { createNdjsonParser } from "#lib/ndjson-parser";
import { createSseParser } from "#lib/sse-parser";
import { writeEventStream } from "./event-stream-text";

/** How events stand in a streamed body. */
export type Framing = {
  /** What a provider is asked for with `accept`. */
  readonly accept: string;
  /** The `content-type` of our own streams. */
  readonly contentType: string;
  readonly createParser: () => FrameParser;
  /** What stream encoders and `encodeStreamError` wrote as text, as the bytes that go out. */
  readonly write: (text: string) => Uint8Array;
  /** Whether a body that begins as a JSON value does is one event after the other; else it is one value in their place. */
  readonly isJson: boolean;
  /** Its events are lines of text; else frames of bytes. */
  readonly isText: boolean;
};

/** Another form of the same stream, for clients that ask for it: the data of its events as one JSON value. */
export type Reframing = {
  readonly contentType: string;
  /** What may stand between two elements to show that the connection lives. */
  readonly keepAlive: Uint8Array;
  readonly begin: string;
  readonly between: string;
  readonly end: string;
};

/** `Buffer.from` would have the collector count the bytes twice, and come the sooner. */
const utf8 = new TextEncoder();

function writeUtf8(text: string): Uint8Array {
  return utf8.encode(text);
}

/** The framings that an operation's stream can have. */
export const framings = {
  /** Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
  sse: {
    accept: "text/event-stream",
    contentType: "text/event-stream; charset=utf-8",
    createParser: () => createSseParser(),
    write: writeUtf8,
    isJson: false,
    isText: true,
  },
  /** Server-sent events as Google writes them, or the array that stands for them where a provider takes no `alt=sse`. */
  google: {
    accept: "text/event-stream",
    contentType: "text/event-stream",
    createParser: () => createEitherParser(createLenientSseParser, createJsonArrayParser),
    write: writeUtf8,
    isJson: true,
    isText: true,
  },
  /** A JSON value a line. */
  ndjson: {
    accept: "application/x-ndjson",
    contentType: "application/x-ndjson",
    createParser: () => createNdjsonParser(),
    write: writeUtf8,
    isJson: true,
    isText: true,
  },
  /** https://smithy.io/2.0/aws/amazon-eventstream.html; as text, lines of `event-stream-text.ts`. */
  "aws-event-stream": {
    accept: "application/vnd.amazon.eventstream",
    contentType: "application/vnd.amazon.eventstream",
    createParser: () => createEventStreamParser(),
    write: writeEventStream,
    isJson: false,
    isText: false,
  },
} as const satisfies { readonly [name: string]: Framing };
