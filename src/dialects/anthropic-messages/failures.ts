import type { UpstreamFailure } from "#core/upstream-failure";
import type { Usage } from "#core/usage";
import { isObject, type Json } from "#lib/json";
import { failureOfWhole, isError, readFailureJson, withUsage } from "../read-failure";
import { isMessage } from "./decode-response";
import { createUsageTally } from "./usage";

/** The error that a whole answer is or holds. */
export function failureOfAnswer(body: Json): UpstreamFailure | undefined {
  const failure = failureOfWhole(body, isMessage(body));
  return failure && withUsage(failure, usageBeside(body));
}

/** Whether an event of a stream is the provider's error, by its name, its type, or for want of both by what it holds. */
export function isErrorEvent(event: string, data: Json | undefined): boolean {
  if (event === "error") return true;
  return isObject(data) && (data.type === "error" || (data.type === undefined && isError(data.error)));
}

/** The error in an event's data, or in its text. */
export function failureOfEvent(data: Json): UpstreamFailure {
  const failure = readFailureJson(data) ?? { message: "The provider ended its stream with an error" };
  return withUsage(failure, usageBeside(data));
}

/** What stands beside an error. */
export function usageBeside(data: Json): Usage | undefined {
  const tally = createUsageTally();
  tally.add(isObject(data) ? data.usage : undefined);
  return tally.usage();
}
