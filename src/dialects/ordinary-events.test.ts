import { describe, expect, test } from "bun:test";
import type { StreamEvent } from "#lib/frame-parser";
import { anthropicMessagesCodec, type Codec, openaiChatCodec } from "./fixtures/parts";
import { chatEvent, createRandom, messageEvent, spoiled } from "./fixtures/random-events";
import { parseEvents, readRecordings } from "./fixtures/recordings";

// Meters and decoders tell ordinary events by their bytes. With nothing but its first byte every event is read in full: both
// ways must say the same of every stream.

const chatFiles = [
  ...["alibaba", "azure-openai", "cerebras", "deepseek", "gemini", "groq", "huggingface", "mistral", "moonshot"],
  ...["ollama", "openai", "openrouter", "other", "perplexity", "together", "vertex", "xai"],
];
const recorded = [
  ...readRecordings(chatFiles, "chat.completions").map((recording) => [openaiChatCodec, recording] as const),
  ...readRecordings(["anthropic", "other"], "messages").map(
    (recording) => [anthropicMessagesCodec, recording] as const,
  ),
].filter(([, recording]) => recording.stream);

describe("ordinary events are read as if in full", () => {
  test(`in ${recorded.length} recorded streams`, () => {
    for (const [codec, { answer, id }] of recorded) expectAlike(codec, answer, id);
  });

  for (const [name, codec, write] of [
    ["Chat Completions", openaiChatCodec, chatEvent],
    ["Messages", anthropicMessagesCodec, messageEvent],
  ] as const)
    test(`in ${name} put together at random, as written, with other white space, escaped, padded and with torn JSON`, () => {
      const random = createRandom(7);
      for (let round = 0; round < 400; round++) {
        const events = Array.from({ length: 24 }, () => write(random)).map((event) => spoiled(event, random));
        expectAlike(codec, events.join(""), `round ${round}`);
      }
    });

  test("where an event begins with a byte order mark, which only the first one may", () => {
    const event = `\ufeffdata: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n`;
    expectAlike(openaiChatCodec, event.repeat(3), "marks");
  });
});

function expectAlike(codec: Codec, stream: string, what: string): void {
  const events = parseEvents(stream);
  const full = events.map(({ event, data, raw }) => ({ event, data, raw: raw.subarray(0, 1) }));
  expect({ what, ...readBy(codec, events) }).toEqual({ what, ...readBy(codec, full) });
}

function readBy(codec: Codec, events: readonly StreamEvent[]) {
  const decoder = codec.createStreamDecoder();
  const meter = codec.createStreamMeter({ hideUsage: true });
  const decoded = events.map((event) => attempt(() => decoder.push(event)));
  const verdicts = events.map((event) => {
    const { forward, terminal, token } = meter.push(event);
    return { forward, terminal, token };
  });
  return { decoded, finish: attempt(decoder.finish), verdicts, facts: meter.facts() };
}

function attempt<T>(work: () => T): T | string {
  try {
    return work();
  } catch (cause) {
    return String(cause);
  }
}
