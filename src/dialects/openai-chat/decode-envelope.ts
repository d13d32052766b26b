import { GatewayError } from "#core/errors";
import type { Draft } from "#lib/draft";
import type { JsonObject } from "#lib/json";
import { openAiLabels } from "../client-labels";
import { optionalBoolean, optionalCount, optionalInteger, optionalObject, requireString } from "../fields";
import type { Envelope } from "../operation";
import { reasoningAsked, reasoningFields } from "../reasoning-asked";

/** The fields that `decodeEnvelope` reads. */
export const envelopeFields = [
  "model",
  "stream",
  "max_completion_tokens",
  "max_tokens",
  "n",
  "stream_options",
  "user",
  "metadata",
  "store",
  ...reasoningFields,
] as const;

/** Reads what routing and limits need. Throws GatewayError `invalid_request` naming the field. */
export function decodeEnvelope(fields: JsonObject): Envelope {
  const model = requireString(fields.model, "model");
  if (model === "") throw emptyModel();
  const limit = decodeLimit(fields);
  const streamOptions = optionalObject(fields, "", "stream_options");
  const includeUsage = streamOptions && optionalBoolean(streamOptions, "stream_options", "include_usage");
  const envelope: Draft<Envelope> = {
    model,
    stream: optionalBoolean(fields, "", "stream") ?? false,
    n: optionalCount(fields, "", "n", 1) ?? 1,
    streamUsage: includeUsage ?? false,
  };
  const labels = openAiLabels(fields.user, fields.metadata);
  if (labels !== undefined) envelope.labels = labels;
  if (fields.store === true) envelope.isStored = true;
  if (limit !== undefined) envelope.maxOutputTokens = limit;
  if (streamOptions !== undefined) envelope.streamOptions = streamOptions;
  const reasoning = reasoningAsked(fields);
  if (reasoning !== undefined) envelope.reasoning = reasoning;
  return envelope;
}

/** Local servers read a negative limit as none. */
export function decodeLimit(fields: JsonObject): number | undefined {
  const limit = optionalInteger(fields, "", "max_completion_tokens") ?? optionalInteger(fields, "", "max_tokens");
  return limit === undefined || limit < 0 ? undefined : limit;
}

function emptyModel(): GatewayError {
  return new GatewayError(
    "invalid_request",
    'Cannot read the request: "model" must name a model, found an empty string',
    {
      param: "model",
    },
  );
}
