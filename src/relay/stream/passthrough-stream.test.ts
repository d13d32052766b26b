import { expect, test } from "bun:test";
import { anthropicMessagesCodec, openaiChatCodec } from "#dialects/fixtures/parts";
import { createSseParser } from "#lib/sse-parser";
import type { StreamTransformer } from "./frame";
import { passthroughStream } from "./passthrough-stream";

const usage = 'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}\n\n';
const token = 'data: {"choices":[{"index":0,"delta":{"content":"hi"}}]}\n\n';
const finish = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';

test("passthroughStream() takes out the usage that only we asked for", () => {
  for (const hideUsage of [true, false]) {
    const relay = passthroughStream(openaiChatCodec.createStreamMeter({ hideUsage }));
    const sent = push(relay, token + finish + usage);
    expect(sent.map(({ text }) => text).join("")).toBe(hideUsage ? token + finish : token + finish + usage);
    expect(relay.facts().usage).toMatchObject({ input: 1, output: 1 });
    expect(relay.outputBytes()).toBe(2);
  }
});

test("passthroughStream() holds the provider's error back, also where the meter lets it pass", () => {
  const error = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}\n\n';
  for (const codec of [openaiChatCodec, anthropicMessagesCodec]) {
    const relay = passthroughStream(codec.createStreamMeter({ hideUsage: false }));
    expect(push(relay, error)).toEqual([{ text: "", failed: true, terminal: false }]);
    expect(relay.facts().error?.message).toBe("busy");
  }
});

test("passthroughStream() refuses an event that is not JSON, as text and as a token that was cut", () => {
  const nameless = [
    "data: {not json\n\n",
    "data: {not json}\n\n",
    `data: ${'{"choices":[{"index":0,"delta":{"content":"hi"}}]'}\n\n`,
  ];
  const named = [
    'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"type":"text_delta","text":"hi"\n\n',
    'event: content_block_delta\ndata: {"type":"content_block_delta","delta":}}\n\n',
  ];
  for (const [codec, torn] of [
    [openaiChatCodec, nameless],
    [anthropicMessagesCodec, [...nameless, ...named]],
  ] as const) {
    for (const event of torn) {
      const relay = passthroughStream(codec.createStreamMeter({ hideUsage: false }));
      expect(() => push(relay, event)).toThrow("not JSON");
    }
  }
});

test("passthroughStream() lets through what carries nothing", () => {
  const relay = passthroughStream(openaiChatCodec.createStreamMeter({ hideUsage: false }));
  const empty = ": ping\n\ndata: : ping\n\nevent: ping\ndata: now\n\n";
  expect(push(relay, `${empty}data:\n\n${token}${finish}data: [DONE]\n\n`).at(-1)).toMatchObject({ terminal: true });
});

function push(relay: StreamTransformer, body: string) {
  return createSseParser()
    .push(Buffer.from(body))
    .map(relay.push)
    .map(({ bytes, failed, terminal }) => ({ text: Buffer.from(bytes ?? []).toString(), failed, terminal }));
}
