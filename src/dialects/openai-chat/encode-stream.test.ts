import { describe, expect, test } from "bun:test";
import type { CompletionEvent } from "#core/completion";
import { noUsage } from "#core/usage";
import { isObject, tryParseJson } from "#lib/json";
import { openaiChatEndpoint } from "../fixtures/parts";
import { parseEvents } from "../fixtures/recordings";

const start = { type: "start", id: "msg_1", model: "claude", createdS: 5 } as const;
const finish = { type: "finish", choice: 0, reason: "stop", raw: "end_turn" } as const;
const at0 = { choice: 0, index: 0 } as const;

function encode(events: readonly CompletionEvent[], streamUsage = true) {
  const encoder = openaiChatEndpoint.createStreamEncoder({ id: "ab", nowS: 7, streamUsage });
  const text = events.map((event) => encoder.push(event)).join("");
  const data = parseEvents(text).map((event) => event.data);
  return { data, chunks: data.map((each) => tryParseJson(each)).filter(isObject), dropped: encoder.dropped() };
}

const text: readonly CompletionEvent[] = [
  { type: "item-start", ...at0, kind: "text" },
  { type: "text-delta", ...at0, text: "hi" },
  { type: "item-end", ...at0 },
];

describe("createStreamEncoder()", () => {
  test("writes role, text, finish, usage and [DONE]", () => {
    const usage = { ...noUsage, input: 3, output: 1 };
    const { data, chunks } = encode([start, ...text, finish, { type: "usage", usage }, { type: "end" }]);
    const head = { id: "msg_1", object: "chat.completion.chunk", created: 5, model: "claude" };
    const choice = (delta: object, finish_reason: string | null = null) => ({
      ...head,
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    });
    expect<unknown>(chunks.slice(0, 3)).toEqual([
      choice({ role: "assistant", content: "" }),
      choice({ content: "hi" }),
      choice({}, "stop"),
    ]);
    expect(chunks[3]).toMatchObject({
      ...head,
      choices: [],
      usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
    });
    expect(data.slice(4)).toEqual(["[DONE]"]);
  });

  test("keeps usage from a client that did not ask", () => {
    const { data } = encode([start, ...text, finish, { type: "usage", usage: noUsage }, { type: "end" }], false);
    expect(data.join()).not.toContain("usage");
    expect(data.at(-1)).toBe("[DONE]");
  });

  test("numbers tool calls apart from other items, and choices apart from each other", () => {
    const call = (choice: number, index: number, id: string): CompletionEvent => ({
      type: "item-start",
      choice,
      index,
      kind: "tool-call",
      id,
      name: "f",
    });
    const { chunks } = encode([
      start,
      ...text,
      call(0, 1, "a"),
      call(0, 2, "b"),
      call(1, 0, "c"),
      { type: "arguments-delta", choice: 0, index: 2, json: "{}" },
    ]);
    const calls = chunks.slice(2).map(({ choices }) => choices);
    expect(calls).toMatchObject([
      [{ index: 0, delta: { tool_calls: [{ index: 0, id: "a", type: "function", function: { name: "f" } }] } }],
      [{ index: 0, delta: { tool_calls: [{ index: 1, id: "b" }] } }],
      [{ index: 1, delta: { role: "assistant", tool_calls: [{ index: 0, id: "c" }] } }],
      [{ index: 0, delta: { tool_calls: [{ index: 1, function: { arguments: "{}" } }] } }],
    ]);
  });

  test("writes reasoning with its block and its state", () => {
    const { chunks, dropped } = encode([
      start,
      { type: "item-start", ...at0, kind: "reasoning" },
      { type: "text-delta", ...at0, text: "hm" },
      { type: "reasoning-state", ...at0, state: { origin: "anthropic-messages", value: "s", redacted: false } },
    ]);
    expect(dropped).toEqual([]);
    expect(chunks.slice(1).map(({ choices }) => choices)).toMatchObject([
      [{ delta: { reasoning_content: "hm", reasoning_details: [{ type: "reasoning.text", text: "hm", index: 0 }] } }],
      [{ delta: { reasoning_details: [{ signature: "s", format: "anthropic-claude-v1", index: 0 }] } }],
    ]);
  });

  test("names what it has no words for", () => {
    const { dropped } = encode([
      start,
      ...text.slice(0, 2),
      { type: "citation", ...at0, citation: { citedText: "x", origin: "anthropic-messages", raw: {} } },
      { type: "item-start", choice: 0, index: 1, kind: "opaque", dialect: "anthropic-messages", value: {} },
    ]);
    expect(dropped).toEqual(["citations", "content"]);
  });

  test("answers legacy functions with a legacy call", () => {
    const request = openaiChatEndpoint.decodeRequest({ model: "m", messages: [], functions: [] });
    const encoder = openaiChatEndpoint.createStreamEncoder({ id: "ab", nowS: 7, streamUsage: false, request });
    const written = [
      encoder.push(start),
      encoder.push({ type: "item-start", ...at0, kind: "tool-call", id: "a", name: "f" }),
      encoder.push({ type: "arguments-delta", ...at0, json: "{}" }),
      encoder.push({ type: "finish", choice: 0, reason: "tool-calls" }),
    ].join("");
    expect(written).toContain('"function_call":{"name":"f","arguments":""}');
    expect(written).toContain('"function_call":{"arguments":"{}"}');
    expect(written).toContain('"finish_reason":"function_call"');
    expect(written).not.toContain("tool_calls");
  });
});
