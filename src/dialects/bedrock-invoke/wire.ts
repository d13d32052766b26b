import type { StreamEvent } from "#lib/frame-parser";
import { isObject, stringOf, tryParseJson } from "#lib/json";
import { eventLine } from "../event-stream-text";
import { createOwnExtensions } from "../extensions";

/**
 * InvokeModel with a body of Anthropic's, as its SDKs for Bedrock ask it: a message without `model` and `stream`, which the
 * path says, and with a version of its own. https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
 */
export const dialect = "bedrock-invoke";

/** What only this dialect knows of some part of the pivot. */
export const { own, keep } = createOwnExtensions(dialect);

export const anthropicVersion = "bedrock-2023-05-31";

/** The event of Anthropic's that a `chunk` carries in base64; any other event as it is. */
export function unwrapped(event: StreamEvent): StreamEvent {
  const payload = event.event === "chunk" ? tryParseJson(event.data) : undefined;
  const bytes = isObject(payload) ? stringOf(payload, "bytes") : undefined;
  if (bytes === undefined) return event;
  const raw = Buffer.from(bytes, "base64");
  return { event: "message", data: raw.toString(), raw };
}

/** Events of Anthropic's as they stand in a stream of its own, each in a `chunk`. */
export function wrapped(text: string): string {
  let chunks = "";
  for (const [, data = ""] of text.matchAll(/^data: (.*)$/gm))
    chunks += eventLine("chunk", JSON.stringify({ bytes: Buffer.from(data).toString("base64") }));
  return chunks;
}
