import type { CompletionRequest, Part } from "#core/completion";
import { encodeRequest as encodeMessage } from "../anthropic-messages/encode-request";
import { withoutFields } from "../fields";
import type { TargetFacts } from "../target-facts";
import type { EncodedRequest } from "../translation";
import { anthropicVersion, dialect, own } from "./wire";

/** Builds the body of `POST /model/{id}/invoke`. Throws as the Messages API's encoder does. */
export function encodeRequest(request: CompletionRequest, target: TargetFacts): EncodedRequest {
  const { [dialect]: _own, ...extensions } = request.extensions;
  const messages = request.messages.map((message) => ({ ...message, content: message.content.map(withoutAddress) }));
  const encoded = encodeMessage({ ...request, messages, extensions }, target);
  const { service_tier: tier } = encoded.body;
  const { anthropic_beta } = own(request.extensions);
  const body = {
    anthropic_version: anthropicVersion,
    ...(anthropic_beta !== undefined && { anthropic_beta }),
    ...withoutFields(encoded.body, ["model", "stream", "service_tier"]),
  };
  const dropped = tier === undefined || tier === "auto" ? encoded.dropped : [...encoded.dropped, "service_tier"];
  return { ...encoded, body, dropped };
}

/** Bedrock fetches nothing: what lies at an address has no counterpart, and is named as such. */
function withoutAddress(part: Part): Part {
  if (part.type === "tool-result") return { ...part, content: part.content.map(withoutAddress) };
  const isMedia = part.type === "image" || part.type === "document";
  return isMedia && part.source.type === "url" ? { type: "opaque", dialect: "", value: null } : part;
}
