import type { Extensions } from "#core/completion";
import type { Json, JsonObject } from "#lib/json";

/** The Messages API: https://docs.claude.com/en/api/messages */
export const dialect = "anthropic-messages";

/** The object's other fields; safe for a field named `__proto__`. */
export function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** The object without its undefined fields. */
export function compact(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** What this dialect kept on some part of the pivot. */
export function ownExtensions(holder: { readonly extensions?: Extensions }): JsonObject {
  return holder.extensions?.[dialect] ?? {};
}

/** Fields that only this dialect knows, ready to be spread into some part of the pivot; nothing when there are none. */
export function keepExtensions(fields: JsonObject): { readonly extensions?: Extensions } {
  return Object.keys(fields).length === 0 ? {} : { extensions: { [dialect]: fields } };
}

/**
 * A tool call's input from the model's JSON text. Text that is not a JSON object is wrapped the way Anthropic advises
 * clients to hand back broken arguments (docs: fine-grained tool streaming, "Handling invalid JSON").
 */
export function inputOf(parsed: Json | undefined, text: string): Json {
  if (text.trim() === "") return {};
  return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? parsed : { INVALID_JSON: text };
}

/** One server-sent event; `type` repeats its name in the data, as Anthropic has it. */
export function writeEvent(type: string, fields: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}
