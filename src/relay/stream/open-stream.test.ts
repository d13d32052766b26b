import { expect, test } from "bun:test";
import { anthropicMessagesCodec, type Codec, openaiChatCodec } from "#dialects/fixtures/parts";
import { createSseParser } from "#lib/sse-parser";
import type { UpstreamResponse } from "#upstream/upstream";
import { openStream } from "./open-stream";
import { passthroughStream } from "./passthrough-stream";

const token = 'data: {"choices":[{"index":0,"delta":{"content":"hi"}}]}\n\n';
const finish = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}';

for (const [ending, missing] of [
  ["", "\n\n"],
  ["\n", "\n"],
]) {
  test(`openStream() adds the blank line to a whole event that ends the body with ${JSON.stringify(ending)}`, async () => {
    const { complete, text } = await read(token + finish + ending);
    expect(complete).toBe(true);
    expect(text).toBe(token + finish + ending + missing);
  });
}

test("openStream() drops an event that the end of the body tore", async () => {
  for (let length = 1; length < finish.length; length++) {
    const { complete, text } = await read(token + finish.slice(0, length));
    expect(complete).toBe(false);
    expect(text).toBe(token);
  }
});

test("openStream() reads up to the first token and no further", async () => {
  const role = 'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n';
  const { head, taken } = await open([": hello\n\n", role.slice(0, 20), role.slice(20), token, finish]);
  expect(new TextDecoder().decode(head.bytes)).toBe(`: hello\n\n${role}${token}`);
  expect(head).toMatchObject({ token: true, terminal: false, failed: false });
  expect(taken()).toBe(4);
});

test("openStream() sends a long beginning on without a token", async () => {
  const ping = `: ${"p".repeat(1000)}\n\n`;
  const { head, taken } = await open(Array.from({ length: 100 }, () => ping));
  expect(head.token).toBe(false);
  expect(taken()).toBeLessThan(70);
});

test("openStream() tells of the provider's error, and stops there", async () => {
  const { head, taken } = await open([": hello\n\n", 'data: {"error":{"message":"busy"}}\n\n', token]);
  expect(head).toMatchObject({ token: false, failed: true });
  expect(taken()).toBe(2);
});

test("openStream() refuses a body without any event", async () => {
  await expect(open([])).rejects.toThrow("the stream carried no event");
});

test("openStream() waits for Anthropic's first text, reasoning or tool call, not for its frame or pings", async () => {
  const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
  const frame = [
    event("message_start", { message: { id: "m", content: [], usage: { input_tokens: 1, output_tokens: 1 } } }),
    event("ping", {}),
    event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    event("content_block_delta", { index: 0, delta: { type: "signature_delta", signature: "abc" } }),
  ];
  const tokens = [
    event("content_block_delta", { index: 0, delta: { type: "text_delta", text: "hi" } }),
    event("content_block_delta", { index: 0, delta: { type: "thinking_delta", thinking: "so" } }),
    event("content_block_start", { index: 0, content_block: { type: "tool_use", id: "t", name: "f", input: {} } }),
  ];
  for (const first of tokens) {
    const { head, taken } = await open([...frame, first, ...tokens], anthropicMessagesCodec);
    expect([head.token, taken()]).toEqual([true, frame.length + 1]);
  }
});

async function open(chunks: readonly string[], codec: Codec = openaiChatCodec) {
  let taken = 0;
  const relay = passthroughStream(codec.createStreamMeter({ hideUsage: false }));
  const counted = async function* () {
    for (const chunk of chunks) {
      taken += 1;
      yield Buffer.from(chunk);
    }
  };
  const opened = await openStream({ ...responseOf(""), chunks: counted() }, createSseParser(), relay);
  return { ...opened, taken: () => taken };
}

async function read(body: string) {
  const relay = passthroughStream(openaiChatCodec.createStreamMeter({ hideUsage: false }));
  const { head, rest } = await openStream(responseOf(body), createSseParser(), relay);
  const frames = [head];
  for (let frame = await rest.next(); frame !== undefined; frame = await rest.next()) frames.push(frame);
  const text = frames.map(({ bytes }) => new TextDecoder().decode(bytes)).join("");
  return { complete: relay.facts().complete, text };
}

function responseOf(body: string): UpstreamResponse {
  return {
    status: 200,
    headers: new Headers(),
    chunks: chunksOf(body),
    readAll: async () => Buffer.from(body),
    sawToken: () => undefined,
  };
}

async function* chunksOf(body: string) {
  yield Buffer.from(body);
}
