import { expect, test } from "bun:test";
import { createEventStreamParser } from "./event-stream-parser";
import { writeEventStreamMessage } from "./event-stream-writer";

test("writeEventStreamMessage() writes what the parser reads, whatever the text", () => {
  for (const payload of ["", "{}", '{"text":"Grüße, 世界 🦜"}', "x".repeat(70_000)]) {
    const bytes = writeEventStreamMessage(
      [
        [":event-type", "contentBlockDelta"],
        [":content-type", "application/json"],
        [":message-type", "event"],
      ],
      payload,
    );
    const parser = createEventStreamParser();
    const [message] = parser.push(bytes);
    expect(message).toMatchObject({ event: "contentBlockDelta", data: payload, messageType: "event" });
    expect(message?.headers.get(":content-type")).toEqual({ type: "string", value: "application/json" });
    expect(parser.end()).toEqual([]);
  }
});

test("writeEventStreamMessage() writes the bytes that a service writes", () => {
  // As Smithy's own writer puts it: prelude, one header, payload, both checksums.
  const bytes = writeEventStreamMessage([["content-type", "application/json"]], "{'foo':'bar'}");
  expect(Buffer.from(bytes).toString("hex")).toBe(
    "0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b27666f6f273a27626172277d8d9c08b1",
  );
});
