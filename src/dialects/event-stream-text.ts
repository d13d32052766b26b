import { headerBytes, writeWithHeaders } from "#lib/event-stream-writer";

/**
 * A message of an AWS event stream as a line of text, which encoders can write as any other dialect's do: the event's name
 * and its JSON; an exception's name behind a `!`. `writeEventStream` makes bytes of such lines.
 */
export function eventLine(event: string, json: string): string {
  return `${event} ${json}\n`;
}

export function exceptionLine(exception: string, json: string): string {
  return `!${exception} ${json}\n`;
}

/** JSON has no bare line feed, so that each line is one message. */
export function writeEventStream(text: string): Uint8Array {
  const messages: Uint8Array[] = [];
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf("\n", from);
    const to = end < 0 ? text.length : end;
    const space = text.indexOf(" ", from);
    messages.push(writeLine(text.slice(from, space), text.slice(space + 1, to)));
    from = to + 1;
  }
  const [first] = messages;
  if (first === undefined) return nothing;
  return messages.length === 1 ? first : Buffer.concat(messages);
}

const nothing = new Uint8Array(0);

function writeLine(name: string, json: string): Uint8Array {
  return writeWithHeaders(ordinaryHeaders.get(name) ?? headersOf(name), json);
}

function headersOf(name: string): Uint8Array {
  const isException = name.startsWith("!");
  return headerBytes([
    isException ? [":exception-type", name.slice(1)] : [":event-type", name],
    [":content-type", "application/json"],
    [":message-type", isException ? "exception" : "event"],
  ]);
}

/** Those of the events that come with every token. */
const ordinaryHeaders: ReadonlyMap<string, Uint8Array> = new Map(
  ["contentBlockDelta", "chunk"].map((name) => [name, headersOf(name)]),
);
