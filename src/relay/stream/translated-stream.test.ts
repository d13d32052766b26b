import { expect, test } from "bun:test";
import { anthropicMessagesEndpoint } from "#dialects/anthropic-messages/endpoint";
import { openaiChatCodec } from "#dialects/openai-chat/codec";
import { translatedStream } from "./translated-stream";

test("translatedStream() names the model that was asked where the provider names none", () => {
  expect(startOf({ model: "served" })).toContain('"model":"served"');
  expect(startOf({})).toContain('"model":"asked"');
});

function startOf(head: object): string {
  const encoder = anthropicMessagesEndpoint.encodeStream({ id: "1", nowS: 0, streamUsage: true });
  const relay = translatedStream(openaiChatCodec.decodeStream(), encoder, "asked");
  const data = JSON.stringify({ ...head, choices: [{ index: 0, delta: { content: "hi" } }] });
  return new TextDecoder().decode(relay.push({ event: "message", data, raw: new Uint8Array() }).bytes);
}
