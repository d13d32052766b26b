import { describe, expect, test } from "bun:test";
import type { CompletionEvent } from "#core/completion";
import type { JsonObject } from "#lib/json";
import { createCollector } from "../collect";
import { openaiChatCodec } from "../fixtures/parts";
import { InvalidAnswer } from "../operation";
import { mergeOpaque } from "./merge-opaque";

const raw = new Uint8Array(0);
const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

function chunk(delta: JsonObject, rest: JsonObject = {}, index = 0): JsonObject {
  const { usage: counted, ...choice } = rest;
  return {
    id: "c1",
    object: "chat.completion.chunk",
    created: 9,
    model: "m",
    choices: [{ index, delta, finish_reason: null, ...choice }],
    ...(counted !== undefined && { usage: counted }),
  };
}

function decode(...chunks: readonly (JsonObject | string)[]) {
  const decoder = openaiChatCodec.createStreamDecoder();
  const events: CompletionEvent[] = [];
  for (const each of chunks)
    events.push(
      ...decoder.push({ event: "message", data: typeof each === "string" ? each : JSON.stringify(each), raw }),
    );
  const rest = decoder.finish();
  events.push(...rest.events);
  const collector = createCollector((_dialect, value, delta) => mergeOpaque(value, delta));
  for (const event of events) collector.push(event);
  return { events, complete: rest.complete, ...collector.completion() };
}

const stop = chunk({}, { finish_reason: "stop" });
const done = "[DONE]";

describe("createStreamDecoder()", () => {
  test("gives start, items, finish and end in order, and usage as soon as it comes", () => {
    const { events } = decode(
      chunk({ role: "assistant", content: "" }),
      chunk({ content: "hi" }),
      stop,
      { id: "c1", model: "m", choices: [], usage },
      done,
    );
    expect(events.map((event) => event.type)).toEqual([
      "start",
      "item-start",
      "text-delta",
      "usage",
      "item-end",
      "finish",
      "end",
    ]);
    expect(events[0]).toMatchObject({ id: "c1", model: "m", createdS: 9 });
    expect(decode({ ...stop, created: 0 }, done).events[0]).not.toHaveProperty("createdS");
  });

  test("needs a finish reason for every choice that came", () => {
    const second = chunk({ content: "b" }, {}, 1);
    const secondStop = chunk({}, { finish_reason: "length" }, 1);
    expect(decode(chunk({ content: "a" })).complete).toBe(false);
    expect(decode(chunk({ content: "a" }), done).complete).toBe(false);
    expect(decode(chunk({ content: "a" }), second, stop).complete).toBe(false);
    expect(decode(chunk({ content: "a" }), second, stop, done).complete).toBe(false);
    const whole = decode(chunk({ content: "a" }), second, secondStop, stop);
    expect(whole.complete).toBe(true);
    expect(whole.finishes.map(({ choice, reason }) => [choice, reason])).toEqual([
      [0, "stop"],
      [1, "length"],
    ]);
    expect(decode().complete).toBe(false);
    expect(decode(done).complete).toBe(false);
  });

  test("takes [DONE] after the provider's account for the end, where no reason came", () => {
    const call = { index: 0, id: "a", function: { name: "f", arguments: "{}" } };
    expect(decode(chunk({ tool_calls: [call] }, { usage })).complete).toBe(false);
    const { complete, finishes } = decode(chunk({ tool_calls: [call] }, { usage }), done);
    expect(complete).toBe(true);
    expect(finishes).toEqual([{ choice: 0, reason: "tool-calls" }]);
  });

  test("still tells the usage of a stream that was cut", () => {
    expect(decode(chunk({ content: "a" }, { usage })).usage).toMatchObject({ input: 3, output: 2 });
  });

  test("takes the last usage, wherever it stands", () => {
    const late = { ...usage, completion_tokens: 4, total_tokens: 7 };
    expect(
      decode(chunk({ content: "a" }, { usage }), chunk({}, { finish_reason: "stop", usage: late })).usage?.output,
    ).toBe(4);
    const groq = { ...stop, x_groq: { id: "r", usage } };
    expect(decode(chunk({ content: "a" }), groq, done).usage?.output).toBe(2);
  });

  test("passes over chunks without choices and what comes after the end", () => {
    const azure = { id: "", model: "", choices: [], prompt_filter_results: [] };
    const { model, items, events } = decode(azure, chunk({ content: "a" }), stop, done, chunk({ content: "b" }));
    expect(model).toBe("m");
    expect(items).toHaveLength(1);
    expect(events.at(-1)).toEqual({ type: "end" });
  });

  test("holds the finish until the end, as more may follow it", () => {
    const { items, finishes } = decode(stop, chunk({ content: "late" }), chunk({}, { finish_reason: "length" }), done);
    expect(items).toMatchObject([{ kind: "text", text: "late" }]);
    expect(finishes).toEqual([{ choice: 0, reason: "length", raw: "length" }]);
  });

  test("puts interleaved calls together by index", () => {
    const { items } = decode(
      chunk({ tool_calls: [{ index: 0, id: "a", function: { name: "f", arguments: "" } }] }),
      chunk({ tool_calls: [{ index: 1, id: "b", function: { name: "g", arguments: "" } }] }),
      chunk({ tool_calls: [{ index: 1, function: { arguments: "{1" } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: "{0" } }] }),
      chunk({
        tool_calls: [
          { index: 1, function: { arguments: "}" } },
          { index: 0, function: { arguments: "}" } },
        ],
      }),
      chunk({}, { finish_reason: "tool_calls" }),
    );
    expect(items).toEqual([
      { choice: 0, index: 0, kind: "tool-call", id: "a", name: "f", arguments: "{0}" },
      { choice: 0, index: 1, kind: "tool-call", id: "b", name: "g", arguments: "{1}" },
    ]);
  });

  test("tells calls apart that come without index, without id, or all as number 0", () => {
    const names = (...calls: readonly JsonObject[]) =>
      decode(...calls.map((call) => chunk({ tool_calls: [call] })), stop).items.map((item) =>
        item.kind === "tool-call" ? `${item.id} ${item.name} ${item.arguments}` : item.kind,
      );
    const f = { name: "f", arguments: "{}" };
    expect(names({ id: "a", function: f }, { id: "b", function: f })).toEqual(["a f {}", "b f {}"]);
    expect(names({ index: 0, id: "a", function: f }, { index: 0, id: "b", function: f })).toEqual(["a f {}", "b f {}"]);
    expect(names({ function: f }, { function: f })).toEqual(["call_c1_0_0 f {}", "call_c1_0_1 f {}"]);
    expect(names({ id: "a", function: { name: "f", arguments: "{" } }, { function: { arguments: "}" } })).toEqual([
      "a f {}",
    ]);
    // The name after the arguments have begun, and the whole call repeated with its name (Novita).
    expect(
      names({ index: 0, id: "a", function: { arguments: "{" } }, { index: 0, function: { name: "f", arguments: "}" } }),
    ).toEqual(["a f {}"]);
    expect(
      names({ index: 0, id: "0", function: { name: "f", arguments: "" } }, { index: 0, id: "0", function: f }),
    ).toEqual(["0 f {}"]);
    expect(names({ index: 0, id: "a", function: { name: "f", arguments: { x: 1 } } })).toEqual(['a f {"x":1}']);
  });

  test("says tool-calls where the provider says stop", () => {
    const call = { index: 0, id: "a", function: { name: "f", arguments: "{}" } };
    expect(decode(chunk({ tool_calls: [call] }), stop).finishes).toEqual([
      { choice: 0, reason: "tool-calls", raw: "stop" },
    ]);
  });

  test("reads legacy calls, and custom ones with their text", () => {
    const legacy = decode(
      chunk({ function_call: { name: "f", arguments: "" } }),
      chunk({ function_call: { arguments: "{}" } }),
      chunk({}, { finish_reason: "function_call" }),
    );
    expect(legacy.items).toMatchObject([{ kind: "tool-call", name: "f", arguments: "{}" }]);
    expect(legacy.finishes[0]?.reason).toBe("tool-calls");
    const custom = decode(
      chunk({ tool_calls: [{ index: 0, id: "a", type: "custom", custom: { name: "sql", input: "sel" } }] }),
      chunk({ tool_calls: [{ index: 0, custom: { input: "ect" } }] }),
      stop,
    );
    expect(custom.items).toMatchObject([
      { kind: "tool-call", id: "a", name: "sql", arguments: '{"input":"select"}', freeForm: true },
    ]);
  });

  test("reads reasoning of look-alikes, once", () => {
    for (const delta of [
      { reasoning_content: "hm" },
      { reasoning: "hm" },
      { reasoning: "hm", reasoning_content: "hm" },
      { reasoning: "hm", reasoning_details: [{ type: "reasoning.text", text: "hm", index: 0 }] },
      { reasoning: null, reasoning_details: [{ type: "reasoning.summary", summary: "hm", index: 0 }] },
      { reasoning: "hm", reasoning_details: [] },
      { content: [{ type: "thinking", thinking: [{ type: "text", text: "hm" }] }] },
    ]) {
      const { items } = decode(chunk(delta), chunk({ content: "4" }), stop);
      expect(items.map((item) => [item.kind, "text" in item && item.text])).toEqual([
        ["reasoning", "hm"],
        ["text", "4"],
      ]);
    }
  });

  test("keeps signatures and encrypted reasoning with their origin", () => {
    const encrypted = {
      type: "reasoning.encrypted",
      data: "gAAA",
      id: "rs_1",
      format: "openai-responses-v1",
      index: 0,
    };
    const { items } = decode(
      chunk({ reasoning_details: [{ type: "reasoning.text", text: "h", format: "anthropic-claude-v1", index: 0 }] }),
      chunk({ reasoning_details: [{ type: "reasoning.text", text: "m", format: "anthropic-claude-v1", index: 0 }] }),
      chunk({
        reasoning_details: [{ type: "reasoning.text", signature: "s", format: "anthropic-claude-v1", index: 0 }],
      }),
      chunk({ reasoning_details: [encrypted] }),
      stop,
    );
    expect(items).toEqual([
      {
        choice: 0,
        index: 0,
        kind: "reasoning",
        text: "hm",
        state: { origin: "anthropic-messages", value: "s", redacted: false },
      },
      {
        choice: 0,
        index: 1,
        kind: "reasoning",
        text: "",
        state: { origin: "openai-responses", value: '{"id":"rs_1","data":"gAAA"}', redacted: false },
      },
    ]);
  });

  test("reads refusals, logprobs and citations", () => {
    const token = {
      token: "hi",
      logprob: -0.1,
      bytes: [104, 105],
      top_logprobs: [{ token: "ho", logprob: -2, bytes: null }],
    };
    const annotation = {
      type: "url_citation",
      url_citation: { url: "https://x", title: "X", start_index: 0, end_index: 2 },
    };
    const { items } = decode(
      chunk({ content: "hi" }, { logprobs: { content: [token], refusal: null } }),
      chunk({ annotations: [annotation] }),
      chunk({ refusal: "no" }, { logprobs: { content: null, refusal: [token] } }),
      stop,
    );
    const logprob = { token: "hi", logprob: -0.1, bytes: [104, 105], top: [{ token: "ho", logprob: -2, bytes: null }] };
    expect(items).toEqual([
      {
        choice: 0,
        index: 0,
        kind: "text",
        text: "hi",
        citations: [{ url: "https://x", title: "X", start: 0, end: 2, origin: "openai-chat", raw: annotation }],
        logprobs: [logprob],
      },
      { choice: 0, index: 1, kind: "refusal", text: "no", logprobs: [logprob] },
    ]);
  });

  test("keeps audio together for its own dialect", () => {
    const { items } = decode(
      chunk({ audio: { id: "a", transcript: "he" } }),
      chunk({ audio: { transcript: "y", data: "AA" } }),
      chunk({ audio: { data: "BB", expires_at: 5 } }),
      stop,
    );
    expect(items).toMatchObject([
      { kind: "opaque", value: { audio: { id: "a", transcript: "hey", data: "AABB", expires_at: 5 } } },
    ]);
  });

  test("ends with the provider's error in any of its shapes", () => {
    for (const [event, error, told] of [
      ["message", { error: { message: "busy", type: "overloaded" } }, { type: "overloaded" }],
      ["message", { error: "busy" }, {}],
      ["error", { message: "busy", code: 503 }, { code: "503" }],
      ["message", { object: "error", message: "busy", type: "x", param: "n" }, { type: "x", param: "n" }],
      ["message", { choices: [{ finish_reason: "error", error: { message: "busy", code: 502 } }] }, { code: "502" }],
    ] as const) {
      const decoder = openaiChatCodec.createStreamDecoder();
      decoder.push({ event: "message", data: JSON.stringify(chunk({ content: "a" })), raw });
      const events = decoder.push({ event, data: JSON.stringify(error), raw });
      expect(events).toEqual([{ type: "error", failure: { message: "busy", ...told } }]);
      decoder.push({ event: "message", data: JSON.stringify(stop), raw });
      expect(decoder.finish().complete).toBe(false);
    }
  });

  test("ends with an error whose words are no JSON, and with a finish reason that stands for one", () => {
    const failed = (event: string, data: string) => openaiChatCodec.createStreamDecoder().push({ event, data, raw });
    expect(failed("error", "upstream died")).toEqual([{ type: "error", failure: { message: "upstream died" } }]);
    const reason = (word: string) =>
      failed("message", JSON.stringify(chunk({ content: "half" }, { finish_reason: word })));
    for (const word of ["insufficient_system_resource", "network_error"])
      expect(reason(word)).toMatchObject([{ type: "error", failure: { code: word } }]);
  });

  test("gives the usage that comes with an error", () => {
    const usage = { prompt_tokens: 43, completion_tokens: 10 };
    const data = JSON.stringify({ error: { message: "busy" }, usage });
    const [event] = openaiChatCodec.createStreamDecoder().push({ event: "message", data, raw });
    expect(event).toMatchObject({ type: "error", failure: { usage: { input: 43, output: 10 } } });
  });

  test("throws InvalidAnswer for what is no JSON object", () => {
    expect(() => decode("<html>")).toThrow(InvalidAnswer);
    expect(() => decode("[1]")).toThrow(InvalidAnswer);
    expect(() => decode('{"id":')).toThrow(InvalidAnswer);
  });
});
