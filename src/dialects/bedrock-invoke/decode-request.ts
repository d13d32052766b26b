import type { CompletionRequest } from "#core/completion";
import type { Json, JsonObject } from "#lib/json";
import * as messages from "../anthropic-messages/decode-request";
import { requireObject, requireString, withoutFields } from "../fields";
import type { Envelope } from "../operation";
import { keep } from "./wire";

export const envelopeFields = [...messages.envelopeFields, "anthropic_version"];

/** Reads the envelope. Throws GatewayError `invalid_request` for a body of another maker's: of those that write only Anthropic's are served. */
export function decodeEnvelope(fields: JsonObject): Envelope {
  requireString(fields.anthropic_version, "anthropic_version");
  return messages.decodeEnvelope(fields);
}

/** Betas stand in the body here. */
export function decodeRequest(value: Json): CompletionRequest {
  const body = requireObject(value, "body");
  const request = messages.decodeRequest(withoutFields(body, ["anthropic_version", "anthropic_beta"]));
  if (body.anthropic_beta === undefined) return request;
  const kept = keep({ anthropic_beta: body.anthropic_beta }).extensions;
  return { ...request, extensions: { ...request.extensions, ...kept } };
}
