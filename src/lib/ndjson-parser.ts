import { createFrameParser, defaultLimitBytes, type FrameParser, type StreamEvent } from "./frame-parser";
import { createGrowingBuffer } from "./growing-buffer";

const lf = 10;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Cuts newline-delimited JSON (`application/x-ndjson`, JSON Lines) into events: `data` is a line without white space at
 * its ends, `event` always "message". Blank lines are given out with `data` "". A last line without a newline is what
 * `end` gives, and `endedMidEvent` then says so: whether it is whole shows when it is parsed.
 */
export function createNdjsonParser(limitBytes = defaultLimitBytes): FrameParser {
  const pending = createGrowingBuffer(limitBytes);
  const eventOf = (raw: Uint8Array): StreamEvent => ({ event: "message", data: decoder.decode(raw).trim(), raw });

  return createFrameParser({
    cut: (chunk, events) => {
      let from = 0;
      for (let to = chunk.indexOf(lf) + 1; to > 0; to = chunk.indexOf(lf, from) + 1) {
        const part = chunk.subarray(from, to);
        events.push(eventOf(pending.isEmpty() && part.length <= limitBytes ? part : pending.append(part).take()));
        from = to;
      }
      if (from < chunk.length) pending.append(chunk.subarray(from));
    },
    rest: () => {
      if (pending.isEmpty()) return undefined;
      const event = eventOf(pending.take());
      return { event, isPartial: event.data !== "" };
    },
  });
}
