import type { JsonObject } from "#lib/json";
import { createOwnExtensions } from "../extensions";

/** OpenAI's Responses: https://platform.openai.com/docs/api-reference/responses */
export const dialect = "openai-responses" as const;

/** What only this dialect knows of some part of the pivot. */
export const { own, keep } = createOwnExtensions(dialect);

/** One server-sent event; its name is the `type` in its data. */
export function writeEvent(type: string, sequence: number, fields: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence, ...fields })}\n\n`;
}

/** The events of a stream that must be readable; a nameless one may be any. */
export function isKnownType(event: string): boolean {
  return event === "message" || event === "error" || event.startsWith("response.");
}

/** Some look-alikes close their streams as Chat Completions does. */
export const doneMark = "[DONE]";
