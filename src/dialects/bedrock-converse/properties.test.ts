import { expect, test } from "bun:test";
import type { Completion, FinishReason, Item } from "#core/completion";
import { noUsage } from "#core/usage";
import { createEventStreamParser } from "#lib/event-stream-parser";
import { FramingError } from "#lib/frame-parser";
import type { Json } from "#lib/json";
import { tryParseJsonWithTexts, writeJson } from "#lib/json-text";
import { createCollector, expand } from "../collect";
import { eventLine, writeEventStream } from "../event-stream-text";
import { createRandom } from "../fixtures/random-events";
import { InvalidAnswer } from "../operation";
import { codec, endpoint } from "./translation";

const context = { id: "0".repeat(32), nowS: 1, streamUsage: true };
const below = createRandom(7);
const pick = <T>(list: readonly [T, ...T[]]): T => list[below(list.length)] ?? list[0];
const text = () => pick(["a", "Grüße, 世界", '"quoted" \\ and\nlines', "🦜", " ", "x".repeat(300)]);

/** An answer as any dialect may have given it, in the form that Converse can say all of. */
function randomCompletion(): Completion {
  const made: Item[] = Array.from({ length: below(5) }, (_, index) => {
    const place = { choice: 0, index };
    switch (below(5)) {
      case 0:
        return { ...place, kind: "text", text: text(), citations: [], logprobs: [] };
      case 3:
        return { ...place, kind: "image", source: { type: "base64", mediaType: "image/png", data: "aGk=" } };
      case 1:
        return {
          ...place,
          kind: "reasoning",
          text: text(),
          state: { origin: "anthropic-messages", value: "c2ln", redacted: false },
        };
      case 2:
        return {
          ...place,
          kind: "reasoning",
          text: "",
          state: {
            origin: pick(["anthropic-messages", "gemini"]),
            value: pick(["c2ln", "not base64!"]),
            redacted: true,
          },
        };
      default:
        return {
          ...place,
          kind: "tool-call",
          id: pick(["tooluse_1", "call|odd ü"]),
          name: "look",
          arguments: pick(["{}", '{"a":1.0,"b":[1e400]}']),
        };
    }
  });
  const told = pick<FinishReason>([
    "stop",
    "length",
    "tool-calls",
    "content-filter",
    "stop-sequence",
    "context-length",
  ]);
  // A turn that calls tools is read as one.
  const reason = told === "stop" && made.some(({ kind }) => kind === "tool-call") ? "tool-calls" : told;
  const usage = {
    ...noUsage,
    input: below(9),
    output: below(9),
    cacheRead: below(9),
    cacheWrite: below(9),
    cacheWrite1h: below(9),
  };
  return { id: "", model: "", items: made, finishes: [{ choice: 0, reason }], usage, extensions: {} };
}

/** What of an answer both ways have to keep. */
function kept({ finishes, items, usage }: Completion): Json {
  return JSON.parse(JSON.stringify({ items, reasons: finishes.map(({ reason }) => reason), usage }));
}

function streamOf(completion: Completion): Uint8Array {
  const encoder = endpoint.createStreamEncoder(context);
  return writeEventStream(expand(completion).map(encoder.push).join(""));
}

function collect(pieces: readonly Uint8Array[]): Completion {
  const collector = createCollector();
  const parser = createEventStreamParser();
  const decoder = codec.createStreamDecoder();
  for (const piece of pieces)
    for (const event of parser.push(piece)) for (const each of decoder.push(event)) collector.push(each);
  for (const each of decoder.finish().events) collector.push(each);
  return collector.completion();
}

test("what Converse can say is the same once it is written and read, whole and streamed", () => {
  for (let round = 0; round < 300; round++) {
    const completion = randomCompletion();
    const streamed = collect([streamOf(completion)]);
    expect(kept(streamed)).toEqual(kept(completion));
    const written = writeJson(endpoint.encodeResponse(completion, context));
    const body = tryParseJsonWithTexts(written, codec.answerTexts ?? []);
    expect(kept(codec.decodeResponse(body ?? null))).toEqual(kept(completion));
  }
});

test("a stream means the same however it is cut", () => {
  for (let round = 0; round < 20; round++) {
    const bytes = streamOf(randomCompletion());
    const whole = kept(collect([bytes]));
    for (const size of [1, 3, 7, 64, 1000]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.slice(at * size, (at + 1) * size),
      );
      expect(kept(collect(pieces))).toEqual(whole);
    }
  }
});

test("spoiled bytes and strange events are reported, and nothing else is thrown", () => {
  const names = [
    "messageStart",
    "contentBlockStart",
    "contentBlockDelta",
    "contentBlockStop",
    "messageStop",
    "metadata",
    "x",
  ];
  const values: readonly [Json, ...Json[]] = [
    ...([
      null,
      1,
      "text",
      [],
      {},
      { text: 1 },
      { toolUse: {} },
      { toolUse: { input: 3 } },
      { reasoningContent: [] },
    ] as const),
    ...([{ reasoningContent: { redactedContent: "?" } }, { citation: {} }, { usage: { inputTokens: -1 } }] as const),
  ];
  for (let round = 0; round < 500; round++) {
    const lines = Array.from({ length: 5 }, () => {
      const body = {
        contentBlockIndex: pick([0, 1, -1]),
        delta: pick(values),
        start: pick(values),
        usage: pick(values),
      };
      return eventLine(names[below(names.length)] ?? "x", JSON.stringify(below(8) === 0 ? pick(values) : body));
    });
    const bytes = Buffer.from(writeEventStream(lines.join("")));
    if (below(2) === 0) bytes[below(bytes.length)] = below(256);
    try {
      collect([bytes]);
    } catch (error) {
      expect(error instanceof FramingError || error instanceof InvalidAnswer, String(error)).toBe(true);
    }
  }
});
