import { expect, test } from "bun:test";
import { createEventStreamParser } from "#lib/event-stream-parser";
import { writeJson } from "#lib/json-text";
import { completion as messages } from "../anthropic-messages/operations";
import { eventLine, exceptionLine, writeEventStream } from "../event-stream-text";
import { targetOf } from "../fixtures/parts";
import { decodeEnvelope, decodeRequest } from "./decode-request";
import { encodeRequest } from "./encode-request";
import { createStreamDecoder, createStreamEncoder, createStreamMeter } from "./streams";

const context = { id: "0".repeat(32), nowS: 1, streamUsage: true };
const target = targetOf("bedrock", "bedrock-invoke", "anthropic.claude-3-haiku-20240307-v1:0");

const events = [
  {
    type: "message_start",
    message: { id: "msg_1", model: "claude", content: [], usage: { input_tokens: 4, output_tokens: 1 } },
  },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Grüße" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: " an alle" } },
  { type: "content_block_stop", index: 0 },
  { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 6 } },
  { type: "message_stop", "amazon-bedrock-invocationMetrics": { inputTokenCount: 4, outputTokenCount: 6 } },
];

function framesOf(list: readonly object[]): string {
  const chunks = list.map((each) => Buffer.from(JSON.stringify(each)).toString("base64"));
  return chunks.map((bytes) => eventLine("chunk", JSON.stringify({ bytes, p: "abc" }))).join("");
}

const read = (text: string) => createEventStreamParser().push(writeEventStream(text));

test("createStreamDecoder() reads Anthropic's events out of chunks", () => {
  const decoder = createStreamDecoder();
  const decoded = read(framesOf(events)).flatMap((event) => [...decoder.push(event)]);
  expect(decoded.map(({ type }) => type).join(" ")).toBe(
    "start item-start text-delta text-delta item-end finish usage end",
  );
  expect(decoder.finish()).toEqual({ complete: true, events: [] });
});

test("createStreamEncoder() writes chunks that it reads again", () => {
  const decode = (text: string) => {
    const decoder = createStreamDecoder();
    return read(text).flatMap((event) => [...decoder.push(event)]);
  };
  const decoded = decode(framesOf(events));
  const text = decoded.map(createStreamEncoder(context).push).join("");
  expect(
    text
      .split("\n")
      .filter((line) => line !== "")
      .every((line) => line.startsWith('chunk {"bytes":"')),
  ).toBe(true);
  expect(decode(text).map(({ type }) => type)).toEqual(decoded.map(({ type }) => type));
});

test("createStreamMeter() counts what passes, and takes exceptions out", () => {
  const meter = createStreamMeter();
  const verdicts = read(framesOf(events)).map(meter.push);
  expect(verdicts.every(({ forward }) => forward)).toBe(true);
  expect(verdicts.at(-1)).toMatchObject({ terminal: true });
  expect(meter.facts()).toMatchObject({ complete: true, missingTail: "", usage: { input: 4, output: 6 } });
  expect(meter.outputBytes()).toBe(Buffer.byteLength("Grüße an alle"));

  const failing = createStreamMeter();
  const [start, exception] = read(
    framesOf(events.slice(0, 1)) + exceptionLine("throttlingException", '{"message":"Wait"}'),
  );
  expect(start && failing.push(start)).toMatchObject({ forward: true });
  expect(exception && failing.push(exception)).toMatchObject({ forward: false });
  expect(failing.facts()).toMatchObject({ error: { message: "Wait", type: "ThrottlingException" } });
});

test("encodeRequest() writes a message without model and stream, with Bedrock's version, and no address", () => {
  const body = {
    anthropic_version: "bedrock-2023-05-31",
    anthropic_beta: ["interleaved-thinking-2025-05-14"],
    max_tokens: 100,
    messages: [{ role: "user", content: [{ type: "text", text: "q", cache_control: { type: "ephemeral" } }] }],
    tools: [{ name: "look", input_schema: { type: "object" } }],
  };
  const request = decodeRequest({ ...body, model: "m", stream: true });
  const sent = encodeRequest(request, target);
  expect(JSON.parse(writeJson(sent.body))).toEqual(body);
  expect(sent.dropped).toEqual([]);
  const pictured = messages.decodeRequest?.({
    ...{ model: "m", max_tokens: 9, service_tier: "standard_only" },
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "q" },
          { type: "image", source: { type: "url", url: "https://a.b/c.png" } },
        ],
      },
    ],
  });
  expect(pictured && encodeRequest(pictured, target).dropped).toEqual(["messages[0].content[1]", "service_tier"]);
});

test("decodeEnvelope() refuses bodies of other makers by name", () => {
  const fields = { model: "amazon.nova-lite-v1:0", stream: false, max_tokens: 5 };
  expect(() => decodeEnvelope(fields)).toThrow('"anthropic_version"');
  expect(decodeEnvelope({ ...fields, anthropic_version: "bedrock-2023-05-31" })).toMatchObject({ maxOutputTokens: 5 });
});
