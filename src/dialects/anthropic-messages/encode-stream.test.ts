import { describe, expect, test } from "bun:test";
import type { CompletionEvent } from "#core/completion";
import { noUsage } from "#core/usage";
import { isObject, parseJson } from "#lib/json";
import { createCollector } from "../collect";
import { parseEvents } from "../fixtures/recordings";
import { createStreamDecoder } from "./decode-stream";
import { encodeResponse } from "./encode-response";
import { createStreamEncoder } from "./encode-stream";

const context = { id: "abc", nowS: 0, streamUsage: true };
const start: CompletionEvent = { type: "start", id: "", model: "m" };
const finish: CompletionEvent = { type: "finish", choice: 0, reason: "stop" };
const end: CompletionEvent = { type: "end" };

function write(events: readonly CompletionEvent[]) {
  const stream = createStreamEncoder(context);
  const text = events.map((event) => stream.push(event)).join("");
  const data = parseEvents(text).map((event) => parseJson(event.data));
  return { text, data: data.filter(isObject), dropped: stream.dropped() };
}

/** Blocks one after the other, indexes without a gap: what the official SDK relies on. Gives what the blocks say. */
function readBlocks(events: readonly CompletionEvent[]) {
  const { text, data } = write(events);
  let open = -1;
  let next = 0;
  for (const { type, index } of data) {
    if (type === "content_block_start") {
      expect([open, index]).toEqual([-1, next]);
      open = next++;
    } else if (type === "content_block_delta") expect(index).toBe(open);
    else if (type === "content_block_stop") {
      expect(index).toBe(open);
      open = -1;
    } else expect(open).toBe(-1);
  }
  const collector = createCollector();
  const decoder = createStreamDecoder();
  for (const event of parseEvents(text)) for (const each of decoder.push(event)) collector.push(each);
  expect(collector.complete()).toBe(true);
  return collector.completion().items;
}

const at = (index: number) => ({ choice: 0, index });
const textStart = (index: number): CompletionEvent => ({ type: "item-start", ...at(index), kind: "text" });
const say = (index: number, text: string): CompletionEvent => ({ type: "text-delta", ...at(index), text });
const callStart = (index: number): CompletionEvent => ({
  ...{ type: "item-start", ...at(index), kind: "tool-call", id: `id:${index}`, name: "f" },
});
const args = (index: number, json: string): CompletionEvent => ({ type: "arguments-delta", ...at(index), json });
const close = (index: number): CompletionEvent => ({ type: "item-end", ...at(index) });

describe("createStreamEncoder()", () => {
  test("puts what signs a text behind it, but ends no answer with it, streamed or whole", () => {
    const signed = (index: number): CompletionEvent => ({
      ...{ type: "reasoning-state", ...at(index) },
      state: { origin: "gemini", value: "s", redacted: false },
    });
    const text = [textStart(0), say(0, "Hi"), signed(0), close(0)];
    const call = [callStart(1), args(1, "{}"), close(1)];
    const kinds = (events: readonly CompletionEvent[]) => readBlocks(events).map(({ kind }) => kind);
    expect(kinds([start, ...text, ...call, finish, end])).toEqual(["text", "reasoning", "tool-call"]);
    expect(kinds([start, ...text, finish, end])).toEqual(["text"]);
    expect(write([start, ...text, finish, end]).dropped).toEqual(["signature"]);
    const collector = createCollector();
    for (const event of [start, ...text, finish, end]) collector.push(event);
    expect(encodeResponse(collector.completion(), context).content).toEqual([{ type: "text", text: "Hi" }]);
  });

  test("writes usage known only late in message_delta", () => {
    const usage = { ...noUsage, input: 5, cacheRead: 2, cacheWrite: 1, cacheWrite1h: 3, output: 7, reasoning: 4 };
    const { data } = write([start, textStart(0), say(0, "Hi"), close(0), finish, { type: "usage", usage }, end]);
    expect(data.map((each) => each.type)).toEqual([
      "message_start",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    expect(data[0]).toMatchObject({ message: { id: "msg_abc", usage: { input_tokens: 0, output_tokens: 0 } } });
    expect(data[4]).toEqual({
      type: "message_delta",
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: {
        input_tokens: 5,
        cache_creation_input_tokens: 4,
        cache_read_input_tokens: 2,
        cache_creation: { ephemeral_5m_input_tokens: 1, ephemeral_1h_input_tokens: 3 },
        output_tokens: 11,
        output_tokens_details: { thinking_tokens: 4 },
      },
    });
  });

  test("holds a second tool call back until the first has ended", () => {
    const events = [
      ...[start, callStart(0), args(0, '{"a":'), callStart(1), args(1, '{"b":'), args(0, "1}"), args(1, "2}")],
      ...[close(0), callStart(2), close(2), close(1), finish, end],
    ];
    expect(readBlocks(events)).toMatchObject([
      { id: "id:0", arguments: '{"a":1}' },
      { id: "id:1", arguments: '{"b":2}' },
      { id: "id:2", arguments: "{}" },
    ]);
  });

  test("closes a tool call whose arguments are whole when the next item begins", () => {
    const events = [
      callStart(0),
      args(0, '{"a":'),
      args(0, "1}"),
      callStart(1),
      args(1, "{}"),
      textStart(2),
      say(2, "x"),
    ];
    const { data } = write([start, ...events]);
    expect(data.filter(({ type }) => type === "content_block_stop").map(({ index }) => index)).toEqual([0, 1]);
    expect(data.at(-1)).toMatchObject({ index: 2, delta: { text: "x" } });
  });

  test("refuses a call that grows when it can grow no more, and takes white space", () => {
    const events = [start, callStart(0), args(0, "{}"), callStart(1), args(0, " \n")];
    expect(() => write(events)).not.toThrow();
    expect(() => write([...events, args(0, "1")])).toThrow("grew after its arguments were whole");
  });

  test.each([
    ["null", "{}"],
    [" null ", "{}"],
    ["", "{}"],
    ["[1]", '{"INVALID_JSON":"[1]"}'],
    [' {"a" : 1.0}', ' {"a" : 1.0}'],
  ])("writes the arguments %j as the input %s", (json, input) => {
    for (const pieces of [[json], [...json]]) {
      const events = [start, callStart(0), ...pieces.map((piece) => args(0, piece)), close(0), finish, end];
      expect(readBlocks(events)).toMatchObject([{ id: "id:0", arguments: input }]);
    }
  });

  test("holds nothing back for a call without arguments that says null", () => {
    const { data } = write([start, callStart(0), args(0, "null"), callStart(1)]);
    expect(data.map(({ type }) => type).slice(1)).toEqual([
      "content_block_start",
      "content_block_stop",
      "content_block_start",
    ]);
  });

  test("begins with the estimate of the input where the provider has not said it", () => {
    const encoder = createStreamEncoder({ ...context, inputTokens: 12 });
    expect(encoder.push(start)).toContain('"input_tokens":12');
  });

  test("names citations that it cannot write", () => {
    const citation = { origin: "openai-chat", raw: { type: "file", file: { hash: "h" } } } as const;
    const event: CompletionEvent = { type: "citation", ...at(0), citation };
    expect(write([start, textStart(0), say(0, "a"), event, close(0), finish, end]).dropped).toEqual(["citations"]);
  });

  test("closes text when a tool call begins, and goes on in a new block", () => {
    const events = [
      ...[start, textStart(0), say(0, "one "), callStart(1), args(1, "{}"), say(0, "two"), close(1), say(0, "!")],
      ...[close(0), finish, end],
    ];
    expect(readBlocks(events)).toMatchObject([
      { kind: "text", text: "one " },
      { kind: "tool-call", arguments: "{}" },
      { kind: "text", text: "two!" },
    ]);
  });

  test("closes what nobody ended", () => {
    const events = [start, callStart(0), callStart(1), textStart(2), say(2, "x"), finish, end];
    expect(readBlocks(events)).toMatchObject([{ id: "id:0" }, { id: "id:1" }, { kind: "text", text: "x" }]);
  });

  test("writes thinking, its signature and redacted blocks, and no empty ones", () => {
    const state = { origin: "anthropic-messages", value: "sig", redacted: false } as const;
    const foreign = { origin: "openai-chat", value: "enc", redacted: true } as const;
    const thinking = (index: number): CompletionEvent => ({ type: "item-start", ...at(index), kind: "reasoning" });
    const events: readonly CompletionEvent[] = [
      ...[start, thinking(0), say(0, "hm"), { type: "reasoning-state", ...at(0), state } as const, close(0)],
      ...[thinking(1), { type: "reasoning-state", ...at(1), state: foreign } as const, close(1)],
      ...[thinking(2), close(2), textStart(3), close(3), finish, end],
    ];
    expect(readBlocks(events)).toEqual([
      { ...at(0), kind: "reasoning", text: "hm", state },
      { ...at(1), kind: "reasoning", text: "", state: foreign },
    ]);
  });

  test("names other choices and items that only another dialect knows", () => {
    const other: CompletionEvent = { type: "text-delta", choice: 1, index: 0, text: "x" };
    const opaque: CompletionEvent = { type: "item-start", ...at(0), kind: "opaque", dialect: "openai-chat", value: {} };
    const { dropped, data } = write([start, other, opaque, close(0), finish, end]);
    expect(dropped).toEqual(["choices[1]", "choices[0].items[0]"]);
    expect(data.map((each) => each.type)).toEqual(["message_start", "message_delta", "message_stop"]);
  });

  test("finishes an answer that refuses with refusal", () => {
    const refusal: CompletionEvent = { type: "item-start", ...at(0), kind: "refusal" };
    const { data } = write([start, refusal, say(0, "No"), close(0), finish, end]);
    expect(data.at(-2)).toMatchObject({ delta: { stop_reason: "refusal" } });
  });

  test("writes a provider's error as an error event, and nothing after it", () => {
    const { data } = write([start, { type: "error", failure: { message: "Busy", type: "server_busy" } }, finish, end]);
    expect(data.slice(1)).toEqual([{ type: "error", error: { type: "api_error", message: "Busy" } }]);
  });

  test("turns another dialect's citation into a location with a URL", () => {
    const citation = { url: "https://a.example", origin: "openai-chat", raw: {} } as const;
    const event: CompletionEvent = { type: "citation", ...at(0), citation };
    const { data } = write([start, textStart(0), say(0, "a"), event, close(0), finish, end]);
    expect(data[3]).toMatchObject({ delta: { type: "citations_delta", citation: { url: "https://a.example" } } });
  });
});
