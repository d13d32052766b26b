import { createFrameParser, defaultLimitBytes, type FrameParser, type StreamEvent } from "./frame-parser";
import { createGrowingBuffer } from "./growing-buffer";

const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * Cuts a JSON array that comes in pieces into its elements, objects all of them; a single object counts as an array of one.
 * `data` is an element's text, `raw` the server-sent event that says the same, so that streams of either form go on alike.
 */
export function createJsonArrayParser(limitBytes = defaultLimitBytes): FrameParser {
  const pending = createGrowingBuffer(limitBytes);
  const scan = createElementScanner();
  const eventOf = (bytes: Uint8Array): StreamEvent => {
    const data = decoder.decode(bytes).trim();
    // Line breaks between an element's fields would be the end of an event's line.
    return { event: "message", data, raw: encoder.encode(`data: ${data.replace(/[\r\n]+/g, " ")}\r\n\r\n`) };
  };

  return createFrameParser({
    cut: (chunk, events) => {
      let from = 0;
      while (from < chunk.length) {
        const { start, end } = scan(chunk, from);
        if (start < end) pending.append(chunk.subarray(start, end));
        if (!pending.isEmpty() && scan.isBetween()) events.push(eventOf(pending.take()));
        from = end;
      }
    },
    rest: () => (pending.isEmpty() ? undefined : { event: eventOf(pending.take()), isPartial: true }),
  });
}

/** Finds the next stretch of an element in a chunk; keeps its state across chunks. */
function createElementScanner() {
  let depth = 0;
  let inString = false;
  let isEscaped = false;

  const step = (byte: number): void => {
    if (inString) {
      if (isEscaped) isEscaped = false;
      else if (byte === backslash) isEscaped = true;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === openBrace || byte === openBracket) depth++;
    else if (byte === closeBrace || byte === closeBracket) depth--;
  };

  const scan = (chunk: Uint8Array, from: number): { readonly start: number; readonly end: number } => {
    let start = from;
    if (depth === 0) {
      while (start < chunk.length && chunk[start] !== openBrace) start++;
      if (start === chunk.length) return { start, end: start };
    }
    let at = start;
    for (; at < chunk.length; at++) {
      step(chunk[at] ?? comma);
      if (depth === 0) return { start, end: at + 1 };
    }
    return { start, end: at };
  };
  scan.isBetween = () => depth === 0;
  return scan;
}
