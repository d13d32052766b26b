import type { CompletionEvent } from "#core/completion";
import { isArray, isObject, type Json, type JsonObject, stringOf, tryParseJson } from "#lib/json";
import type { UpstreamFailure } from "./operation";

const longestMessage = 2000;

/**
 * Reads an error answer of any provider: `{error: {…}}`, `{error: "…"}`, `[{error: {…}}]`, `{detail}`, `{message}`,
 * text, HTML, or nothing. Never throws.
 */
export function readFailure(status: number, body: string): UpstreamFailure {
  const json = tryParseJson(body);
  const failure = json === undefined ? undefined : readFailureJson(json);
  return failure ?? { message: plainMessage(status, json === undefined ? body : "") };
}

/** The provider's error in mid-stream, with its own words as far as it has any. */
export function errorEvent(failure: UpstreamFailure | undefined, otherwise: string): CompletionEvent {
  const { message = otherwise, type, code, param } = failure ?? {};
  return {
    type: "error",
    message,
    ...(type !== undefined && { errorType: type }),
    ...(code !== undefined && { code }),
    ...(param !== undefined && { param }),
  };
}

/** Reads an error object; undefined when no message can be found in it. */
export function readFailureJson(json: Json): UpstreamFailure | undefined {
  if (typeof json === "string") return json === "" ? undefined : { message: json.slice(0, longestMessage) };
  if (isArray(json)) return json.length === 0 ? undefined : readFailureJson(json[0] ?? null);
  if (!isObject(json)) return undefined;
  if (isObject(json.error) || typeof json.error === "string") return readFailureJson(json.error);
  return readFields(json);
}

function readFields(object: JsonObject): UpstreamFailure | undefined {
  const message = stringOf(object, "message") ?? stringOf(object, "msg") ?? readDetail(object.detail ?? object.errors);
  if (message === undefined || message === "") return undefined;
  const type = stringOf(object, "type") ?? stringOf(object, "status");
  const code = typeof object.code === "number" ? String(object.code) : stringOf(object, "code");
  const param = stringOf(object, "param");
  return {
    message: message.slice(0, longestMessage),
    ...(type !== undefined && { type }),
    ...(code !== undefined && { code }),
    ...(param !== undefined && { param }),
  };
}

/** FastAPI's `detail`: text, an object, or a list of `{loc, msg}`. */
function readDetail(detail: Json | undefined): string | undefined {
  if (isArray(detail)) {
    const lines = detail.map(readDetailEntry).filter((line) => line !== undefined);
    return lines.length === 0 ? undefined : lines.join("; ");
  }
  return detail === undefined ? undefined : readFailureJson(detail)?.message;
}

function readDetailEntry(entry: Json): string | undefined {
  const message = readFailureJson(entry)?.message;
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
