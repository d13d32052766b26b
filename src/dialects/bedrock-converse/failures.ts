import type { UpstreamFailure } from "#core/upstream-failure";
import type { Usage } from "#core/usage";
import { isEventStreamMessage } from "#lib/event-stream-parser";
import type { StreamEvent } from "#lib/frame-parser";
import { isObject, type Json, tryParseJson } from "#lib/json";
import { failureOfWhole, readFailureJson, withUsage } from "../read-failure";
import { readUsage } from "./usage";

/** The error that a whole answer is, or that stands beside one. */
export function failureOfAnswer(body: Json): UpstreamFailure | undefined {
  const failure = failureOfWhole(body, isAnswer(body) && !saysException(body));
  return failure && withUsage(failure, usageBeside(body));
}

/** As AWS writes exceptions in JSON; answers have neither field: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
function saysException(body: Json): boolean {
  return isObject(body) && (typeof body.__type === "string" || typeof body.message === "string");
}

export function isAnswer(body: Json): boolean {
  return isObject(body) && isObject(body.output) && isObject(body.output.message);
}

/**
 * The error that an event of a stream is: an exception of the service, by its name and message, or an error outside of its
 * model, by code and message in headers (https://smithy.io/2.0/aws/amazon-eventstream.html). Undefined for any other.
 * @param usageIn Reads the account of the tokens beside it.
 */
export function failureOfEvent(event: StreamEvent, usageIn = usageBeside): UpstreamFailure | undefined {
  if (!isEventStreamMessage(event) || event.messageType === "event") return undefined;
  const json = tryParseJson(event.data) ?? event.data;
  const said = readFailureJson(json);
  const header = event.headers.get(":error-message");
  const message = header?.type === "string" ? header.value : (said?.message ?? `The provider sent ${event.event}`);
  const name = event.event.charAt(0).toUpperCase() + event.event.slice(1);
  return withUsage({ ...said, message, type: name, code: name }, usageIn(json));
}

function usageBeside(data: Json): Usage | undefined {
  return isObject(data) ? readUsage(data.usage) : undefined;
}
