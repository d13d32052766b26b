import type { JsonObject } from "#lib/json";
import { createOwnExtensions } from "../extensions";

/** The Messages API: https://docs.claude.com/en/api/messages */
export const dialect = "anthropic-messages";

/** The object without its undefined fields. */
export function compact(object: JsonObject): JsonObject {
  for (const key in object) if (object[key] === undefined) return withoutUndefined(object);
  return object;
}

function withoutUndefined(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** What only this dialect knows of some part of the pivot. */
export const { own, keep } = createOwnExtensions(dialect);

/** The kinds of delta that carry nothing but a text, with the field that holds it. */
const textFields = { text_delta: "text", thinking_delta: "thinking", input_json_delta: "partial_json" } as const;

export type TextDelta = { readonly type: keyof typeof textFields; readonly text: string };

/** A text in a block's next delta: what `writeEvent` would write, put together from parts as it comes with every token. */
export function writeTextDelta(index: number, { type, text }: TextDelta): string {
  const before = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":{"type":"`;
  return `${before}${type}","${textFields[type]}":${JSON.stringify(text)}}}\n\n`;
}

/** One server-sent event; `type` repeats its name in the data, as Anthropic has it. */
export function writeEvent(type: string, fields: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

const eventTypes: ReadonlySet<string> = new Set([
  "message",
  "message_start",
  "content_block_start",
  "content_block_delta",
  "content_block_stop",
  "message_delta",
  "message_stop",
  "error",
]);

/** The events of a stream that must be readable; a nameless one may be any. Others may come: https://docs.claude.com/en/api/versioning */
export function isKnownType(event: string): boolean {
  return eventTypes.has(event);
}
