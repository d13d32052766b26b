import { describe, expect, test } from "bun:test";
import type { CompletionEvent } from "#core/completion";
import type { JsonObject } from "#lib/json";
import { createCollector } from "../collect";
import { parseEvents } from "../fixtures/recordings";
import { InvalidAnswer } from "../operation";
import { createStreamDecoder } from "./decode-stream";
import { createStreamMeter } from "./meter-stream";
import { writeEvent } from "./wire";

const message = { id: "msg_1", model: "m", content: [], usage: { input_tokens: 3, output_tokens: 1 } };
const start = { type: "message_start", message };
const stop = { type: "message_stop" };
const textStart = { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } };
const hi = { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hi" } };

function read(events: readonly JsonObject[]) {
  const decoder = createStreamDecoder();
  const text = events.map((event) => writeEvent(String(event.type), event)).join("");
  const decoded = parseEvents(text).flatMap((event) => decoder.push(event));
  return { decoded, complete: decoder.finish().complete };
}

function collect(events: readonly CompletionEvent[]) {
  const collector = createCollector();
  for (const event of events) collector.push(event);
  return collector.completion();
}

describe("createStreamDecoder()", () => {
  test("is incomplete without message_stop, whatever else came", () => {
    const delta = { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } };
    const { decoded, complete } = read([start, textStart, hi, { type: "content_block_stop", index: 0 }, delta]);
    expect(complete).toBe(false);
    expect(decoded.some((event) => event.type === "end")).toBe(false);
    expect(decoded.at(-1)).toMatchObject({ type: "usage", usage: { input: 3, output: 2 } });
  });

  test("ends what is open at message_stop", () => {
    const { decoded, complete } = read([start, textStart, hi, stop]);
    expect(complete).toBe(true);
    const types: readonly string[] = decoded.map((event) => event.type);
    expect(types).toEqual(["start", "item-start", "text-delta", "item-end", "finish", "end"]);
  });

  test("gives a provider's error and nothing after it", () => {
    const error = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
    const { decoded, complete } = read([start, error, textStart, stop]);
    expect(decoded.slice(1)).toEqual([{ type: "error", failure: { message: "Overloaded", type: "overloaded_error" } }]);
    expect(complete).toBe(false);
  });

  test("passes over unknown events, unknown deltas, pings and comments", () => {
    const decoder = createStreamDecoder();
    const text = `: hello\n\n${[
      { type: "new_event" },
      start,
      { type: "ping" },
      textStart,
      { ...hi, delta: { type: "new_delta" } },
    ]
      .map((event) => writeEvent(event.type, event))
      .join("")}`;
    expect(
      parseEvents(text)
        .flatMap((event) => decoder.push(event))
        .map((event) => event.type),
    ).toEqual(["start", "item-start"]);
  });

  for (const [what, events] of [
    ["a stream that begins with a block", [textStart]],
    ["a delta for a block that is not open", [start, hi]],
    ["a second message", [start, textStart, { ...start, message: { ...message, id: "msg_2" } }]],
  ] as const) {
    test(`refuses ${what}`, () => {
      expect(() => read(events)).toThrow(InvalidAnswer);
    });
  }

  test("refuses data that is not JSON", () => {
    const decoder = createStreamDecoder();
    expect(() => parseEvents("data: <html>\n\n").map((event) => decoder.push(event))).toThrow(InvalidAnswer);
  });

  test("reads redacted thinking and server tools", () => {
    const blocks = [
      { type: "redacted_thinking", data: "secret" },
      { type: "server_tool_use", id: "s", name: "web_search", input: {} },
    ];
    const events = blocks.flatMap((content_block, index) => [
      { type: "content_block_start", index, content_block },
      ...(index === 0
        ? []
        : ['{"query"', ':"x"}'].map((partial_json) => ({
            ...{ type: "content_block_delta", index, delta: { type: "input_json_delta", partial_json } },
          }))),
      { type: "content_block_stop", index },
    ]);
    expect(collect(read([start, ...events, stop]).decoded).items).toMatchObject([
      { kind: "reasoning", state: { origin: "anthropic-messages", value: "secret", redacted: true } },
      { kind: "opaque", value: { id: "s", input: { query: "x" } } },
    ]);
  });
});

describe("createStreamMeter()", () => {
  const events = [start, textStart, hi, { type: "ping" }, stop];
  const named = events.map((event) => writeEvent(event.type, event)).join("");
  const nameless = named.replaceAll(/^event: .*\n/gm, "");

  for (const [what, text] of [
    ["with event lines", named],
    ["without event lines", nameless],
    [
      "with spaces in its JSON",
      events.map((event) => `data: ${JSON.stringify(event, null, 1).replaceAll("\n", " ")}\n\n`).join(""),
    ],
  ] as const) {
    test(`meters a stream ${what}`, () => {
      const meter = createStreamMeter();
      const verdicts = parseEvents(text).map((event) => meter.push(event));
      expect(verdicts.map((verdict) => verdict.terminal)).toEqual([false, false, false, false, true]);
      expect(verdicts.map((verdict) => verdict.token)).toEqual([false, false, true, false, false]);
      expect(meter.facts()).toMatchObject({
        complete: true,
        model: "m",
        outputBytes: 2,
        usage: { input: 3, output: 1 },
      });
    });
  }

  test("counts the bytes of texts as they are, not as JSON escapes them", () => {
    const meter = createStreamMeter();
    const texts = ['"type":"message_stop"', "a\nb\\", "é\u0001😀", '\\"', ""];
    const deltas = texts.map((text) => ({ ...hi, delta: { type: "text_delta", text } }));
    const escaped = `data: {"type":"content_block_delta","delta":{"type":"input_json_delta","partial_json":"\\u00e9\\u0041x"}}\n\n`;
    for (const event of parseEvents(deltas.map((each) => writeEvent(each.type, each)).join("") + escaped))
      meter.push(event);
    expect(meter.facts().outputBytes).toBe(Buffer.byteLength(`${texts.join("")}éAx`));
    expect(meter.facts().complete).toBe(false);
  });

  test("reports a provider's error", () => {
    const meter = createStreamMeter();
    const error = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
    for (const event of parseEvents(writeEvent("error", error))) meter.push(event);
    expect(meter.facts()).toMatchObject({
      error: { type: "overloaded_error", message: "Overloaded" },
      complete: false,
    });
  });
});
