import { isObject, type Json, type JsonObject, objectOf, stringOf, tryParseJson } from "#lib/json";
import { askRaw } from "./ask-raw.ts";
import type { Ask } from "./ask-with-sdk.ts";
import { problemOf } from "./incomplete.ts";
import { type Dialect, providerOf } from "./pairs.ts";
import type { Recording } from "./recordings.ts";
import { modelFor, providerKey } from "./replay-server.ts";
import type { Replay } from "./start-replay.ts";

/** The errors of the client whose status is told as the provider gave it; any other is the gateway's to solve, and told as 502. */
const kept: ReadonlySet<number> = new Set([400, 404, 409, 413, 422, 429]);

/** What AWS's SDK throws; the others throw a class or a code by the status. */
const awsErrors: ReadonlyMap<number, RegExp> = new Map([
  [400, /^ValidationException$/],
  [404, /^ResourceNotFoundException$/],
  [429, /^ThrottlingException$/],
]);
const sdkErrors: ReadonlyMap<number, string> = new Map([
  [400, "BadRequestError"],
  [404, "NotFoundError"],
  [409, "ConflictError"],
  [422, "UnprocessableEntityError"],
  [429, "RateLimitError"],
]);

/**
 * A recorded error must keep status and message, come in the client's own form, become the SDK's own class, and never show
 * the provider key. What is between the gateway and its provider (a key that was refused) is told as 502, and no more of it.
 */
export async function judgeError(
  replay: Replay,
  ask: Ask,
  recording: Recording,
  client: Dialect,
): Promise<readonly string[]> {
  const { status, body } = await askRaw(replay, client, recording, "whole");
  const leak = await askRaw(replay, client, recording, "leak");
  const thrown = await ask(`${providerOf[recording.dialect]}/${modelFor(recording.id, "whole")}`, false).then(
    () => "nothing",
    (error: unknown) => nameOf(error),
  );
  const json = tryParseJson(body);
  const isKept = kept.has(recording.status) && status !== 502;
  const told = isKept ? messageIn(tryParseJson(recording.body.toString())) : undefined;
  const checks: readonly (readonly [string, boolean])[] = [
    [`status ${status}`, isKept ? status === recording.status : status === 502],
    ["message", told === undefined || messageIn(json) === told],
    ["form", isObject(json) && hasForm(client, json)],
    [`type ${typeIn(json)}`, makerOf(client) === makerOf(recording.dialect) || hasType(client, status, typeIn(json))],
    [`SDK throws ${thrown}`, fits(client, status, thrown)],
    ["key is shown", !leak.body.includes(providerKey)],
    ["message is lost with the key", told === undefined || leak.body.includes("Wrong key")],
  ];
  return checks.filter(([, good]) => !good).map(([name]) => name);
}

/** A stream in which the provider itself tells of an error ends as one for every client. */
export async function judgeFailing(
  replay: Replay,
  ask: Ask,
  recording: Recording,
  client: Dialect,
): Promise<readonly string[]> {
  const problem = problemOf(await askRaw(replay, client, recording, "whole"), client);
  const model = `${providerOf[recording.dialect]}/${modelFor(recording.id, "events")}`;
  const accepted = await ask(model, true).then(
    () => true,
    () => false,
  );
  return [...(problem === undefined ? [] : [problem]), ...(accepted ? ["the SDK took it for complete"] : [])];
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.constructor.name === "ApiError"
    ? `ApiError ${Reflect.get(error, "status")}`
    : error.name === "Error"
      ? error.constructor.name
      : error.name;
}

function fits(client: Dialect, status: number, thrown: string): boolean {
  if (client === "gemini") return thrown === `ApiError ${status}`;
  if (client.startsWith("bedrock")) return (awsErrors.get(status) ?? /Exception$/).test(thrown);
  return thrown === (sdkErrors.get(status) ?? "InternalServerError") || thrown === "Error";
}

function messageIn(json: Json | undefined): string | undefined {
  if (!isObject(json)) return undefined;
  return stringOf(objectOf(json, "error") ?? json, "message");
}

function typeIn(json: Json | undefined): string | undefined {
  const error = (isObject(json) ? objectOf(json, "error") : undefined) ?? {};
  return stringOf(error, "status") ?? stringOf(error, "type");
}

/** What each API calls an error of a status, where its body says it; AWS's stands in a header that its SDK reads. */
const types: { readonly [client: string]: { readonly [status: number]: string } } = {
  "openai-chat": { 429: "rate_limit_error", 502: "server_error" },
  "openai-responses": { 429: "rate_limit_error", 502: "server_error" },
  "anthropic-messages": {
    ...{ 404: "not_found_error", 409: "conflict_error", 413: "request_too_large", 429: "rate_limit_error" },
    502: "api_error",
  },
  gemini: { 404: "NOT_FOUND", 409: "ABORTED", 429: "RESOURCE_EXHAUSTED", 502: "INTERNAL" },
};

/** OpenAI's two APIs have the same errors, and their look-alikes words of their own. */
function makerOf(dialect: Dialect): string {
  return dialect.startsWith("openai") ? "openai" : dialect;
}

function hasType(client: Dialect, status: number, found: string | undefined): boolean {
  const usual = client === "gemini" ? "INVALID_ARGUMENT" : "invalid_request_error";
  return client.startsWith("bedrock") || found === (types[client]?.[status] ?? usual);
}

/** Each API's own shape of an error. */
function hasForm(client: Dialect, json: JsonObject): boolean {
  const error = objectOf(json, "error") ?? {};
  switch (client) {
    case "openai-chat":
    case "openai-responses":
      return typeof error.message === "string" && typeof error.type === "string" && "param" in error && "code" in error;
    case "anthropic-messages":
      return json.type === "error" && typeof error.type === "string" && typeof json.request_id === "string";
    case "gemini":
      return typeof error.code === "number" && /^[A-Z_]+$/.test(String(error.status));
    default:
      return typeof json.message === "string";
  }
}
