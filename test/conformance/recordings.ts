import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { hasLargeSet, recordingsFolder } from "#dialects/fixtures/recordings";
import { isArray, isObject, type Json, type JsonObject, objectOf, parseJson, stringOf, tryParseJson } from "#lib/json";
import { whatItIs } from "./classify.ts";
import { converseEvents, eventBlocks, invokeEvents, payloadOf, readFrames, writeFrame } from "./framing.ts";
import type { Dialect } from "./pairs.ts";

/** One recorded exchange with a provider. */
export type Recording = {
  readonly id: string;
  /** The file it stands in, which is named after the provider. */
  readonly file: string;
  readonly dialect: Dialect;
  readonly form: "whole" | "stream";
  readonly status: number;
  /** What the provider sends. Bodies recorded as one payload a line are server-sent events, or frames of AWS, again. */
  readonly body: Buffer;
  readonly tags: readonly string[];
  readonly request?: RecordedRequest;
};

export type RecordedRequest = {
  readonly text: string;
  readonly json: JsonObject;
  readonly beta: string | undefined;
  /** The model that was asked, which the path says in some dialects. */
  readonly model: string;
  readonly stream: boolean;
};

/** A recorded exchange that is no completion of a dialect that is served, and what it is instead. */
export type OtherExchange = {
  readonly id: string;
  readonly file: string;
  readonly what: string;
  readonly status: number;
  readonly body: Buffer;
  readonly type: string;
  readonly request?: { readonly text: string; readonly url: string };
};

export type Recordings = { readonly answers: readonly Recording[]; readonly others: readonly OtherExchange[] };

/** All recorded exchanges; says so where they are the small set's alone. */
export function readRecordings(): Recordings {
  if (!hasLargeSet)
    process.stdout.write("The large set of recordings is skipped: it does not lie beside the project\n");
  const files = readdirSync(recordingsFolder).filter((name) => name.endsWith(".jsonl.gz"));
  const all = files
    .sort()
    .flatMap((name) => readFile(`${recordingsFolder}/${name}`, name.slice(0, -".jsonl.gz".length)));
  return {
    answers: all.flatMap(({ answers = [] }) => answers),
    others: all.flatMap(({ other }) => (other === undefined ? [] : [other])),
  };
}

type Read = { readonly answers?: readonly Recording[]; readonly other?: OtherExchange };

function readFile(path: string, file: string): readonly Read[] {
  const lines = gunzipSync(readFileSync(path)).toString().split("\n");
  return lines
    .filter((line) => line !== "")
    .map((line) => parseJson(line))
    .filter(isObject)
    .map((exchange) => readExchange(exchange, file));
}

function readExchange(exchange: JsonObject, file: string): Read {
  const response = objectOf(exchange, "response") ?? {};
  const bytes = bodyBytes(response);
  const json = tryParseJson(bytes.toString());
  const asked = objectOf(exchange, "request");
  const request = bodyBytes(asked ?? {}).toString();
  // Recordings of bodies alone have no status: those are answers, or errors that say their own.
  const status = Number(response.status) || statusIn(json);
  const what = whatItIs({
    ...{ op: stringOf(exchange, "op") ?? "", text: bytes.toString(), answer: json, status, file },
    request: tryParseJson(request),
  });
  const id = stringOf(exchange, "id") ?? "";
  if (!("dialect" in what)) {
    const type = stringOf(objectOf(response, "headers") ?? {}, "content-type") ?? "";
    const url = stringOf(asked ?? {}, "url") ?? "";
    const head = { id, file, what: what.other, status, body: bytes, type };
    return { other: asked === undefined ? head : { ...head, request: { text: request, url } } };
  }
  const { dialect } = what;
  const read = readRequest(asked, dialect);
  const tags = (isArray(exchange.tags) ? exchange.tags : []).map(String);
  const head = { id, file, dialect, status, tags, ...(read && { request: read }) };
  const isStream = json === undefined || (isArray(json) && dialect === "gemini");
  const answers = isStream ? splitTurns(toStream(bytes, json, dialect), dialect) : splitAnswers(bytes, json);
  return {
    answers: answers.map((body, index) => ({
      ...head,
      id: answers.length === 1 ? id : `${id}.${index + 1}`,
      form: isStream ? "stream" : "whole",
      body,
    })),
  };
}

/** Google writes its status into an error, OpenAI a type. */
function statusIn(json: Json | undefined): number {
  const error = isObject(json) ? objectOf(json, "error") : undefined;
  const code = Number(error?.code);
  return code >= 400 && code < 600 ? code : (statusOfType.get(String(error?.type)) ?? 200);
}

const statusOfType: ReadonlyMap<string, number> = new Map([
  ["invalid_request_error", 400],
  ["insufficient_quota", 429],
]);

/** Some recordings list the answers to several requests. */
function splitAnswers(body: Buffer, json: Json): readonly Buffer[] {
  return isArray(json) ? json.map((answer) => Buffer.from(JSON.stringify(answer))) : [body];
}

function readRequest(request: JsonObject | undefined, dialect: Dialect): RecordedRequest | undefined {
  const text = bodyBytes(request ?? {}).toString();
  const json = tryParseJson(text);
  if (!isObject(json) || !asksForCompletion(json, dialect)) return undefined;
  const url = stringOf(request ?? {}, "url") ?? "";
  const [, named = ""] = /\/models?\/([^/:?]+)/.exec(url) ?? [];
  const inPath = dialect === "gemini" || dialect.startsWith("bedrock");
  return {
    text,
    json,
    beta: stringOf(objectOf(request ?? {}, "headers") ?? {}, "anthropic-beta"),
    model: inPath ? decodeURIComponent(named) : String(json.model ?? named),
    stream: inPath ? /stream/i.test(url) : json.stream === true,
  };
}

/** Errors are kept of every operation of a dialect, requests of its completions alone. */
function asksForCompletion(request: JsonObject, dialect: Dialect): boolean {
  if (dialect === "bedrock-invoke") return request.anthropic_version !== undefined;
  return dialect !== "openai-chat" || request.messages !== undefined;
}

function bodyBytes(message: JsonObject): Buffer {
  const body = objectOf(message, "body") ?? {};
  const text = stringOf(body, "text");
  return text === undefined ? Buffer.from(stringOf(body, "b64") ?? "", "base64") : Buffer.from(text);
}

/** The stream as its provider frames it, also from a recording that has one payload a line, or all in an array. */
function toStream(body: Buffer, json: Json | undefined, dialect: Dialect): Buffer {
  const text = body.toString();
  if (isArray(json)) return Buffer.from(json.map((each) => `data: ${JSON.stringify(each)}\r\n\r\n`).join(""));
  if (dialect.startsWith("bedrock") && !/^\s*\{/.test(text)) return body;
  if (/^(?:data|event)?:/m.test(text) && !/^\s*\{/.test(text)) return body;
  const payloads = text.split("\n").filter((line) => line.trim() !== "");
  if (dialect === "bedrock-converse") return Buffer.concat(payloads.map(frameOf));
  const isNamed = dialect === "anthropic-messages" || dialect === "openai-responses";
  const named = (payload: string) => (isNamed ? `event: ${typeOf(payload)}\n` : "");
  return Buffer.from(payloads.map((payload) => `${named(payload)}data: ${payload}\n\n`).join(""));
}

function frameOf(line: string): Buffer {
  const [[name, value] = ["", null]] = Object.entries(Object(tryParseJson(line)));
  return writeFrame(name, JSON.stringify(value));
}

function typeOf(line: string): string {
  const payload = tryParseJson(line);
  return isObject(payload) ? (stringOf(payload, "type") ?? "") : "";
}

/** Some recordings hold the streams of several turns, one behind the other. */
function splitTurns(body: Buffer, dialect: Dialect): readonly Buffer[] {
  const marks = turnMarks.get(dialect);
  if (marks === undefined) return [body];
  const turns: string[] = [""];
  for (const block of eventBlocks(body.toString())) {
    const last = turns.at(-1) ?? "";
    if (block.includes(marks.begin) && last.includes(marks.end)) turns.push(block);
    else turns[turns.length - 1] = last + block;
  }
  return turns.map((turn) => Buffer.from(turn));
}

const turnMarks: ReadonlyMap<Dialect, { readonly begin: string; readonly end: string }> = new Map([
  ["anthropic-messages", { begin: '"message_start"', end: '"message_stop"' }],
  ["openai-responses", { begin: '"type":"response.created"', end: '"type":"response.completed"' }],
]);

/** The events of a stream, each with all that stands before the next. */
export function eventsIn(dialect: Dialect, body: Buffer): readonly Buffer[] {
  return isFramed(dialect)
    ? readFrames(body).map(({ bytes }) => bytes)
    : eventBlocks(body.toString()).map((block) => Buffer.from(block));
}

/** The JSON payloads of a stream, in order. */
export function payloadsOf(dialect: Dialect, body: Buffer): readonly JsonObject[] {
  if (dialect === "bedrock-converse") return converseEvents(body);
  if (dialect === "bedrock-invoke") return invokeEvents(body);
  // Some proxies of Google's part events by one line feed.
  const text = dialect === "gemini" ? body.toString().replace(/\n(?=data:)/g, "\n\n") : body.toString();
  return eventBlocks(text)
    .map(payloadOf)
    .filter((payload) => payload !== undefined);
}

/** Whether its streams are frames of bytes and no text. */
export function isFramed(dialect: Dialect): boolean {
  return dialect.startsWith("bedrock");
}
