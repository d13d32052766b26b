import { GatewayError } from "#core/errors";
import type { InferenceRequest } from "#core/inference";
import { type Json, type JsonObject, parseJson } from "#lib/json";
import { type JsonScan, readFields, scanTopLevel } from "#lib/json-scan";
import { JsonScanError } from "#lib/json-skip";
import { type FieldChanges, spliceInPieces, spliceTopLevel } from "#lib/json-splice";
import { type JsonPlace, rememberTexts } from "#lib/json-text";
import { MultipartError } from "#lib/multipart-part";
import { type MultipartScan, readAllText, readTextFields, scanMultipart, textBytesIn } from "#lib/multipart-scan";
import { spliceMultipart } from "#lib/multipart-splice";
import type { PiecedBytes } from "#lib/pieced-bytes";

/**
 * A request's body: its bytes, and where its top-level fields stand in them. The functions below are all that is done
 * with one; those of a form's text fields are strings, and its files are neither read nor copied. Each throws GatewayError
 * `invalid_request` for what no provider could read either.
 */
export type RequestBody = JsonScan | MultipartScan;

export type BodyKind = RequestBody["kind"] | "optional-json";

/** No body at all: it stays one, for nothing in it is changed. */
const nothing: JsonScan = { kind: "json", bytes: Buffer.alloc(0), fields: [], closeAt: 0 };

/** The content type is looked at where a form is needed; clients send JSON under any. */
export function scanBody(kind: BodyKind, bytes: Uint8Array, header: InferenceRequest["header"]): RequestBody {
  try {
    if (kind === "json") return scanTopLevel(bytes);
    if (kind === "multipart") return scanMultipart(bytes, formTypeIn(header));
    return bytes.length === 0 ? nothing : scanTopLevel(bytes);
  } catch (cause) {
    throw unreadable(cause);
  }
}

/** The named top-level fields and no other; absent ones are absent. */
export function fieldsOf(body: RequestBody, names: readonly string[]): JsonObject {
  return body.kind === "json" ? readFields(body, names) : formFields(body, names);
}

export function fieldNamesOf(body: RequestBody): readonly string[] {
  return body.kind === "json" ? body.fields.map(({ key }) => key) : body.parts.map(({ name }) => name);
}

/** All of it; of a form, its text fields. The values at these places remember how they were written. */
export function parseBody(body: RequestBody, texts: readonly JsonPlace[] = []): Json {
  if (body.kind !== "json") return readForm(() => readAllText(body));
  const whole = parseJson(body.bytes.toString());
  rememberTexts(whole, body, texts);
  return whole;
}

/** How much of it may be text for a model: a file's tokens have nothing to do with its bytes. */
export function textBytesOf(body: RequestBody): number {
  return body.kind === "json" ? body.bytes.length : textBytesIn(body);
}

/** The body with the changes; everything else keeps its bytes. */
export function changeFields(body: RequestBody, changes: FieldChanges): Uint8Array {
  return body.kind === "json" ? spliceTopLevel(body, changes) : changeForm(body, changes);
}

/** The same for what is to be sent: of JSON it is laid out where it is written. */
export function changedToSend(body: RequestBody, changes: FieldChanges): Uint8Array | PiecedBytes {
  return body.kind === "json" ? spliceInPieces(body, changes) : changeForm(body, changes);
}

/** The headers that it needs beside the usual ones: a form goes on under the client's boundary. */
export function headersOf(body: RequestBody): { readonly [name: string]: string } {
  return body.kind === "json" ? noHeaders : { "content-type": body.contentType };
}

const noHeaders: { readonly [name: string]: string } = {};

// Apart, for a closure costs a body of JSON a scope as well.
function formFields(body: MultipartScan, names: readonly string[]): JsonObject {
  return readForm(() => readTextFields(body, names));
}

function changeForm(body: MultipartScan, changes: FieldChanges): Uint8Array {
  return readForm(() => spliceMultipart(body, changes));
}

function readForm<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    throw unreadable(cause);
  }
}

function formTypeIn(header: InferenceRequest["header"]): string {
  const type = header("content-type");
  if (type !== null && /^\s*multipart\/form-data\b/i.test(type)) return type;
  const found = type === null ? "nothing" : JSON.stringify(type.slice(0, 100));
  const needed = "its content-type must be multipart/form-data with a boundary";
  throw new GatewayError("invalid_request", `Cannot read the request: ${needed}, found ${found}`);
}

function unreadable(cause: unknown): unknown {
  if (!(cause instanceof JsonScanError || cause instanceof MultipartError)) return cause;
  const form = cause instanceof JsonScanError ? "JSON" : "multipart/form-data";
  return new GatewayError("invalid_request", `Cannot read the request body as ${form}: ${cause.message}`, { cause });
}
