import type { UpstreamFailure } from "#core/upstream-failure";
import type { Usage } from "#core/usage";
import { arrayOf, isArray, isObject, type Json, type JsonObject, objectOf, stringOf, tryParseJson } from "#lib/json";
import { unknownFields } from "./fields";

const longestMessage = 2000;

/**
 * Reads an error answer of any provider: `{error: {…}}`, `{error: "…"}`, `[{error: {…}}]`, `{detail}`, `{message}`,
 * text, HTML, or nothing. Never throws.
 */
export function readFailure(status: number, body: string): UpstreamFailure {
  const text = unframed(body);
  const json = tryParseJson(text);
  const failure = json === undefined ? undefined : readFailureJson(json);
  return failure ?? { message: plainMessage(status, json === undefined ? text : "") };
}

/** The data of the first event, where an error that is no stream comes as one all the same; else the text as it is. */
export function unframed(text: string): string {
  if (!/^\s*(?:event|data|id|retry)?:/.test(text)) return text;
  return /^data: ?(.*)$/m.exec(text)?.[1] ?? text;
}

/**
 * The error in a whole answer under status 200: beside what there is of an answer, or, where that is none, in its place.
 * Undefined where it holds no error that says anything.
 */
export function failureOfWhole(json: Json, isAnswer: boolean): UpstreamFailure | undefined {
  if (!isObject(json)) return undefined;
  if (isError(json.error)) return readFailureJson(json) ?? { message: "The provider answered with an error" };
  return isAnswer ? undefined : readFailureJson(json);
}

/** Whether a field named `error` holds one: some providers send an empty one with every answer. */
export function isError(value: Json | undefined): value is Json {
  if (isArray(value)) return value.length > 0;
  return isObject(value) ? Object.keys(value).length > 0 : typeof value === "string" && value !== "";
}

/** The failure with the provider's account of the tokens, where that came with it. */
export function withUsage(failure: UpstreamFailure, usage: Usage | undefined): UpstreamFailure {
  return usage === undefined ? failure : { ...failure, usage };
}

/** Reads an error object; undefined when no message can be found in it. */
export function readFailureJson(json: Json): UpstreamFailure | undefined {
  return readNested(json, 0);
}

/** No provider wraps its errors deeper. */
const deepest = 8;

function readNested(json: Json, depth: number): UpstreamFailure | undefined {
  if (depth > deepest) return undefined;
  if (typeof json === "string") return json === "" ? undefined : { message: json.slice(0, longestMessage) };
  if (isArray(json)) return json.length === 0 ? undefined : readNested(json[0] ?? null, depth + 1);
  if (!isObject(json)) return undefined;
  const { error } = json;
  if (isObject(error) || isArray(error)) return readNested(error, depth + 1);
  // xAI and Hugging Face set the code beside the words.
  const message = firstText(json, messageNames);
  if (typeof error === "string" && error !== "") return failureOf(message ?? error, json);
  const inner = json.base_resp ?? json.Response ?? json.Error;
  return isObject(inner) ? readNested(inner, depth + 1) : readFields(json, message, depth);
}

const messageNames = ["message", "msg", "error_msg", "error_message", "status_msg", "Message"];
const codeNames = ["code", "error_code", "status_code", "Code", "__type"];
const typeNames = ["type", "status", "error_type"];

function readFields(object: JsonObject, said: string | undefined, depth: number): UpstreamFailure | undefined {
  const message = said ?? readDetail(object.detail ?? object.errors, depth);
  return message === undefined || message === "" ? undefined : failureOf(message, object);
}

function failureOf(message: string, object: JsonObject): UpstreamFailure {
  const type = firstText(object, typeNames);
  // Cloudflare lists its errors.
  const [first] = arrayOf(object, "errors");
  const code = firstCode(object) ?? (isObject(first) ? firstCode(first) : stringOf(object, "error"));
  const param = stringOf(object, "param");
  const behind = stringOf(objectOf(object, "metadata") ?? {}, "raw");
  const details = unknownFields(object, toldFields);
  const retryAfterMs = retryDelayIn(object);
  return {
    message: message.slice(0, longestMessage),
    ...(type !== undefined && { type }),
    ...(code !== undefined && code !== message && { code }),
    ...(param !== undefined && { param }),
    ...(behind !== undefined && { behind: behind.slice(0, longestMessage) }),
    ...(Object.keys(details).length > 0 && { details }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** Google says it in no header: https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto (RetryInfo). */
function retryDelayIn(object: JsonObject): number | undefined {
  for (const detail of arrayOf(object, "details").slice(0, mostDetails)) {
    const delay = isObject(detail) ? stringOf(detail, "retryDelay") : undefined;
    if (delay !== undefined && /^\d{1,9}(\.\d{1,9})?s$/.test(delay)) return Math.ceil(Number.parseFloat(delay) * 1000);
  }
  return undefined;
}

/** The fields that are read, and those of what an error may stand beside. */
const toldFields: ReadonlySet<string> = new Set([
  ...[...messageNames, ...codeNames, ...typeNames, "param", "error", "errors", "detail", "object", "success", "result"],
  ...["id", "created", "model", "choices", "usage", "content", "role", "index", "finish_reason", "delta", "provider"],
  ...["request_id", "base_resp", "Response", "Error", "native_finish_reason", "logprobs", "system_fingerprint"],
]);

function firstText(object: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) if (typeof object[name] === "string") return object[name];
  return undefined;
}

function firstCode(object: JsonObject): string | undefined {
  for (const name of codeNames) {
    const value = object[name];
    if (typeof value === "string" || typeof value === "number") return String(value);
  }
  return undefined;
}

/** FastAPI's `detail`: text, an object, or a list of `{loc, msg}`. */
function readDetail(detail: Json | undefined, depth: number): string | undefined {
  if (isArray(detail)) {
    const entries = detail.slice(0, mostDetails).map((entry) => readDetailEntry(entry, depth));
    const lines = entries.filter((line) => line !== undefined);
    return lines.length === 0 ? undefined : lines.join("; ");
  }
  return detail === undefined ? undefined : readNested(detail, depth + 1)?.message;
}

const mostDetails = 20;

function readDetailEntry(entry: Json, depth: number): string | undefined {
  const message = readNested(entry, depth + 1)?.message;
  if (message === undefined || !isObject(entry) || !isArray(entry.loc)) return message;
  return `${entry.loc.join(".")}: ${message}`;
}

function plainMessage(status: number, body: string): string {
  const text = body.trim();
  if (text === "") return `The provider answered with status ${status} and no message`;
  if (/^<(?:!doctype|html|\?xml)/i.test(text)) {
    const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1]?.trim();
    return `The provider answered with status ${status} and a page${title ? ` titled "${title}"` : " of HTML"}`;
  }
  return text.slice(0, 500);
}
