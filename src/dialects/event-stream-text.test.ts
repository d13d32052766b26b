import { expect, test } from "bun:test";
import { createEventStreamParser } from "#lib/event-stream-parser";
import { eventLine, exceptionLine, writeEventStream } from "./event-stream-text";

test("writeEventStream() makes a message of each line", () => {
  const said = JSON.stringify({ text: "one\ntwo ! three" });
  const text = eventLine("contentBlockDelta", said) + exceptionLine("throttlingException", '{"message":"Wait"}');
  const messages = createEventStreamParser().push(writeEventStream(text));
  expect(messages.map(({ event, messageType, data }) => [messageType, event, data])).toEqual([
    ["event", "contentBlockDelta", said],
    ["exception", "throttlingException", '{"message":"Wait"}'],
  ]);
});

test("writeEventStream() writes nothing for nothing", () => {
  expect(writeEventStream("")).toHaveLength(0);
});
