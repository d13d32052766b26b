import { expect, test } from "bun:test";
import { noAnswer, withEvent } from "./chat-answer";
import { readSse } from "./read-sse";

const chunk = (delta: object, more: object = {}) => JSON.stringify({ choices: [{ index: 0, delta, ...more }] });
const call = (piece: object) => chunk({ tool_calls: [{ index: 0, ...piece }] });

test("withEvent() puts text, reasoning, calls, finish and usage together", () => {
  const events = [
    chunk({ role: "assistant", content: "" }),
    chunk({ reasoning_content: "Hm. " }),
    chunk({ content: "Hel" }),
    chunk({ content: "lo" }),
    call({ id: "call_1", function: { name: "weather", arguments: '{"ci' } }),
    call({ function: { arguments: 'ty":"Oslo"}' } }),
    chunk({}, { finish_reason: "tool_calls" }),
    JSON.stringify({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 7 } }),
    "[DONE]",
  ];
  expect(events.reduce(withEvent, noAnswer)).toEqual({
    text: "Hello",
    reasoning: "Hm. ",
    calls: [{ id: "call_1", name: "weather", arguments: '{"city":"Oslo"}' }],
    finish: "tool_calls",
    usage: { input: 5, output: 7 },
  });
});

test("withEvent() keeps what came before an error", () => {
  const cut = JSON.stringify({ error: { message: "The provider broke the stream off" } });
  expect([chunk({ content: "Hel" }), cut].reduce(withEvent, noAnswer)).toEqual({
    ...noAnswer,
    text: "Hel",
    error: "The provider broke the stream off",
  });
});

test("readSse() reads events whichever way their bytes are cut", async () => {
  const bytes = new TextEncoder().encode(": hello\n\ndata: \u00e9\n\nevent: x\r\ndata: two\r\ndata: lines\r\n\r\n");
  for (const size of [1, 3, bytes.length]) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.slice(at * size, (at + 1) * size),
    );
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    });
    expect(await Array.fromAsync(readSse(stream))).toEqual(["\u00e9", "two\nlines"]);
  }
});
