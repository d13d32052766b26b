import { expect, test } from "bun:test";
import { createSseParser } from "#lib/sse-parser";
import { withNamesRestored } from "./restore-names";

test("withNamesRestored() gives names back in an event's data and bytes, and leaves its type", () => {
  const parser = withNamesRestored(createSseParser(), new Map([["short_1a2b", "a name that is much longer"]]));
  const sent = 'event: content_block_start\ndata: {"name":"short_1a2b"}\n\n';
  const [event] = parser.push(Buffer.from(sent));
  expect(event?.event).toBe("content_block_start");
  expect(event?.data).toBe('{"name":"a name that is much longer"}');
  expect(Buffer.from(event?.raw ?? []).toString()).toBe(sent.replace("short_1a2b", "a name that is much longer"));
  expect([parser.end(), parser.endedMidEvent()]).toEqual([[], false]);
});
