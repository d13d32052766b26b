import { describe, expect, test } from "bun:test";
import type { Completion } from "#core/completion";
import { noUsage } from "#core/usage";
import { decodeResponse } from "./decode-response";
import { encodeResponse } from "./encode-response";

const context = { id: "abc", nowS: 0, streamUsage: true };
const base: Completion = {
  id: "",
  model: "gpt-5",
  items: [],
  finishes: [{ choice: 0, reason: "stop" }],
  extensions: {},
};

describe("encodeResponse()", () => {
  test("writes the first choice of another dialect's answer", () => {
    const citation = { url: "https://a.example", title: "A", origin: "openai-chat", raw: {} } as const;
    const encoded = encodeResponse(
      {
        ...base,
        items: [
          { choice: 0, index: 0, kind: "reasoning", text: "hm" },
          { choice: 0, index: 1, kind: "text", text: "Hi", citations: [citation], logprobs: [] },
          { choice: 0, index: 2, kind: "text", text: "", citations: [], logprobs: [] },
          { choice: 0, index: 3, kind: "tool-call", id: "f:0", name: "f", arguments: "" },
          { choice: 0, index: 4, kind: "opaque", dialect: "openai-chat", value: { audio: {} } },
          { choice: 1, index: 0, kind: "text", text: "other", citations: [], logprobs: [] },
        ],
        finishes: [
          { choice: 0, reason: "tool-calls", raw: "tool_calls" },
          { choice: 1, reason: "stop" },
        ],
        usage: { ...noUsage, input: 3, inputAudio: 2, cacheRead: 4, output: 5, reasoning: 6, outputAudio: 1 },
        serviceTier: "default",
      },
      context,
    );
    expect(encoded).toEqual({
      id: "msg_abc",
      type: "message",
      role: "assistant",
      model: "gpt-5",
      content: [
        { type: "thinking", thinking: "hm", signature: "" },
        {
          type: "text",
          text: "Hi",
          citations: [
            {
              type: "web_search_result_location",
              url: "https://a.example",
              title: "A",
              cited_text: "",
              encrypted_index: "",
            },
          ],
        },
        { type: "tool_use", id: "hgid_Zjow", name: "f", input: {} },
      ],
      stop_reason: "tool_use",
      stop_sequence: null,
      usage: {
        input_tokens: 5,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 4,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
        output_tokens: 12,
        output_tokens_details: { thinking_tokens: 6 },
        service_tier: "standard",
      },
    });
  });

  test("lets another dialect's reasoning state find back to its origin", () => {
    const origin = "openai-chat";
    for (const state of [
      { origin, value: "enc.1", redacted: false },
      { origin, value: "enc.2", redacted: true },
      { origin: "anthropic-messages", value: "sig", redacted: false },
      undefined,
    ] as const) {
      const item = { choice: 0, index: 0, kind: "reasoning", text: "", ...(state && { state }) } as const;
      expect(decodeResponse(encodeResponse({ ...base, items: [item] }, context)).items).toEqual([item]);
    }
  });

  test("ends a refusal with refusal, and every other reason with its word", () => {
    const refusal = { choice: 0, index: 0, kind: "refusal", text: "No" } as const;
    expect(encodeResponse({ ...base, items: [refusal] }, context)).toMatchObject({
      content: [{ type: "text", text: "No" }],
      stop_reason: "refusal",
    });
    for (const [reason, word] of [
      ["stop", "end_turn"],
      ["length", "max_tokens"],
      ["stop-sequence", "stop_sequence"],
      ["tool-calls", "tool_use"],
      ["content-filter", "refusal"],
      ["pause", "pause_turn"],
      ["context-length", "model_context_window_exceeded"],
      ["other", "max_tokens"],
    ] as const) {
      expect(encodeResponse({ ...base, finishes: [{ choice: 0, reason }] }, context).stop_reason).toBe(word);
    }
  });
});
