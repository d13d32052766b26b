import type { FrameParser, StreamEvent } from "./frame-parser";
import { isObject, tryParseJson } from "./json";
import { createSseParser } from "./sse-parser";

const lf = 10;
const brace = 0x7b;

/**
 * Server-sent events of JSON objects as Google writes them: an error in the middle stands there as bare JSON, without
 * `data:` (its own SDK looks for it: https://github.com/googleapis/js-genai/blob/main/src/_api_client.ts, `processStreamResponse`),
 * and proxies part events by a single line feed.
 */
export function createLenientSseParser(): FrameParser {
  const parser = createSseParser();
  const read = (events: readonly StreamEvent[]) => (events.some(isOdd) ? events.flatMap(readOdd) : events);
  return { ...parser, push: (chunk) => read(parser.push(chunk)), end: () => read(parser.end()) };
}

/** Whether it is anything but one line and the blank line that ends it. */
function isOdd({ raw }: StreamEvent): boolean {
  const end = raw.indexOf(lf);
  return (end >= 0 && end + 3 < raw.length) || raw[0] === brace;
}

function readOdd(event: StreamEvent): readonly StreamEvent[] {
  const { data, raw } = event;
  if (data === "") {
    const text = Buffer.from(raw).toString();
    return text.trimStart().startsWith("{") ? [{ event: "message", data: text.trim(), raw }] : [event];
  }
  const lines = data.includes("\n") ? data.split("\n") : [];
  return lines.length > 1 && lines.every((line) => isObject(tryParseJson(line))) ? partsOf(lines, raw) : [event];
}

/** An event for each line of data, with its bytes; the last has all that follows. */
function partsOf(lines: readonly string[], raw: Uint8Array): readonly StreamEvent[] {
  let from = 0;
  return lines.map((data, place) => {
    const end = raw.indexOf(lf, raw.indexOf(brace, from)) + 1;
    const to = place === lines.length - 1 || end === 0 ? raw.length : end;
    const part = { event: "message", data, raw: raw.subarray(from, to) };
    from = to;
    return part;
  });
}
