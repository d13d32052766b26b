import { STATUS_CODES } from "node:http";
import { encodeEventStreamMessage } from "#lib/fixtures/encode-event-stream";
import type { HttpConnection } from "./http-connection.ts";
import type { LogEntry, ScriptedEvent, StreamOptions } from "./script.ts";

type Headers = { readonly [name: string]: string };

/** A whole answer: `body` as JSON, or as it is when it is text or bytes; in small pieces when `slowly` says so. */
export async function playWhole(
  connection: HttpConnection,
  status: number,
  headers: Headers,
  body: unknown,
  slowly?: { readonly bytesPerWrite: number; readonly delayMs: number },
): Promise<void> {
  const bytes =
    body instanceof Uint8Array
      ? body
      : new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body));
  const head = headText(status, {
    "content-type": "application/json",
    ...headers,
    "content-length": String(bytes.length),
  });
  if (!slowly) {
    await connection.write(Buffer.concat([new TextEncoder().encode(head), bytes]));
    return;
  }
  await connection.write(head);
  for (let at = 0; at < bytes.length && connection.open; at += slowly.bytesPerWrite) {
    await sleep(slowly.delayMs, connection);
    await connection.write(bytes.subarray(at, at + slowly.bytesPerWrite));
  }
}

/** The head of a chunked answer. */
export async function playHead(connection: HttpConnection, status: number, headers: Headers): Promise<void> {
  await connection.write(headText(status, { ...headers, "transfer-encoding": "chunked" }));
}

/** The events of a chunked answer, each a chunk, and its end. Waits for the peer to take each before the next. */
export async function playStream(
  connection: HttpConnection,
  entry: LogEntry,
  events: readonly ScriptedEvent[],
  terminator: string,
  options: StreamOptions,
): Promise<void> {
  await sleep(options.firstEventDelayMs ?? 0, connection);
  const count = Math.min(options.cutAfter ?? events.length, events.length);
  for (const event of events.slice(0, count)) {
    await sleep(event.delayMs ?? options.eventDelayMs ?? 0, connection);
    if (!(await connection.write(chunk(eventBytes(event))))) return;
    entry.eventsSent += 1;
    entry.bytesSent = connection.bytesSent;
  }
  const cut = options.cutAfter !== undefined;
  if (!cut && terminator !== "") await connection.write(chunk(Buffer.from(terminator)));
  const ending = options.ending ?? (cut ? "close" : "complete");
  // A client may drop what it has received but not yet handed out when its connection breaks: let it hand that out.
  // A reset takes from the peer what it has not read yet, and a busy one is slow to read.
  if (ending !== "complete") await sleep(ending === "reset" ? 250 : 30, connection);
  await end(connection, ending);
}

/** Waits, but not longer than the connection lives. */
export async function sleep(ms: number, connection: HttpConnection): Promise<void> {
  const until = Date.now() + ms;
  while (connection.open && Date.now() < until) await Bun.sleep(Math.min(50, until - Date.now()));
}

async function end(connection: HttpConnection, ending: NonNullable<StreamOptions["ending"]>): Promise<void> {
  switch (ending) {
    case "complete":
      await connection.write("0\r\n\r\n");
      return;
    case "close":
      return connection.close();
    case "reset":
      return connection.reset();
    case "stall":
      return sleep(600_000, connection);
    case "malformed-chunk":
      await connection.write("zz\r\nnot a chunk\r\n");
      return connection.close();
  }
}

/** An event as it goes over the wire. */
export function eventBytes(event: ScriptedEvent): Buffer {
  if ("raw" in event) return Buffer.from(event.raw);
  const data = typeof event.data === "string" ? event.data : JSON.stringify(event.data);
  if ("frame" in event)
    return encodeEventStreamMessage(
      { ":event-type": event.frame, ":content-type": "application/json", ":message-type": "event" },
      data,
    );
  return Buffer.from(`${event.event === undefined ? "" : `event: ${event.event}\n`}data: ${data}\n\n`);
}

function chunk(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

function headText(status: number, headers: Headers): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Status"}\r\ndate: ${new Date().toUTCString()}\r\n${lines.join("")}\r\n`;
}
