import { describe, expect, test } from "bun:test";
import type { Completion } from "#core/completion";
import { noUsage } from "#core/usage";
import { createCollector, expand } from "./collect";

const logprob = { token: "a", logprob: -1, bytes: null, top: [] };
const completion: Completion = {
  id: "c",
  model: "m",
  createdS: 4,
  serviceTier: "default",
  items: [
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
      kind: "text",
      text: "a",
      citations: [{ origin: "openai-chat", raw: null }],
      logprobs: [logprob],
    },
    {
      choice: 0,
      index: 2,
      kind: "tool-call",
      id: "t",
      name: "f",
      arguments: "{}",
      extensions: { "openai-chat": { x: 1 } },
    },
    { choice: 0, index: 3, kind: "opaque", dialect: "openai-chat", value: { audio: {} } },
    { choice: 1, index: 0, kind: "refusal", text: "no", logprobs: [logprob] },
    { choice: 1, index: 1, kind: "text", text: "", citations: [], logprobs: [] },
  ],
  finishes: [
    { choice: 0, reason: "tool-calls", raw: "tool_calls" },
    { choice: 1, reason: "stop-sequence", stopSequence: "END" },
  ],
  usage: { ...noUsage, input: 1 },
  extensions: { "openai-chat": { system_fingerprint: "fp" } },
};

describe("createCollector()", () => {
  test("puts together what expand() takes apart", () => {
    const collector = createCollector();
    const events = expand(completion);
    for (const event of events) {
      expect(collector.complete()).toBe(false);
      collector.push(event);
    }
    expect(collector.complete()).toBe(true);
    expect(collector.completion()).toEqual(completion);
  });

  test("joins deltas of interleaved items and orders them by their place", () => {
    const collector = createCollector();
    collector.push({ type: "item-start", choice: 0, index: 1, kind: "text" });
    collector.push({ type: "item-start", choice: 0, index: 0, kind: "text" });
    for (const [index, text] of [
      [0, "a"],
      [1, "x"],
      [0, "b"],
      [1, "y"],
    ] as const)
      collector.push({ type: "text-delta", choice: 0, index, text });
    collector.push({ type: "text-delta", choice: 5, index: 5, text: "nowhere" });
    const texts = collector.completion().items.map((item) => item.kind === "text" && item.text);
    expect(texts).toEqual(["ab", "xy"]);
  });

  test("lets the end's extensions stand for those of the start, and the last usage for all before", () => {
    const collector = createCollector((_dialect, value, delta) => [value, delta]);
    collector.push({ type: "start", id: "c", model: "m", usage: noUsage, extensions: { "openai-chat": { a: 1 } } });
    collector.push({ type: "item-start", choice: 0, index: 0, kind: "opaque", dialect: "openai-chat", value: 1 });
    collector.push({ type: "opaque-delta", choice: 0, index: 0, value: 2 });
    collector.push({ type: "usage", usage: { ...noUsage, output: 2 } });
    collector.push({ type: "end", extensions: { "openai-chat": { b: 2 } } });
    expect(collector.completion()).toMatchObject({
      usage: { output: 2 },
      items: [{ value: [1, 2] }],
      extensions: { "openai-chat": { b: 2 } },
    });
  });
});
