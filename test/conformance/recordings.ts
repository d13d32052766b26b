import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { hasLargeSet, recordingsFolder } from "#dialects/fixtures/recordings";
import { isArray, isObject, type Json, type JsonObject, objectOf, parseJson, stringOf, tryParseJson } from "#lib/json";

export type Dialect = "openai-chat" | "anthropic-messages";

/** One recorded exchange with a provider. */
export type Recording = {
  readonly id: string;
  /** The file it stands in, which is named after the provider. */
  readonly file: string;
  readonly dialect: Dialect;
  readonly form: "whole" | "stream";
  readonly status: number;
  /** What the provider sends. Bodies recorded as one payload a line are server-sent events again. */
  readonly body: Buffer;
  readonly request?: { readonly text: string; readonly json: JsonObject; readonly beta: string | undefined };
};

const dialectOfOp: ReadonlyMap<Json | undefined, Dialect> = new Map([
  ["chat.completions", "openai-chat"],
  ["messages", "anthropic-messages"],
]);

/** All recorded chat completions and messages; says so where they are the small set's alone. */
export function readRecordings(): readonly Recording[] {
  if (!hasLargeSet)
    process.stdout.write("The large set of recordings is skipped: it does not lie beside the project\n");
  const files = readdirSync(recordingsFolder).filter((name) => name.endsWith(".jsonl.gz"));
  return files.sort().flatMap((name) => readFile(`${recordingsFolder}/${name}`, name.slice(0, -".jsonl.gz".length)));
}

function readFile(path: string, file: string): readonly Recording[] {
  const lines = gunzipSync(readFileSync(path)).toString().split("\n");
  return lines
    .filter((line) => line !== "")
    .map((line) => parseJson(line))
    .filter(isObject)
    .flatMap((exchange) => readExchange(exchange, file));
}

function readExchange(exchange: JsonObject, file: string): readonly Recording[] {
  const dialect = dialectOfOp.get(exchange.op);
  if (dialect === undefined) return [];
  const response = objectOf(exchange, "response") ?? {};
  const text = bodyText(response);
  const request = readRequest(objectOf(exchange, "request"));
  const head = {
    id: stringOf(exchange, "id") ?? "",
    file,
    dialect,
    // Recordings of bodies alone have no status: those are answers.
    status: Number(response.status) || 200,
    ...(request && { request }),
  };
  const json = tryParseJson(text);
  const answers = json === undefined ? splitTurns(toEvents(text, dialect)) : splitAnswers(text, json);
  return answers.map((answer, index) => ({
    ...head,
    id: answers.length === 1 ? head.id : `${head.id}.${index + 1}`,
    form: json === undefined ? "stream" : "whole",
    body: Buffer.from(answer),
  }));
}

/** Some recordings list the answers to several requests. */
function splitAnswers(text: string, json: Json): readonly string[] {
  return isArray(json) ? json.map((answer) => JSON.stringify(answer)) : [text];
}

function readRequest(request: JsonObject | undefined): Recording["request"] {
  const text = bodyText(request ?? {});
  const json = tryParseJson(text);
  if (!isObject(json)) return undefined;
  return { text, json, beta: stringOf(objectOf(request ?? {}, "headers") ?? {}, "anthropic-beta") };
}

function bodyText(message: JsonObject): string {
  const body = objectOf(message, "body") ?? {};
  return stringOf(body, "text") ?? Buffer.from(stringOf(body, "b64") ?? "", "base64").toString();
}

/** Server-sent events, also from a recording that has one payload a line. */
function toEvents(text: string, dialect: Dialect): string {
  if (/^(?:data|event)?:/m.test(text)) return text;
  const payloads = text.split("\n").filter((line) => line.trim() !== "");
  const named = (payload: string) => (dialect === "openai-chat" ? "" : `event: ${typeOf(payload)}\n`);
  return payloads.map((payload) => `${named(payload)}data: ${payload}\n\n`).join("");
}

function typeOf(line: string): string {
  const payload = tryParseJson(line);
  return isObject(payload) ? (stringOf(payload, "type") ?? "") : "";
}

/** Some recordings hold the streams of several turns, one behind the other. */
function splitTurns(text: string): readonly string[] {
  const turns: string[] = [""];
  for (const block of eventBlocks(text)) {
    const last = turns.at(-1) ?? "";
    if (block.includes('"message_start"') && last.includes('"message_stop"')) turns.push(block);
    else turns[turns.length - 1] = last + block;
  }
  return turns;
}

/** The blocks of a stream, each with the blank line that ends it. Knows nothing of the project's own reader. */
export function eventBlocks(text: string): readonly string[] {
  return text.match(/[\s\S]+?(?:(?:\r\n|\n|\r){2,}|$)/g) ?? [];
}

/** The JSON payloads of a stream, in order. */
export function payloadsOf(text: string): readonly JsonObject[] {
  return eventBlocks(text)
    .map(payloadOf)
    .filter((payload) => payload !== undefined);
}

/** A block's JSON payload; undefined where it has none, as `[DONE]` has not. */
export function payloadOf(block: string): JsonObject | undefined {
  const lines = block.split(/\r\n|\n|\r/).filter((line) => line.startsWith("data:"));
  const payload = tryParseJson(lines.map((line) => line.slice("data:".length)).join("\n"));
  return isObject(payload) ? payload : undefined;
}
