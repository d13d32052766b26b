import type { Draft } from "#lib/draft";
import { isObject, type JsonObject } from "#lib/json";
import { openAiLabels } from "../client-labels";
import { invalidField, optionalBoolean, optionalInteger, requireString } from "../fields";
import type { Envelope } from "../operation";
import { reasoningAsked, reasoningFields } from "../reasoning-asked";
import { referencesIn } from "./stored-responses";

/** The fields that `decodeEnvelope` reads. */
export const envelopeFields = [
  ...["model", "stream", "max_output_tokens", "user", "safety_identifier", "metadata", "client_metadata"],
  ...["store", "background", "previous_response_id", "conversation"],
  ...reasoningFields,
] as const;

/** Reads what routing and limits need. Throws GatewayError `invalid_request` naming the field. */
export function decodeEnvelope(fields: JsonObject): Envelope {
  const model = requireString(fields.model, "model");
  if (model === "") throw invalidField("model", "the name of a model", model);
  const limit = decodeLimit(fields);
  const envelope: Draft<Envelope> = {
    model,
    stream: optionalBoolean(fields, "", "stream") ?? false,
    n: 1,
    streamUsage: true,
  };
  const labels = openAiLabels(fields.safety_identifier ?? fields.user, sessionOf(fields));
  if (labels !== undefined) envelope.labels = labels;
  const objects = referencesIn(fields);
  if (objects.length > 0) envelope.objects = objects;
  // Unless it is told not to, the provider stores what it answers.
  if (fields.background === true) envelope.isBackground = true;
  if (fields.store !== false) envelope.isStored = true;
  if (limit !== undefined) envelope.maxOutputTokens = limit;
  const reasoning = reasoningAsked(fields);
  if (reasoning !== undefined) envelope.reasoning = reasoning;
  return envelope;
}

/** Codex names its session in `client_metadata`. */
function sessionOf({ metadata, client_metadata: client }: JsonObject) {
  return isObject(client) && typeof client.session_id === "string"
    ? { ...client, ...(isObject(metadata) && metadata) }
    : metadata;
}

/** Local servers read a negative limit as none. */
export function decodeLimit(fields: JsonObject): number | undefined {
  const limit = optionalInteger(fields, "", "max_output_tokens");
  return limit === undefined || limit < 0 ? undefined : limit;
}
