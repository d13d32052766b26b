import { describe, expect, test } from "bun:test";
import type { CompletionRequest, Message, Part } from "#core/completion";
import type { JsonObject } from "#lib/json";
import { anthropicMessagesCodec, targetOf } from "../fixtures/parts";
import { decodeRequest } from "./decode-request";

const { encodeRequest } = anthropicMessagesCodec;

const claude = (model: string) => targetOf("anthropic", "anthropic-messages", model);
const legacy = claude("claude-sonnet-4-5");
const modern = claude("claude-opus-4-8");
const base: CompletionRequest = {
  model: "smart",
  stream: false,
  streamUsage: true,
  messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }],
  tools: [],
  stop: [],
  n: 1,
  extensions: {},
};
const tool = { type: "function", name: "f", parameters: '{"type":"object"}' } as const;

function text(role: Message["role"], words: string): Message {
  return { role, content: [{ type: "text", text: words }] };
}

function messagesOf(...messages: readonly Message[]) {
  return encodeRequest({ ...base, messages }, legacy);
}

describe("encodeRequest() max_tokens", () => {
  test("comes from the request, else the target, else 4096", () => {
    expect(encodeRequest({ ...base, maxOutputTokens: 7 }, { ...legacy, maxOutputTokens: 9 }).body.max_tokens).toBe(7);
    expect(encodeRequest(base, { ...legacy, maxOutputTokens: 9 }).body.max_tokens).toBe(9);
    expect(encodeRequest(base, legacy).body).toEqual({
      model: "claude-sonnet-4-5",
      max_tokens: 4096,
      messages: [{ role: "user", content: "Hi" }],
    });
  });
});

describe("encodeRequest() messages", () => {
  test("begin with the user", () => {
    const { body } = messagesOf(text("assistant", "Welcome!"), text("user", "Hi"));
    expect(body.messages).toEqual([
      { role: "user", content: "Continue." },
      { role: "assistant", content: "Welcome!" },
      { role: "user", content: "Hi" },
    ]);
  });

  test("hoists instructions and names those whose place is lost", () => {
    const { body, dropped } = messagesOf(
      text("system", "A"),
      text("developer", "B"),
      text("user", "Hi"),
      text("system", "C"),
    );
    expect(body.system).toEqual(["A", "B", "C"].map((each) => ({ type: "text", text: each })));
    expect(body.messages).toEqual([{ role: "user", content: "Hi" }]);
    expect(dropped).toEqual(["messages[3].role"]);
  });

  test("makes instructions alone the user's turn", () => {
    const { body, dropped } = messagesOf(text("system", "Say hi"));
    expect(body).toMatchObject({ messages: [{ role: "user", content: "Say hi" }] });
    expect(body.system).toBeUndefined();
    expect(dropped).toEqual(["messages[0].role"]);
  });

  test("merges neighbours of one role and puts tool results first", () => {
    const result: Part = {
      type: "tool-result",
      callId: "call:1",
      content: [{ type: "text", text: "4" }],
      isError: true,
    };
    const call: Part = { type: "tool-call", id: "call:1", name: "f", arguments: '{"a":1}' };
    const { body } = messagesOf(text("user", "Add"), { role: "assistant", content: [call] }, text("user", "go on"), {
      role: "user",
      content: [result],
    });
    const id = "hgid_Y2FsbDox";
    expect(body.messages).toEqual([
      { role: "user", content: "Add" },
      { role: "assistant", content: [{ type: "tool_use", id, name: "f", input: { a: 1 } }] },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: id, content: "4", is_error: true },
          { type: "text", text: "go on" },
        ],
      },
    ]);
    expect(decodeRequest({ model: "m", max_tokens: 1, ...body }).messages[1]?.content[0]).toMatchObject({
      id: "call:1",
    });
  });

  test("leaves out empty texts and wraps arguments that are not an object", () => {
    const call: Part = { type: "tool-call", id: "a", name: "f", arguments: "{oops" };
    const { body, dropped } = messagesOf(text("user", "Hi"), {
      role: "assistant",
      content: [{ type: "text", text: "" }, call],
    });
    expect(body.messages).toEqual([
      { role: "user", content: "Hi" },
      { role: "assistant", content: [{ type: "tool_use", id: "a", name: "f", input: { INVALID_JSON: "{oops" } }] },
    ]);
    expect(dropped).toEqual([]);
  });

  test("sends reasoning state to its origin only, and names what it cannot carry", () => {
    const { body, dropped } = messagesOf({
      role: "assistant",
      path: "messages[4]",
      content: [
        { type: "reasoning", text: "mine", state: { origin: "anthropic-messages", value: "sig", redacted: false } },
        { type: "reasoning", text: "", state: { origin: "anthropic-messages", value: "data", redacted: true } },
        { type: "reasoning", text: "theirs", state: { origin: "openai-chat", value: "sig", redacted: false } },
        { type: "reasoning", text: "bare" },
        { type: "audio", data: "AA==", format: "wav" },
        { type: "image", source: { type: "file", dialect: "openai-chat", fileId: "file-1" } },
        { type: "opaque", dialect: "openai-chat", value: {} },
        { type: "opaque", dialect: "anthropic-messages", value: { type: "server_tool_use" } },
      ],
    });
    expect(body.messages).toEqual([
      { role: "user", content: "Continue." },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "mine", signature: "sig" },
          { type: "redacted_thinking", data: "data" },
          { type: "server_tool_use" },
        ],
      },
    ]);
    expect(dropped).toEqual([2, 3, 4, 5, 6].map((i) => `messages[4].content[${i}]`));
  });

  test("sends text documents as text", () => {
    const data = Buffer.from("a,b").toString("base64");
    const document: Part = {
      type: "document",
      title: "t.csv",
      source: { type: "base64", mediaType: "text/csv", data },
      cache: { ttl: "1h" },
    };
    expect(messagesOf({ role: "user", content: [document] }).body.messages).toEqual([
      {
        role: "user",
        content: [
          {
            type: "document",
            source: { type: "text", media_type: "text/plain", data: "a,b" },
            title: "t.csv",
            cache_control: { type: "ephemeral", ttl: "1h" },
          },
        ],
      },
    ]);
  });
});

describe("encodeRequest() sampling", () => {
  const cases: readonly (readonly [Partial<CompletionRequest>, string, JsonObject, readonly string[]])[] = [
    [{ temperature: 0.3, topP: 0.5, topK: 4 }, legacy.model, { temperature: 0.3, top_k: 4 }, ["top_p"]],
    [{ topP: 0.5, topK: 4 }, legacy.model, { top_p: 0.5, top_k: 4 }, []],
    [{ temperature: 0.3, topP: 0.5 }, "claude-sonnet-4-0", { temperature: 0.3, top_p: 0.5 }, []],
    [{ temperature: 1.4 }, legacy.model, { temperature: 1 }, ["temperature"]],
    [{ temperature: 1, topP: 1 }, legacy.model, { temperature: 1 }, []],
    [{ temperature: 0.3, topP: 0.5, topK: 4 }, modern.model, {}, ["temperature", "top_p", "top_k"]],
    [{ temperature: 1, topP: 0.99 }, modern.model, { temperature: 1, top_p: 0.99 }, []],
    [
      { temperature: 0.3, topP: 0.5, topK: 4, reasoning: { enabled: true, effort: "low" } },
      legacy.model,
      { thinking: { type: "enabled", budget_tokens: 2048 } },
      ["temperature", "top_p", "top_k"],
    ],
    [
      { topP: 0.96, reasoning: { enabled: true, effort: "low" } },
      legacy.model,
      { top_p: 0.96, thinking: { type: "enabled", budget_tokens: 2048 } },
      [],
    ],
    [{ frequencyPenalty: 0, presencePenalty: 0 }, legacy.model, {}, []],
    [
      { frequencyPenalty: 1, presencePenalty: 1, seed: 0, logprobs: { top: 2 } },
      legacy.model,
      {},
      ["frequency_penalty", "presence_penalty", "seed", "logprobs"],
    ],
    [{ stop: ["\n", "END"] }, legacy.model, { stop_sequences: ["END"] }, ["stop"]],
    [
      { serviceTier: "default", user: "u" },
      legacy.model,
      { service_tier: "standard_only", metadata: { user_id: "u" } },
      [],
    ],
    [{ serviceTier: "flex", metadata: { a: "b" } }, legacy.model, {}, ["metadata", "service_tier"]],
    [{ outputFormat: { type: "json" } }, legacy.model, {}, ["response_format"]],
    [
      { outputFormat: { type: "json-schema", name: "n", schema: '{"type":"object"}' } },
      legacy.model,
      { output_config: { format: { type: "json_schema", schema: { type: "object", additionalProperties: false } } } },
      [],
    ],
    [{ extensions: { "openai-chat": { logit_bias: {} } } }, legacy.model, {}, ["logit_bias"]],
  ];
  for (const [fields, model, expected, dropped] of cases) {
    test(`${JSON.stringify(fields)} for ${model}`, () => {
      const encoded = encodeRequest({ ...base, ...fields }, claude(model));
      const { model: _model, max_tokens: _limit, messages: _messages, ...rest } = encoded.body;
      expect(rest).toEqual(expected);
      expect(encoded.dropped).toEqual([...dropped]);
    });
  }

  test("refuses more than one choice by name", () => {
    expect(() => encodeRequest({ ...base, n: 2 }, legacy)).toThrow('"n" must be 1');
  });
});

describe("encodeRequest() reasoning", () => {
  const reason = (fields: Partial<CompletionRequest>, model: string) => {
    const { body, dropped } = encodeRequest({ ...base, ...fields }, claude(model));
    return { thinking: body.thinking, config: body.output_config, dropped };
  };

  test("becomes a budget below max_tokens on older models", () => {
    const budgetFor = (maxOutputTokens: number) =>
      reason({ maxOutputTokens, reasoning: { enabled: true, effort: "high" } }, legacy.model);
    expect(budgetFor(64000).thinking).toEqual({ type: "enabled", budget_tokens: 24576 });
    expect(budgetFor(8000).thinking).toEqual({ type: "enabled", budget_tokens: 6976 });
    expect(budgetFor(1500).thinking).toEqual({ type: "enabled", budget_tokens: 1024 });
    expect(budgetFor(1024)).toEqual({ thinking: undefined, config: undefined, dropped: ["reasoning_effort"] });
  });

  test("becomes adaptive with an effort on newer models", () => {
    const adaptive = { type: "adaptive" };
    const minimal = reason({ reasoning: { enabled: true, effort: "minimal" } }, modern.model);
    expect(minimal).toEqual({ thinking: adaptive, config: { effort: "low" }, dropped: [] });
    const xhigh = { reasoning: { enabled: true, effort: "xhigh" } } as const;
    expect(reason(xhigh, "claude-opus-4-6").config).toEqual({ effort: "high" });
    expect(reason(xhigh, modern.model).config).toEqual({ effort: "xhigh" });
    expect(reason({ reasoning: { enabled: true, budgetTokens: 2000 } }, modern.model).config).toEqual({
      effort: "low",
    });
  });

  test("is switched off by effort none, and gives way to a forced tool", () => {
    expect(reason({ reasoning: { enabled: true, effort: "none" } }, legacy.model).thinking).toEqual({
      type: "disabled",
    });
    const forced = { tools: [tool], toolChoice: { type: "required" }, reasoning: { enabled: true } } as const;
    expect(reason(forced, legacy.model)).toMatchObject({ thinking: undefined, dropped: ["reasoning_effort"] });
  });
});

describe("encodeRequest() tools", () => {
  const choose = (fields: Partial<CompletionRequest>) => {
    const { body, dropped } = encodeRequest({ ...base, tools: [tool], ...fields }, legacy);
    return { tools: body.tools, choice: body.tool_choice, dropped };
  };

  test("writes every mode of choice", () => {
    const single = { disable_parallel_tool_use: true };
    expect(choose({}).choice).toBeUndefined();
    expect(choose({ parallelToolCalls: false }).choice).toEqual({ type: "auto", ...single });
    expect(choose({ toolChoice: { type: "required" }, parallelToolCalls: false }).choice).toEqual({
      type: "any",
      ...single,
    });
    expect(choose({ toolChoice: { type: "none" } }).choice).toEqual({ type: "none" });
    expect(choose({ toolChoice: { type: "tool", name: "f" } }).choice).toEqual({ type: "tool", name: "f" });
  });

  test("offers only the allowed tools", () => {
    const other = { ...tool, name: "g" };
    const allowed = { type: "allowed", names: ["g"], required: true } as const;
    expect(choose({ tools: [tool, other], toolChoice: allowed })).toEqual({
      tools: [{ name: "g", input_schema: { type: "object" } }],
      choice: { type: "any" },
      dropped: [],
    });
  });

  test("names tools of other dialects, and a choice left without tools", () => {
    const foreign = { type: "provider", dialect: "openai-chat", definition: { type: "web_search" } } as const;
    expect(choose({ tools: [foreign], toolChoice: { type: "required" } })).toEqual({
      tools: undefined,
      choice: undefined,
      dropped: ["tools[0]", "tool_choice"],
    });
  });

  test("completes schemas and leaves strict: false out", () => {
    const tools = [
      { type: "function", name: "a" },
      { type: "function", name: "b", parameters: '{"properties":{}}', strict: false },
      { type: "function", name: "c", parameters: '{"type":"object"}', strict: true, cache: { ttl: "5m" } },
    ] as const;
    expect(choose({ tools }).tools).toEqual([
      { name: "a", input_schema: { type: "object", properties: {} } },
      { name: "b", input_schema: { type: "object", properties: {} } },
      {
        name: "c",
        input_schema: { type: "object", additionalProperties: false },
        strict: true,
        cache_control: { type: "ephemeral" },
      },
    ]);
  });
});

describe("encodeRequest() after decodeRequest()", () => {
  test("gives everything back that an Anthropic client can say", () => {
    const body = {
      model: "claude-opus-4-8",
      max_tokens: 100,
      stream: true,
      system: [{ type: "text", text: "S", cache_control: { type: "ephemeral", ttl: "1h" } }],
      messages: [
        {
          role: "user",
          content: [
            { type: "image", source: { type: "url", url: "https://a.example/a.png" }, transformations: {} },
            { type: "image", source: { type: "file", file_id: "file_1" } },
            {
              type: "document",
              source: { type: "base64", media_type: "application/pdf", data: "AA==" },
              title: "T",
              context: "C",
              citations: { enabled: true },
              cache_control: { type: "ephemeral" },
            },
            { type: "document", source: { type: "content", content: [] } },
            { type: "search_result", source: "s", title: "t", content: [] },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "t", signature: "sig" },
            { type: "redacted_thinking", data: "d" },
            { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: {} },
            { type: "tool_use", id: "toolu_1", name: "f", input: {}, caller: { type: "direct" } },
          ],
        },
        {
          role: "user",
          content: [
            {
              type: "tool_result",
              tool_use_id: "toolu_1",
              is_error: true,
              content: [
                { type: "text", text: "a" },
                { type: "image", source: { type: "base64", media_type: "image/png", data: "AA==" } },
              ],
              cache_control: { type: "ephemeral" },
            },
          ],
        },
      ],
      tools: [
        {
          type: "custom",
          name: "f",
          input_schema: { type: "object", additionalProperties: false },
          eager_input_streaming: true,
          strict: true,
        },
        { type: "web_search_20250305", name: "web_search", max_uses: 2 },
      ],
      tool_choice: { type: "auto", disable_parallel_tool_use: true },
      thinking: { type: "adaptive", display: "omitted" },
      output_config: {
        effort: "xhigh",
        format: { type: "json_schema", schema: { type: "object", additionalProperties: false } },
      },
      stop_sequences: ["END"],
      metadata: { user_id: "u" },
      service_tier: "standard_only",
      mcp_servers: [{ type: "url", name: "m", url: "https://a.example" }],
      context_management: { edits: [] },
      container: "c",
      cache_control: { type: "ephemeral" },
    };
    const encoded = encodeRequest(decodeRequest(body), modern);
    expect(encoded.body).toEqual(body);
    expect(encoded.dropped).toEqual([]);
  });

  test("keeps an effort without thinking, and thinking off", () => {
    const effort = { model: "claude-opus-4-8", max_tokens: 1, messages: [{ role: "user", content: "a" }] };
    for (const fields of [{ output_config: { effort: "low" } }, { thinking: { type: "disabled" } }]) {
      expect(encodeRequest(decodeRequest({ ...effort, ...fields }), modern).body).toEqual({ ...effort, ...fields });
    }
  });
});
