import { describe, expect, test } from "bun:test";
import type { StreamEvent } from "#lib/frame-parser";
import { anthropicMessagesCodec, type Codec, openaiChatCodec } from "./fixtures/parts";
import { parseEvents, readRecordings } from "./fixtures/recordings";

// Meters and decoders tell ordinary events by their bytes. Without its bytes every event is read in full: both ways must
// say the same of every stream.

const noBytes = new Uint8Array(0);
const texts = ["one", " ", "\n", "é", "😀", '"', "\\", "\\n", "\u2028", "null", '"},"x":{"', "[DONE]", "0", "\ud800"];

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
    ["Chat Completions", openaiChatCodec, chatEvents],
    ["Messages", anthropicMessagesCodec, messageEvents],
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
  const full = events.map(({ event, data }) => ({ event, data, raw: noBytes }));
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

type Random = (below: number) => number;

/** Repeatable: a linear congruential generator. */
function createRandom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function pick<T>(random: Random, of: readonly [T, ...T[]]): T {
  return of[random(of.length)] ?? of[0];
}

function textBy(random: Random): string {
  return texts[random(texts.length)] ?? "";
}

function chatEvents(random: Random): string {
  const index = random(8) === 0 ? 1 : 0;
  const text = textBy(random);
  const delta = pick<object>(random, [
    { content: text },
    { content: text },
    { content: text },
    { role: "assistant", content: text },
    { reasoning_content: text },
    { refusal: text },
    { tool_calls: [{ index: 0, id: "a", function: { name: "f", arguments: "" } }] },
    { tool_calls: [{ index: random(2), function: { arguments: text } }] },
    {},
  ]);
  const choice = { index, delta, finish_reason: random(12) === 0 ? "stop" : null };
  const padded = random(2) === 0 ? { obfuscation: pick(random, ["x1Y", "", 'a"b', "\\"]) } : {};
  const usage = random(12) === 0 ? { prompt_tokens: random(9), completion_tokens: 1, total_tokens: 1 } : undefined;
  return sse("", { id: "c", model: "m", choices: [choice], usage, ...padded });
}

function messageEvents(random: Random): string {
  const text = textBy(random);
  const index = random(3) === 0 ? 1 : 0;
  const delta = pick<object>(random, [
    { type: "text_delta", text },
    { type: "text_delta", text },
    { type: "thinking_delta", thinking: text },
    { type: "input_json_delta", partial_json: text },
    { type: "signature_delta", signature: text },
  ]);
  const block = pick<object>(random, [
    { type: "text", text: "" },
    { type: "tool_use", id: "t", name: "f", input: {} },
  ]);
  const [type, fields] = pick<readonly [string, object]>(random, [
    ["content_block_delta", { index, delta }],
    ["content_block_delta", { index, delta }],
    ["content_block_delta", { index, delta }],
    ["content_block_delta", { index, delta }],
    ["message_start", { message: { id: "m", model: "x", usage: { input_tokens: 1, output_tokens: 1 } } }],
    ["content_block_start", { index, content_block: block }],
    ["content_block_stop", { index }],
    ["ping", {}],
  ]);
  return sse(random(6) === 0 ? "" : type, { type, ...fields });
}

function sse(event: string, data: object): string {
  return `${event === "" ? "" : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** The event as another provider may write it, or as a broken one does. */
function spoiled(event: string, random: Random): string {
  switch (random(14)) {
    case 0:
      return event.replaceAll("\n", "\r\n");
    case 1:
      return event.replaceAll(":{", ": {");
    case 2:
      return event.replace("o", "\\u006f");
    case 3:
      return `: comment\n${event}`;
    case 4:
      return event.replace("\n\n", "\nid: 1\n\n");
    case 5:
      return event.replace("}\n\n", "\n\n");
    case 6:
      return `event: error\n${event}`;
    case 7:
      return `\n${event}`;
    default:
      return event;
  }
}
