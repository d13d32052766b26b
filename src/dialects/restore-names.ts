import { bufferOf } from "#lib/buffer-of";
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
    const raw = isText(event.raw) ? restoreNamesIn(event.raw, names) : event.raw;
    return { ...event, data: restoreNames(event.data, names), raw };
  };
  return {
    push: (chunk) => parser.push(chunk).map(restore),
    end: () => parser.end().map(restore),
    endedMidEvent: () => parser.endedMidEvent(),
  };
}

/** Frames of bytes begin with their length, which has zeros, and end with a checksum. */
function isText(raw: Uint8Array): boolean {
  return raw[0] !== 0;
}
