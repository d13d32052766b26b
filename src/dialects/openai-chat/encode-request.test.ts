import { describe, expect, test } from "bun:test";
import type { CompletionRequest, Message, Part } from "#core/completion";
import { arrayOf, isObject, type JsonObject } from "#lib/json";
import type { Traits } from "#traits/vocabulary";
import { openaiChatCodec, openaiChatEndpoint, targetOf } from "../fixtures/parts";

const plain: CompletionRequest = {
  model: "asked",
  stream: false,
  streamUsage: false,
  messages: [{ role: "user", content: [{ type: "text", text: "hi" }] }],
  tools: [],
  stop: [],
  n: 1,
  extensions: {},
};
const anthropicSignature = { origin: "anthropic-messages", value: "sig", redacted: false } as const;

function encode(fields: Partial<CompletionRequest>, traits: Traits = {}) {
  return openaiChatCodec.encodeRequest({ ...plain, ...fields }, targetOf("any", "openai-chat", "served", [traits]));
}

function encodeMessages(messages: readonly Message[], traits: Traits = {}) {
  const { body, dropped } = encode({ messages }, traits);
  return { messages: arrayOf(body, "messages"), dropped };
}

function encodeUser(...content: readonly Part[]) {
  return encodeMessages([{ role: "user", content }]);
}

describe("encodeRequest()", () => {
  test("says a plain request in plain words", () => {
    expect(encode({})).toEqual({
      body: { model: "served", messages: [{ role: "user", content: "hi" }] },
      headers: {},
      dropped: [],
    });
  });

  test("asks for usage on streams, but where the provider refuses it", () => {
    expect(encode({ stream: true }).body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    expect(encode({ stream: true }, { stream_usage: false }).body.stream_options).toBeUndefined();
  });

  test("names the limit as the target knows it", () => {
    expect(encode({ maxOutputTokens: 5 }).body).toMatchObject({ max_completion_tokens: 5 });
    expect(encode({ maxOutputTokens: 5 }, { output_limit: "max_tokens" }).body).toMatchObject({ max_tokens: 5 });
    const kept = encode({ maxOutputTokens: 5, spelling: { "openai-chat": { max_tokens: 9 } } }).body;
    expect([kept.max_tokens, kept.max_completion_tokens]).toEqual([5, undefined]);
  });

  test("turns developer into system where there is no such role", () => {
    const developer: Message = { role: "developer", content: [{ type: "text", text: "d" }] };
    expect(encodeMessages([developer]).messages).toEqual([{ role: "developer", content: "d" }]);
    expect(encodeMessages([developer], { developer_role: "system" }).messages).toEqual([
      { role: "system", content: "d" },
    ]);
  });

  test("writes a message for each tool result and one for the rest", () => {
    const { messages } = encodeUser(
      { type: "text", text: "now go on" },
      { type: "tool-result", callId: "a", content: [{ type: "text", text: "1" }], isError: false },
      { type: "tool-result", callId: "b", content: [], isError: true },
      { type: "tool-result", callId: "c", content: [{ type: "text", text: "no such file" }], isError: true },
      { type: "tool-result", callId: "d", content: [{ type: "text", text: "Error: 4" }], isError: true },
    );
    expect(messages).toEqual([
      { role: "tool", tool_call_id: "a", content: "1" },
      { role: "tool", tool_call_id: "b", content: "Error" },
      { role: "tool", tool_call_id: "c", content: "Error: no such file" },
      { role: "tool", tool_call_id: "d", content: "Error: 4" },
      { role: "user", content: "now go on" },
    ]);
  });

  test("shows a result's image in a user message after the results", () => {
    const image = { type: "image", source: { type: "base64", mediaType: "image/png", data: "aGk=" } } as const;
    const { messages, dropped } = encodeUser(
      { type: "tool-result", callId: "a", content: [{ type: "text", text: "shot" }, image], isError: false },
      { type: "tool-result", callId: "b", content: [{ type: "text", text: "2" }], isError: false },
    );
    expect(dropped).toEqual([]);
    expect(messages).toEqual([
      { role: "tool", tool_call_id: "a", content: "shot" },
      { role: "tool", tool_call_id: "b", content: "2" },
      {
        role: "user",
        content: [
          { type: "text", text: "From the result of tool call a:" },
          { type: "image_url", image_url: { url: "data:image/png;base64,aGk=" } },
        ],
      },
    ]);
  });

  test("writes documents and names those it cannot carry", () => {
    const { messages, dropped } = encodeUser(
      { type: "document", source: { type: "base64", mediaType: "application/pdf", data: "aGk=" } },
      { type: "document", source: { type: "text", text: "plain" }, title: "t" },
      { type: "document", source: { type: "url", url: "https://x/a.pdf" } },
      { type: "image", source: { type: "file", dialect: "anthropic-messages", fileId: "f" } },
      { type: "opaque", dialect: "anthropic-messages", value: {} },
    );
    expect(messages).toEqual([
      {
        role: "user",
        content: [
          { type: "file", file: { filename: "document.pdf", file_data: "data:application/pdf;base64,aGk=" } },
          { type: "text", text: "Title: t\n\nplain" },
        ],
      },
    ]);
    expect(dropped).toEqual(["messages[0].content[2]", "messages[0].content[3]", "messages[0].content[4]"]);
  });

  test("names losses by the client's own paths", () => {
    const image: Part = { type: "image", source: { type: "url", url: "https://x" } };
    const { dropped } = encodeMessages([{ role: "system", path: "system", content: [image] }]);
    expect(dropped).toEqual(["system[0]"]);
  });

  test("shortens tool-call ids to what the target takes, alike in call and result", () => {
    const long = `toolu_${"x".repeat(60)}`;
    const turn: readonly Message[] = [
      { role: "assistant", content: [{ type: "tool-call", id: long, name: "f", arguments: "" }] },
      { role: "user", content: [{ type: "tool-result", callId: long, content: [], isError: false }] },
    ];
    for (const [traits, pattern] of [
      [{}, /^call_[a-zA-Z0-9]{24}$/],
      [{ call_ids: "9-letters" }, /^[a-zA-Z0-9]{9}$/],
    ] as const) {
      const [asked, answered] = encodeMessages(turn, traits).messages.filter(isObject);
      const [call] = arrayOf(asked ?? {}, "tool_calls").filter(isObject);
      expect(call).toMatchObject({ type: "function", function: { name: "f", arguments: "{}" } });
      expect(call?.id).toMatch(pattern);
      expect(answered?.tool_call_id).toBe(call?.id ?? "none");
      expect(asked?.content).toBeNull();
    }
  });

  test("shortens an end user's id that OpenAI would refuse", () => {
    expect(encode({ user: "ann" }).body.user).toBe("ann");
    expect(encode({ user: "user_".repeat(30) }).body.user).toMatch(/^user_[a-zA-Z0-9]{35,59}$/);
  });

  test("sends reasoning back as the target takes it, else names it", () => {
    const content: readonly Part[] = [
      { type: "reasoning", text: "hm", state: anthropicSignature },
      { type: "reasoning", text: "", state: { ...anthropicSignature, redacted: true } },
      { type: "text", text: "4" },
    ];
    const turn: readonly Message[] = [{ role: "assistant", content }];
    const lost = encodeMessages(turn);
    expect(lost.messages).toEqual([{ role: "assistant", content: "4" }]);
    expect(lost.dropped).toEqual(["messages[0].content[0]", "messages[0].content[1]"]);

    const asText = encodeMessages(turn, { earlier_reasoning: "content" });
    expect(asText.messages).toEqual([{ role: "assistant", content: "4", reasoning_content: "hm" }]);
    expect(asText.dropped).toEqual(["messages[0].content[0]", "messages[0].content[1]"]);

    const details = encodeMessages(turn, { earlier_reasoning: "details" });
    expect(details.dropped).toEqual([]);
    expect(details.messages).toEqual([
      {
        role: "assistant",
        content: "4",
        reasoning_details: [
          { type: "reasoning.text", signature: "sig", format: "anthropic-claude-v1", index: 0, text: "hm" },
          { type: "reasoning.encrypted", data: "sig", format: "anthropic-claude-v1", index: 1 },
        ],
      },
    ]);
  });

  test("gives reasoning that a client of this dialect wrote back as it was", () => {
    const message = { role: "assistant", content: "4", reasoning_content: "hm" };
    const request = openaiChatEndpoint.decodeRequest({ model: "m", messages: [message] });
    expect(encode({ messages: request.messages })).toMatchObject({ body: { messages: [message] }, dropped: [] });
  });

  test("turns a budget into an effort, and asks for nothing where the model decides", () => {
    const effort = (reasoning: CompletionRequest["reasoning"]) =>
      encode(reasoning ? { reasoning } : {}).body.reasoning_effort;
    expect(effort({ enabled: true, budgetTokens: 1024 })).toBe("low");
    expect(effort({ enabled: true, budgetTokens: 8192 })).toBe("medium");
    expect(effort({ enabled: true, budgetTokens: 32_000 })).toBe("high");
    expect(effort({ enabled: true, effort: "medium", budgetTokens: 1024 })).toBe("medium");
    expect(effort({ enabled: true, effort: "max" })).toBe("high");
    expect(effort({ enabled: true, adaptive: true })).toBeUndefined();
    expect(effort({ enabled: false })).toBeUndefined();
  });

  test("writes tools and choices, and leaves out tools of other providers", () => {
    const { body, dropped } = encode({
      tools: [
        { type: "function", name: "f", parameters: '{"type":"object","additionalProperties":false}', strict: true },
        { type: "provider", dialect: "anthropic-messages", definition: { type: "web_search_20250305" } },
      ],
      toolChoice: { type: "allowed", names: ["f"], required: true },
      parallelToolCalls: false,
    });
    expect(dropped).toEqual(["tools[1]"]);
    expect(body).toMatchObject({
      tools: [{ type: "function", function: { name: "f", parameters: { type: "object" }, strict: true } }],
      tool_choice: {
        type: "allowed_tools",
        allowed_tools: { mode: "required", tools: [{ type: "function", function: { name: "f" } }] },
      },
      parallel_tool_calls: false,
    });
    const alone = encode({
      tools: [{ type: "provider", dialect: "anthropic-messages", definition: {} }],
      toolChoice: { type: "auto" },
    }).body;
    expect([alone.tools, alone.tool_choice]).toEqual([undefined, undefined]);
  });

  test("writes cache markers of other dialects only where the provider takes them", () => {
    const messages: readonly Message[] = [
      { role: "user", content: [{ type: "text", text: "hi", cache: { ttl: "1h" } }] },
    ];
    expect(encodeMessages(messages)).toEqual({
      messages: [{ role: "user", content: "hi" }],
      dropped: ["cache_control"],
    });
    expect(encodeMessages(messages, { cache_markers: ["parts", "tools"] })).toEqual({
      messages: [
        { role: "user", content: [{ type: "text", text: "hi", cache_control: { type: "ephemeral", ttl: "1h" } }] },
      ],
      dropped: [],
    });
  });

  test("names fields of other dialects that nothing stands for", () => {
    const { dropped } = encode({
      topK: 5,
      reasoning: { enabled: true, budgetTokens: 2000 },
      extensions: { "anthropic-messages": { container: "c", thinking: {} } },
    });
    expect(dropped).toEqual(["top_k", "container"]);
  });

  test("gives every field of its own dialect back", () => {
    const body: JsonObject = {
      model: "m",
      messages: [
        { role: "system", content: [{ type: "text", text: "s", cache_control: { type: "ephemeral" } }] },
        { role: "user", content: [{ type: "video_url", video_url: { url: "u" } }], weight: 0 },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            { id: "c1", type: "function", function: { name: "f", arguments: "{}" }, extra_content: { google: {} } },
            { id: "c2", type: "custom", custom: { name: "sql", input: "select" } },
          ],
        },
        { role: "tool", tool_call_id: "c1", name: "f", content: "1" },
        { role: "user", content: "x" },
        { role: "assistant", content: null, refusal: "no", audio: { id: "a" } },
      ],
      tools: [
        { type: "custom", custom: { name: "sql" } },
        { type: "function", function: { name: "f", cache_control: { type: "ephemeral" } } },
      ],
      tool_choice: { type: "custom", custom: { name: "sql" } },
      response_format: { type: "json_object", schema: {} },
      top_k: 4,
      safety_identifier: "u",
      user: "v",
      prediction: { type: "content", content: "p" },
      web_search_options: {},
      modalities: ["text", "audio"],
      audio: { voice: "alloy", format: "wav" },
      prompt_cache_key: "k",
      reasoning: { effort: "low" },
    };
    const request = openaiChatEndpoint.decodeRequest(body);
    expect(openaiChatCodec.encodeRequest(request, { model: "m", traits: { free_form_tools: true } })).toEqual({
      body,
      headers: {},
      dropped: [],
    });
  });

  test("gives legacy functions back as they were", () => {
    const body: JsonObject = {
      model: "m",
      messages: [
        { role: "assistant", content: null, function_call: { name: "f", arguments: "{}" } },
        { role: "function", name: "f", content: "1" },
      ],
      functions: [{ name: "f", parameters: {} }],
      function_call: "auto",
    };
    const request = openaiChatEndpoint.decodeRequest(body);
    expect(openaiChatCodec.encodeRequest(request, { model: "m", traits: {} }).body).toEqual(body);
  });
});
