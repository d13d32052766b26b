import type { UpstreamFailure } from "#core/upstream-failure";
import { isObject, type Json } from "#lib/json";
import { isError, readFailureJson, withUsage } from "../read-failure";
import { readResponseFailure } from "./response";
import { readUsage } from "./usage";

/** Whether an event of a stream is the provider's error: `error`, `response.failed`, or for want of a type by what it holds. */
export function isErrorEvent(event: string, data: Json | undefined): boolean {
  if (event === "error") return true;
  if (!isObject(data)) return false;
  const { type } = data;
  return type === "error" || type === "response.failed" || (type === undefined && isError(data.error));
}

/** The error in an event's data, or in its text. */
export function failureOfEvent(data: Json): UpstreamFailure {
  const response = isObject(data) ? data.response : undefined;
  const failure = isObject(response)
    ? readResponseFailure({ status: "failed", ...response })
    : readFailureJson(withoutType(data));
  const told = failure ?? { message: "The provider ended its stream with an error" };
  return isObject(data) && told.usage === undefined ? withUsage(told, readUsage(data)) : told;
}

/** The `type` of the event is none of the error's. */
function withoutType(data: Json): Json {
  if (!isObject(data)) return data;
  const { type: _type, sequence_number: _sequence, ...rest } = data;
  return rest;
}
