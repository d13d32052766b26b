import { isEventStreamMessage } from "#lib/event-stream-parser";
import type { StreamEvent } from "#lib/frame-parser";
import type { JsonObject } from "#lib/json";
import { writeJson } from "#lib/json-text";
import { eventLine } from "../event-stream-text";
import { createOwnExtensions } from "../extensions";

/** Converse: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
export const dialect = "bedrock-converse";

/** What only this dialect knows of some part of the pivot. */
export const { own, keep } = createOwnExtensions(dialect);

/** One event of a stream, as text. */
export function writeEvent(type: string, fields: JsonObject): string {
  return eventLine(type, writeJson(fields));
}

/** What of an event is JSON: its bytes as they came begin with lengths and end with a checksum. */
export function payloadOf(event: StreamEvent): Uint8Array {
  return isEventStreamMessage(event) ? event.payload : event.raw;
}
