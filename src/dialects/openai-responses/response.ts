import type { CompletionEvent, Finish, FinishReason } from "#core/completion";
import type { UpstreamFailure } from "#core/upstream-failure";
import type { Draft } from "#lib/draft";
import { arrayOf, isArray, isObject, type Json, type JsonObject, numberOf, objectOf, stringOf } from "#lib/json";
import { setDefined } from "../fields";
import type { ResponseFacts } from "../operation";
import { failureOfWhole, readFailureJson, withUsage } from "../read-failure";
import { readUsage } from "./usage";

// What a response object says of an answer, whole or in the events of a stream.

export function isResponse(body: Json | undefined): body is JsonObject {
  return isObject(body) && isArray(body.output) && body.object !== "error";
}

type Start = Extract<CompletionEvent, { readonly type: "start" }>;

export function readStart(response: JsonObject): Start {
  const start: Draft<Start> = {
    type: "start",
    id: stringOf(response, "id") ?? "",
    model: stringOf(response, "model") ?? "",
  };
  // Some fill the field with zeros.
  setDefined(start, "createdS", numberOf(response, "created_at") || undefined);
  setDefined(start, "serviceTier", stringOf(response, "service_tier"));
  return start;
}

/** How it ended. What a client is to call makes the end of a whole answer a call for it. */
export function readFinish(response: JsonObject, calledTools = arrayOf(response, "output").some(isCall)): Finish {
  const status = stringOf(response, "status") ?? "completed";
  if (status !== "incomplete") return { choice: 0, reason: calledTools ? "tool-calls" : "stop", raw: status };
  const raw = stringOf(objectOf(response, "incomplete_details") ?? {}, "reason") ?? status;
  return { choice: 0, reason: incompleteReasons.get(raw) ?? "other", raw };
}

const incompleteReasons: ReadonlyMap<string, FinishReason> = new Map([
  ["max_output_tokens", "length"],
  // Look-alikes write the words of Chat Completions.
  ["max_tokens", "length"],
  ["length", "length"],
  // A status without its reason: the answer is not whole.
  ["incomplete", "length"],
  ["max_tool_calls", "length"],
  ["content_filter", "content-filter"],
]);

/** Whether an item is for the client to do. */
export function isCall(item: Json): boolean {
  return isObject(item) && (item.type === "function_call" || item.type === "custom_tool_call");
}

/** The error of a response that failed; undefined for any other. */
export function readResponseFailure(response: JsonObject): UpstreamFailure | undefined {
  const isFailed = response.status === "failed" || response.status === "cancelled";
  if (!isFailed && !isObject(response.error)) return undefined;
  const failure = readFailureJson(response.error ?? null) ?? { message: `The provider's answer is ${response.status}` };
  return withUsage(failure, readUsage(response));
}

/** The error that a whole answer under status 200 is or holds. */
export function failureOfAnswer(body: Json): UpstreamFailure | undefined {
  if (isResponse(body)) return readResponseFailure(body);
  const failure = failureOfWhole(body, false);
  return failure && withUsage(failure, isObject(body) ? readUsage(body) : undefined);
}

/** Reads usage and finish reason alone. */
export function meterResponse(body: Json): ResponseFacts | undefined {
  if (!isResponse(body)) return undefined;
  const facts: Draft<ResponseFacts> = {};
  setDefined(facts, "usage", readUsage(body));
  setDefined(facts, "finishReason", readFinish(body).raw);
  setDefined(facts, "model", stringOf(body, "model"));
  setDefined(facts, "serviceTier", stringOf(body, "service_tier"));
  return facts;
}
