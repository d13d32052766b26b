import { describe, expect, test } from "bun:test";
import { isArray, isObject, type Json, type JsonObject } from "#lib/json";
import { openaiChatCodec } from "../fixtures/parts";

/** An event with the bytes that it would come as. */
function eventOf(data: string, event = "message") {
  const lines = data.split("\n").map((line) => `data: ${line}\n`);
  return { event, data, raw: Buffer.from(`${event === "message" ? "" : `event: ${event}\n`}${lines.join("")}\n`) };
}

const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

function chunk(delta: JsonObject, rest: JsonObject = {}): JsonObject {
  const choice = { index: 0, delta, logprobs: null, finish_reason: null, ...rest };
  return { id: "c1", object: "chat.completion.chunk", created: 9, model: "m", choices: [choice], usage: null };
}

const account = { id: "c1", object: "chat.completion.chunk", created: 9, model: "m", choices: [], usage };
const stop = chunk({}, { finish_reason: "stop" });

function meter(
  chunks: readonly (JsonObject | string)[],
  write: (value: Json) => string = JSON.stringify,
  hideUsage = true,
) {
  const watched = openaiChatCodec.createStreamMeter({ hideUsage });
  const verdicts = chunks.map((each) => watched.push(eventOf(typeof each === "string" ? each : write(each))));
  return { verdicts, ...watched.facts() };
}

/** The same JSON with white space everywhere. */
function spacious(value: Json): string {
  return JSON.stringify(value, null, 2).replace(/^(\s*"\w+"): /gm, "$1 :\n ");
}

/** The same JSON with every object's keys the other way round. */
function reversed(value: Json): Json {
  if (isArray(value)) return value.map(reversed);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, field]) => [key, reversed(field ?? null)]));
}

const contents = ["one", ' "two" \\ \n é 😀 "finish_reason":"stop" ', "three", '"', "\\", "null", ","];
const argumentTexts = ['{"usage":{"prompt_tokens":1}}', '"error":', "0"];
const texts = [...contents, ...argumentTexts];

const whole: readonly (JsonObject | string)[] = [
  chunk({ role: "assistant", content: "" }),
  ...contents.map((content) => chunk({ content })),
  chunk({ tool_calls: [{ index: 0, id: "a", function: { name: "f", arguments: "" } }] }),
  ...argumentTexts.map((json) => chunk({ tool_calls: [{ index: 0, function: { arguments: json } }] })),
  stop,
  account,
  "[DONE]",
];

describe("createStreamMeter()", () => {
  const writings: readonly (readonly [string, (value: Json) => string])[] = [
    ["as OpenAI writes", JSON.stringify],
    ["with white space", spacious],
    ["with its keys reversed", (value) => JSON.stringify(reversed(value))],
    ["padded", (value) => JSON.stringify({ ...(isObject(value) ? value : {}), obfuscation: "x1Y" })],
  ];
  for (const [how, write] of writings)
    test(`sees the same in a stream ${how}`, () => {
      const { verdicts, ...facts } = meter(whole, write);
      expect(facts).toEqual({
        usage: expect.objectContaining({ input: 3, output: 2 }),
        finishReason: "stop",
        model: "m",
        complete: true,
        missingTail: "",
        outputBytes: Buffer.byteLength(texts.join("")),
      });
      expect(verdicts.map((verdict) => verdict.token)).toEqual(
        whole.map((_, place) => place > 0 && place < whole.indexOf(stop)),
      );
      expect(verdicts.map((verdict) => verdict.forward)).toEqual(whole.map((each) => each !== account));
      expect(verdicts.map((verdict) => verdict.terminal)).toEqual(whole.map((each) => each === "[DONE]"));
    });

  test("lets the usage chunk pass for a client that asked", () => {
    expect(meter(whole, JSON.stringify, false).verdicts.every((verdict) => verdict.forward)).toBe(true);
  });

  test("hides no chunk that says more than usage", () => {
    const azure = { ...account, usage: null, prompt_filter_results: [] };
    const { verdicts } = meter([azure, { ...stop, usage }]);
    expect(verdicts.map((verdict) => verdict.forward)).toEqual([true, true]);
  });

  test("owes [DONE] where a complete answer came without it", () => {
    const { complete, missingTail } = meter([chunk({ content: "a" }), stop, account]);
    expect([complete, missingTail]).toEqual([true, "data: [DONE]\n\n"]);
  });

  test("waits for every choice that was asked for, unless the provider says that it is done", () => {
    const watched = openaiChatCodec.createStreamMeter({ hideUsage: true, choices: 2 });
    const push = (data: string) => watched.push(eventOf(data));
    push(JSON.stringify(stop));
    expect(watched.facts().complete).toBe(false);
    expect(push("[DONE]").terminal).toBe(true);
    expect(watched.facts().complete).toBe(true);
  });

  test("lets no [DONE] pass after an incomplete answer", () => {
    for (const chunks of [["[DONE]"], [chunk({ content: "a" }), "[DONE]"]]) {
      const { verdicts, complete, missingTail } = meter(chunks);
      expect(verdicts.at(-1)).toEqual({ forward: false, token: false, terminal: false });
      expect([complete, missingTail]).toEqual([false, ""]);
    }
  });

  test("waits for every choice", () => {
    const second = (delta: JsonObject, rest: JsonObject = {}) => chunk(delta, { index: 1, ...rest });
    const chunks = [
      chunk({ content: "a" }),
      chunk({ content: "b" }),
      second({ content: "c" }),
      second({ content: "d" }),
      stop,
    ];
    expect(meter(chunks).complete).toBe(false);
    const ended = meter([...chunks, second({}, { finish_reason: "length" })]);
    expect([ended.complete, ended.finishReason, ended.outputBytes]).toEqual([true, "stop", 4]);
  });

  test("sees a finish that comes with text, after many chunks without", () => {
    const last = chunk({ content: "c" }, { finish_reason: "length" });
    const { finishReason, outputBytes } = meter([chunk({ content: "a" }), chunk({ content: "b" }), last]);
    expect([finishReason, outputBytes]).toEqual(["length", 3]);
  });

  test("counts each way to reason once", () => {
    const details = (text: string) => [{ type: "reasoning.text", text, index: 0 }];
    const { outputBytes } = meter([
      chunk({ reasoning_content: "a" }),
      chunk({ reasoning: "b", reasoning_details: details("b") }),
      chunk({ reasoning: null, reasoning_details: details("c") }),
      chunk({ content: [{ type: "thinking", thinking: [{ type: "text", text: "d" }] }] }),
      chunk({ reasoning: "e", reasoning_content: "e" }),
      chunk({ reasoning: "f", reasoning_content: "f" }),
    ]);
    expect(outputBytes).toBe(6);
  });

  test("takes the provider's error out and keeps it for the caller", () => {
    const { verdicts, complete, error } = meter([
      chunk({ content: "a" }),
      chunk({ content: "b" }),
      { error: { message: "busy", type: "overloaded", code: 503 } },
      stop,
      "[DONE]",
    ]);
    expect(verdicts.slice(2).map((verdict) => verdict.forward)).toEqual([false, false, false]);
    expect(error).toEqual({ message: "busy", type: "overloaded", code: "503" });
    expect(complete).toBe(false);
  });

  test("takes Groq's usage, and an event of type error, without being asked twice", () => {
    expect(meter([chunk({ content: "a" }), { ...stop, x_groq: { usage } }]).usage).toMatchObject({ output: 2 });
    const watched = openaiChatCodec.createStreamMeter({ hideUsage: false });
    watched.push(eventOf(JSON.stringify(chunk({ content: "a" }))));
    watched.push(eventOf(JSON.stringify(chunk({ content: "a" })), "error"));
    expect(watched.facts().error).toBeDefined();
  });

  test("passes comments on, and what it cannot read to whoever refuses it", () => {
    const watched = openaiChatCodec.createStreamMeter({ hideUsage: true });
    const comment = { event: "message", data: "", raw: Buffer.from(": hello\n\n") };
    for (const event of [comment, eventOf("not json"), eventOf("[]"), eventOf("null")])
      expect(watched.push(event)).toMatchObject({ forward: true, token: false });
  });

  test("takes out what carries nothing and breaks clients", () => {
    const watched = openaiChatCodec.createStreamMeter({ hideUsage: true });
    for (const event of [
      eventOf(""),
      eventOf(": keep-alive"),
      eventOf(" : hello"),
      eventOf("", "ping"),
      eventOf("ok", "x"),
    ])
      expect(watched.push(event)).toMatchObject({ forward: false, token: false });
    expect(watched.facts()).toMatchObject({ complete: false, outputBytes: 0 });
  });
});
