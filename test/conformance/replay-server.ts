import { isObject, type JsonObject, tryParseJson } from "#lib/json";
import { type HttpConnection, type HttpRequest, serveHttp } from "../fake-provider/http-connection.ts";
import type { Dialect } from "./pairs.ts";
import { eventsIn, isFramed, type Recording } from "./recordings.ts";

/**
 * How a recorded answer is sent: `whole` in one write, `events` with each event its own write, `sevens` in pieces of seven
 * bytes, `bytes` with each byte its own, `cut-<n>` in two writes parted at byte n, `end-<n>` ended properly after n bytes,
 * `break-<n>` closed after n bytes without the last chunk, `leak` with the gateway's own key put into the message. `any`
 * sends some answer that fits the request.
 */
export type Manner = "whole" | "events" | "sevens" | "bytes" | "leak" | "any" | `${"cut" | "end" | "break"}-${number}`;

export type ReplayServer = {
  readonly url: string;
  /** The last request for a model. */
  readonly seen: (model: string) => HttpRequest | undefined;
  readonly stop: () => void;
};

/** The provider key that the gateway presents. */
export const providerKey = "sk-conformance-provider-key-0123456789";

/** The model name by which a request chooses a recording and a manner; `name` is what stands before it. */
export function modelFor(id: string, manner: Manner, name = ""): string {
  return `${name}~${id}~${manner}`;
}

/** A provider of all dialects that answers with recorded bytes. */
export function startReplayServer(recordings: readonly Recording[]): ReplayServer {
  const byId = new Map(recordings.map((recording) => [recording.id, recording]));
  const seen = new Map<string, HttpRequest>();
  const server = serveHttp(0, async (request, connection) => {
    const body = readBody(request);
    const model = modelIn(request, body);
    const [, id = "", manner = ""] = model.split("~");
    seen.set(model, request);
    const recording = manner === "any" ? fitting(recordings, request.path, body.stream === true) : byId.get(id);
    if (recording) await replay(recording, manner, connection);
    else await connection.write("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
  });
  return { url: `http://127.0.0.1:${server.port}`, seen: (model) => seen.get(model), stop: () => server.stop() };
}

function readBody(request: HttpRequest): JsonObject {
  const body = tryParseJson(new TextDecoder().decode(request.body));
  return isObject(body) ? body : {};
}

/** Google's and Bedrock's paths name the model. */
function modelIn({ path }: HttpRequest, body: JsonObject): string {
  const [, named] = /\/models?\/([^?]*)[:/][a-zA-Z-]+(?:\?.*)?$/.exec(path) ?? [];
  return named === undefined ? String(body.model) : decodeURIComponent(named);
}

function fitting(recordings: readonly Recording[], path: string, asked: boolean): Recording | undefined {
  const form = asked || /stream/i.test(path) ? "stream" : "whole";
  const dialect = dialectOf(path);
  // Nothing that is lost on the way back is to be taken for a loss of the request.
  const fits = recordings.filter((one) => one.dialect === dialect && one.form === form && one.status === 200);
  return fits.find(({ body, tags }) => tags.length === 0 && isPlain(body.toString())) ?? fits[0];
}

function isPlain(body: string): boolean {
  return body.length < 2500 && !/logprobs": ?[{[]|inlineData|"content": ?\{\}|"candidates": ?\[\]/.test(body);
}

function dialectOf(path: string): Dialect {
  if (path.endsWith("/messages")) return "anthropic-messages";
  if (path.endsWith("/responses")) return "openai-responses";
  if (/:(?:stream)?generateContent/i.test(path)) return "gemini";
  if (/\/converse/.test(path)) return "bedrock-converse";
  return /\/invoke/.test(path) ? "bedrock-invoke" : "openai-chat";
}

async function replay(recording: Recording, manner: string, connection: HttpConnection): Promise<void> {
  const { body, dialect } = recording;
  const [kind = "", place = "0"] = manner.split("-");
  const at = Number(place);
  switch (kind) {
    case "events":
      return send(recording, connection, eventsIn(dialect, body));
    case "sevens":
      return send(recording, connection, piecesOf(body, 7));
    case "bytes":
      return send(recording, connection, piecesOf(body, 1));
    case "cut":
      return send(recording, connection, [body.subarray(0, at), body.subarray(at)]);
    case "end":
      return send(recording, connection, [body.subarray(0, at)]);
    case "break":
      await connection.write(Buffer.concat([Buffer.from(head(recording)), chunk(body.subarray(0, at))]));
      return connection.close();
    case "leak":
      return send(recording, connection, [leaking(body)]);
    default:
      return send(recording, connection, [body]);
  }
}

function piecesOf(body: Buffer, length: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(body.length / length) }, (_, at) =>
    body.subarray(at * length, (at + 1) * length),
  );
}

async function send(recording: Recording, connection: HttpConnection, parts: readonly Buffer[]): Promise<void> {
  let prefix = Buffer.from(head(recording));
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1 ? Buffer.from("0\r\n\r\n") : Buffer.alloc(0);
    await connection.write(Buffer.concat([prefix, chunk(part), last]));
    prefix = Buffer.alloc(0);
    if (index < parts.length - 1) await Bun.sleep(parts.length === 2 ? 3 : 0);
  }
}

function head({ dialect, form, status }: Recording): string {
  const streamed = isFramed(dialect) ? "application/vnd.amazon.eventstream" : "text/event-stream; charset=utf-8";
  const type = form === "stream" ? streamed : "application/json";
  return `HTTP/1.1 ${status} Recorded\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\n\r\n`;
}

function chunk(bytes: Buffer): Buffer {
  if (bytes.length === 0) return bytes;
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

function leaking(body: Buffer): Buffer {
  return Buffer.from(body.toString().replace(/("message": ?")/, `$1Wrong key ${providerKey}: `));
}
