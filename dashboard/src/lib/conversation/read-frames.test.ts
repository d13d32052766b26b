import { expect, test } from "bun:test";
import { readAnswer } from "./read-conversation";
import { readFrames } from "./read-frames";

/** A frame as AWS writes it; what it is checked by is nobody's matter here. */
function frame(headers: readonly (readonly [string, string])[], payload: object): Buffer {
  const named = headers.map(([name, value]) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(Buffer.byteLength(value));
    return Buffer.concat([Buffer.of(name.length), Buffer.from(name), Buffer.of(7), length, Buffer.from(value)]);
  });
  const body = Buffer.concat([...named, Buffer.from(JSON.stringify(payload))]);
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(body.length + 16, 0);
  prelude.writeUInt32BE(Buffer.concat(named).length, 4);
  return Buffer.concat([prelude, body, Buffer.alloc(4)]);
}

const event = (type: string, payload: object) =>
  frame(
    [
      [":message-type", "event"],
      [":event-type", type],
    ],
    payload,
  );
const delta = (contentBlockIndex: number, piece: object) =>
  event("contentBlockDelta", { contentBlockIndex, delta: piece });
const base64 = (frames: readonly Buffer[]) => Buffer.concat(frames).toString("base64");

test("readAnswer() reads a stream of Converse: reasoning, text, calls, and what broke it off", () => {
  const frames = [
    event("messageStart", { role: "assistant" }),
    delta(0, { reasoningContent: { text: "a clo" } }),
    delta(0, { reasoningContent: { text: "ck" } }),
    delta(0, { reasoningContent: { signature: "c2ln" } }),
    delta(1, { text: "It is " }),
    delta(1, { text: "noon – 正午" }),
    event("contentBlockStart", { contentBlockIndex: 2, start: { toolUse: { toolUseId: "t1", name: "clock" } } }),
    delta(2, { toolUse: { input: '{"zone":' } }),
    delta(2, { toolUse: { input: '"UTC"}' } }),
    event("contentBlockStart", { contentBlockIndex: 3, start: { toolUse: { toolUseId: "t2", name: "list" } } }),
    event("messageStop", { stopReason: "tool_use" }),
    event("metadata", { usage: { inputTokens: 1, outputTokens: 2 } }),
    frame(
      [
        [":message-type", "exception"],
        [":exception-type", "throttlingException"],
      ],
      { message: "too much" },
    ),
  ];
  expect(readAnswer("bedrock-converse", { base64: base64(frames) })).toEqual([
    {
      role: "assistant",
      parts: [
        { kind: "reasoning", text: "a clock" },
        { kind: "text", text: "It is noon – 正午" },
        { kind: "call", id: "t1", name: "clock", input: '{"zone":"UTC"}' },
        { kind: "call", id: "t2", name: "list", input: "{}" },
      ],
    },
    { role: "error", parts: [{ kind: "text", text: "too much" }] },
  ]);
});

test("readAnswer() reads a stream of InvokeModel, whose chunks hold events of Anthropic's", () => {
  const chunk = (held: object) => event("chunk", { bytes: Buffer.from(JSON.stringify(held)).toString("base64") });
  const frames = [
    chunk({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
    chunk({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "It is noon" } }),
  ];
  expect(readAnswer("bedrock-invoke", { base64: base64(frames) })).toEqual([
    { role: "assistant", parts: [{ kind: "text", text: "It is noon" }] },
  ]);
});

test("readFrames() ends at the byte where a stream was cut, wherever that is, and at what is no stream", () => {
  const whole = Buffer.concat([delta(0, { text: "one" }), delta(0, { text: "two" })]);
  const first = delta(0, { text: "one" }).length;
  for (let end = 0; end <= whole.length; end += 1) {
    const count = end === whole.length ? 2 : end >= first ? 1 : 0;
    expect(readFrames(whole.subarray(0, end).toString("base64"))).toHaveLength(count);
  }
  expect(readFrames(Buffer.alloc(100, 0xff).toString("base64"))).toEqual([]);
  expect(readFrames("no base64!")).toEqual([]);
  // Whatever single byte is wrong, nothing is thrown.
  for (let at = 0; at < whole.length; at += 1) {
    const torn = Buffer.from(whole);
    torn[at] = 0xff;
    expect(readFrames(torn.toString("base64")).length).toBeLessThanOrEqual(2);
  }
});
