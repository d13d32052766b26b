import { expect, test } from "bun:test";
import {
  anthropicMessagesCodec,
  anthropicMessagesEndpoint,
  openaiChatCodec,
  openaiChatEndpoint,
} from "#dialects/fixtures/parts";
import { chatEvent, createRandom, messageEvent, spoiled } from "#dialects/fixtures/random-events";
import { framings } from "#dialects/framings";
import { createSseParser } from "#lib/sse-parser";
import type { StreamTransformer } from "./frame";
import { passthroughStream } from "./passthrough-stream";
import { type Effect, StreamMachine } from "./stream-machine";
import { translatedStream } from "./translated-stream";

const untold = { model: "m", usageOf: () => undefined };
const context = { id: "0".repeat(32), nowS: 1, streamUsage: true };

// Events may come one by one, together or torn: what comes of a stream must not depend on it.
for (const [name, event, create] of [
  [
    "Chat Completions passed through",
    chatEvent,
    () => passthroughStream(openaiChatCodec.createStreamMeter({ hideUsage: true })),
  ],
  [
    "Messages passed through",
    messageEvent,
    () => passthroughStream(anthropicMessagesCodec.createStreamMeter({ hideUsage: true })),
  ],
  [
    "Chat Completions for a Messages client",
    chatEvent,
    () =>
      translatedStream(
        openaiChatCodec.createStreamDecoder(),
        anthropicMessagesEndpoint.createStreamEncoder(context),
        framings.sse.write,
        untold,
      ),
  ],
  [
    "Messages for a Chat Completions client",
    messageEvent,
    () =>
      translatedStream(
        anthropicMessagesCodec.createStreamDecoder(),
        openaiChatEndpoint.createStreamEncoder(context),
        framings.sse.write,
        untold,
      ),
  ],
] as const)
  test(`push() gives the same bytes and facts however a stream is cut: ${name}`, () => {
    const random = createRandom(11);
    for (let round = 0; round < 150; round++) {
      const events = Array.from({ length: 20 }, () => event(random)).map((each) => Buffer.from(spoiled(each, random)));
      const stream = Buffer.concat(events);
      const byEvent = play(events, create());
      const bytes = Array.from(stream, (_, at) => stream.subarray(at, at + 1));
      expect({ round, ...play(bytes, create()) }).toEqual({ round, ...byEvent });
      const pieces = events
        .map((_, at) => Buffer.concat(events.slice(at * 3, at * 3 + 3)))
        .filter(({ length }) => length > 0);
      expect({ round, ...play(pieces, create()) }).toEqual({ round, ...byEvent });
    }
  });

/** What becomes of a stream that came in these chunks. */
function play(chunks: readonly Uint8Array[], transformer: StreamTransformer) {
  const machine = new StreamMachine(createSseParser(), transformer, true);
  const sent: Buffer[] = [];
  let ending: string | undefined;
  const act = (first: Effect) => {
    let effect = first;
    for (; effect instanceof Uint8Array; effect = machine.next()) sent.push(Buffer.from(effect));
    if (typeof effect === "object" && "how" in effect) {
      ending =
        effect.how === "complete" ? `complete ${Buffer.from(effect.bytes ?? "").toString()}` : String(effect.cause);
    }
  };
  for (const chunk of chunks) {
    if (ending === undefined) act(machine.push(chunk));
    if (ending === undefined && machine.state === "body") act(machine.next());
  }
  if (ending === undefined) act(machine.end());
  if (ending === undefined) act(machine.next());
  // The LF of a torn CRLF goes with the event behind it, if one is sent.
  return { sent: Buffer.concat(sent).toString().trimEnd(), ending, facts: machine.facts };
}
