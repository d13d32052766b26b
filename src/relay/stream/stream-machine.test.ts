import { expect, test } from "bun:test";
import { anthropicMessagesCodec, type Codec, openaiChatCodec } from "#dialects/fixtures/parts";
import { createSseParser } from "#lib/sse-parser";
import { passthroughStream } from "./passthrough-stream";
import { type Effect, StreamMachine } from "./stream-machine";

const token = 'data: {"choices":[{"index":0,"delta":{"content":"hi"}}]}\n\n';
const finish = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}';

for (const [ending, missing] of [
  ["", "\n\n"],
  ["\n", "\n"],
]) {
  test(`a stream gets the blank line of a whole event that ends the body with ${JSON.stringify(ending)}`, () => {
    const { effects } = play([token + finish + ending]);
    expect(effects).toEqual([`send ${token}`, `send ${finish}${ending}${missing}`, "complete data: [DONE]\n\n"]);
  });
}

test("a stream drops an event that the end of the body tore", () => {
  for (let length = 1; length < finish.length; length++) {
    expect(play([token + finish.slice(0, length)]).effects).toEqual([`send ${token}`, "broken IncompleteStream"]);
  }
});

test("a stream is held back up to its first token and no further", () => {
  const role = 'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n';
  const { machine, taken } = open([": hello\n\n", role.slice(0, 20), role.slice(20), token, finish]);
  expect(machine.opening).toMatchObject({ token: true, failed: false });
  expect(told(machine.next())).toBe(`send : hello\n\n${role}${token}`);
  expect(taken).toBe(4);
});

test("a stream is sent on without a token where its beginning is long", () => {
  const ping = `: ${"p".repeat(1000)}\n\n`;
  const { machine, taken } = open(Array.from({ length: 100 }, () => ping));
  expect(machine.opening.token).toBe(false);
  expect(taken).toBeLessThan(70);
});

test("a stream's head ends with the provider's error", () => {
  const { machine, taken } = open([": hello\n\n", 'data: {"error":{"message":"busy"}}\n\n', token]);
  expect(machine.opening).toMatchObject({ token: false, failed: true });
  expect(taken).toBe(2);
});

test("a stream that says nothing is empty, and one that ends before its first token is no answer", () => {
  const role = 'data: {"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n';
  for (const nothing of ["", ": hello\n\n", "data:\n\n", "data: [DONE]\n\n"])
    expect(play([nothing]).effects).toEqual(["broken EmptyAnswer"]);
  expect(play([role]).effects).toEqual(["broken InvalidAnswer"]);
});

test("a stream waits for Anthropic's first text, reasoning or tool call, not for its frame or pings", () => {
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
    const { machine, taken } = open([...frame, first, ...tokens], anthropicMessagesCodec);
    expect([machine.opening.token, taken]).toEqual([true, frame.length + 1]);
  }
});

test("a stream closes with its record, and says nothing after its end", () => {
  const { machine } = open([token]);
  machine.next();
  expect(told(machine.push(Buffer.from(`${finish}\n\ndata: [DONE]\n\n`)))).toStartWith("complete");
  expect(machine.state).toBe("closing");
  machine.close();
  expect(machine.state).toBe("over");
});

test("a stream that is cut sends what came before, then breaks", () => {
  const { machine } = open([token]);
  expect(told(machine.next())).toBe(`send ${token}`);
  expect(told(machine.cut(new RangeError()))).toBe("broken RangeError");
  expect(machine.state).toBe("over");
});

/** Feeds a machine until its head is complete. */
function open(chunks: readonly string[], codec: Codec = openaiChatCodec, isReplaceable = true) {
  const machine = new StreamMachine(
    createSseParser(),
    passthroughStream(codec.createStreamMeter({ hideUsage: false })),
    isReplaceable,
  );
  let taken = 0;
  let last: Effect = "read";
  while (machine.state === "head") {
    const chunk = chunks[taken];
    last = chunk === undefined ? machine.end() : machine.push(Buffer.from(chunk));
    taken += 1;
  }
  return { machine, taken, last };
}

/** All that a machine makes of a body. */
function play(chunks: readonly string[]) {
  const { machine, taken, last } = open(chunks);
  const effects: string[] = last === "read" ? [] : [told(last)];
  const rest = chunks.slice(taken);
  while (machine.state === "body") {
    let effect = machine.next();
    if (effect === "read") {
      const chunk = rest.shift();
      effect = chunk === undefined ? machine.end() : machine.push(Buffer.from(chunk));
    }
    if (effect !== "read") effects.push(told(effect));
  }
  return { machine, effects };
}

function told(effect: Effect): string {
  if (effect === "read") return effect;
  if (effect instanceof Uint8Array) return `send ${Buffer.from(effect)}`;
  if (effect.how === "broken") return `broken ${effect.cause instanceof Error ? effect.cause.name : effect.cause}`;
  return `complete ${Buffer.from(effect.bytes ?? "")}`;
}
