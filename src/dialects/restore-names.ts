import { bufferOf } from "#lib/buffer-of";
import { type EventStreamMessage, isEventStreamMessage } from "#lib/event-stream-parser";
import { writeEventStreamMessage } from "#lib/event-stream-writer";
import type { FrameParser, StreamEvent } from "#lib/frame-parser";
import type { ToolNames } from "./mend";

/** Gives an answer's JSON text the names of tools back that the client knows. What was sent ends in a digest: nothing else reads so. */
export function restoreNames(text: string, names: ToolNames): string {
  let restored = text;
  for (const [sent, name] of names) restored = restored.replaceAll(`"${sent}"`, () => JSON.stringify(name));
  return restored;
}

/** The same for a whole body. The bytes themselves where no such name is in them. */
export function restoreNamesIn(bytes: Uint8Array, names: ToolNames): Uint8Array {
  const body = bufferOf(bytes);
  for (const sent of names.keys()) if (body.includes(sent)) return Buffer.from(restoreNames(body.toString(), names));
  return bytes;
}

/** A parser whose events have them back. */
export function withNamesRestored(parser: FrameParser, names: ToolNames): FrameParser {
  const sent = [...names.keys()];
  const restore = (event: StreamEvent): StreamEvent => {
    if (!sent.some((name) => event.data.includes(name))) return event;
    const data = restoreNames(event.data, names);
    return isEventStreamMessage(event)
      ? rewritten(event, data)
      : { event: event.event, data, raw: restoreNamesIn(event.raw, names) };
  };
  return {
    push: (chunk) => parser.push(chunk).map(restore),
    end: () => parser.end().map(restore),
    endedMidEvent: () => parser.endedMidEvent(),
  };
}

/** A frame of bytes holds its own length and checksums: one with another text is written anew, with its headers. */
function rewritten(event: EventStreamMessage, data: string): EventStreamMessage {
  const headers = [...event.headers].flatMap(([name, { type, value }]) =>
    type === "string" ? [[name, value] as const] : [],
  );
  const { event: name, headers: kept, messageType } = event;
  const raw = writeEventStreamMessage(headers, data);
  return { event: name, data, raw, messageType, headers: kept, payload: Buffer.from(data) };
}
