import { expect, test } from "bun:test";
import { anthropicMessagesEndpoint, openaiChatCodec } from "#dialects/fixtures/parts";
import { framings } from "#dialects/framings";
import { translatedStream } from "./translated-stream";

test("translatedStream() names the model that was asked where the provider names none", () => {
  expect(startOf({ model: "served" })).toContain('"model":"served"');
  expect(startOf({})).toContain('"model":"asked"');
});

function startOf(head: object): string {
  const encoder = anthropicMessagesEndpoint.createStreamEncoder({ id: "1", nowS: 0, streamUsage: true });
  const relay = translatedStream(openaiChatCodec.createStreamDecoder(), encoder, framings.sse.write, {
    model: "asked",
    usageOf: () => undefined,
  });
  const data = JSON.stringify({ ...head, choices: [{ index: 0, delta: { content: "hi" } }] });
  return new TextDecoder().decode(relay.push({ event: "message", data, raw: new Uint8Array() }).bytes);
}
