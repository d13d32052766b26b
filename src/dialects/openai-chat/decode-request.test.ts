import { describe, expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import { type Json, type JsonObject, parseJson } from "#lib/json";
import { openaiChatEndpoint } from "../fixtures/parts";

const { decodeEnvelope, decodeRequest } = openaiChatEndpoint;

function decode(fields: JsonObject) {
  return decodeRequest({ model: "m", messages: [{ role: "user", content: "hi" }], ...fields });
}

function decodeContent(content: Json) {
  return decode({ messages: [{ role: "user", content }] }).messages[0]?.content;
}

function refusal(run: () => unknown): { readonly message: string; readonly param: string | undefined } {
  try {
    run();
  } catch (error) {
    if (error instanceof GatewayError && error.code === "invalid_request")
      return { message: error.message, param: error.options.param };
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("decodeRequest()", () => {
  const wrong: readonly (readonly [string, JsonObject])[] = [
    ["model", { model: 3 }],
    ["model", { model: "" }],
    ["messages", { messages: "hi" }],
    ["messages[1]", { messages: [{ role: "user", content: "" }, 4] }],
    ["messages[0].role", { messages: [{ content: "hi" }] }],
    ["messages[0].role", { messages: [{ role: "wizard", content: "hi" }] }],
    ["messages[0].content", { messages: [{ role: "user", content: 4 }] }],
    ["messages[0].content", { messages: [{ role: "user" }] }],
    ["messages[0].content[0].type", { messages: [{ role: "user", content: [{}] }] }],
    ["messages[0].content[0].text", { messages: [{ role: "user", content: [{ type: "text" }] }] }],
    ["messages[0].content[0].image_url", { messages: [{ role: "user", content: [{ type: "image_url" }] }] }],
    ["messages[0].content[0].file.file_data", { messages: [{ role: "user", content: [{ type: "file", file: {} }] }] }],
    ["messages[0].tool_call_id", { messages: [{ role: "tool", content: "4" }] }],
    ["messages[0].tool_calls", { messages: [{ role: "assistant", tool_calls: {} }] }],
    ["messages[0].tool_calls[0].id", { messages: [{ role: "assistant", tool_calls: [{ function: { name: "f" } }] }] }],
    ["messages[0].tool_calls[0].function", { messages: [{ role: "assistant", tool_calls: [{ id: "a" }] }] }],
    ["tools", { tools: {} }],
    ["tools[0].function", { tools: [{}] }],
    ["tools[0].function.name", { tools: [{ type: "function", function: {} }] }],
    ["tools[0].function.parameters", { tools: [{ type: "function", function: { name: "f", parameters: 1 } }] }],
    ["tool_choice", { tool_choice: "sometimes" }],
    ["tool_choice.function.name", { tool_choice: { type: "function", function: {} } }],
    ["tool_choice.allowed_tools.tools", { tool_choice: { type: "allowed_tools", allowed_tools: {} } }],
    ["temperature", { temperature: "hot" }],
    ["max_tokens", { max_tokens: 1.5 }],
    ["n", { n: 0 }],
    ["stop[1]", { stop: ["a", 1] }],
    ["stream", { stream: "yes" }],
    ["stream_options", { stream_options: true }],
    ["reasoning_effort", { reasoning_effort: "huge" }],
    ["response_format.json_schema", { response_format: { type: "json_schema" } }],
    ["metadata", { metadata: [] }],
  ];

  for (const [path, fields] of wrong) {
    test(`names ${path} when it is ${JSON.stringify(fields)}`, () => {
      const { message, param } = refusal(() => decode(fields));
      expect(param).toBe(path);
      expect(message).toStartWith(`Cannot read the request: "${path}" must `);
      expect(message).toContain(", found ");
    });
  }

  test("says what was needed and found", () => {
    const { message } = refusal(() => decode({ messages: [{ role: "user", content: 4 }] }));
    expect(message).toBe('Cannot read the request: "messages[0].content" must be a string or an array, found number');
  });

  test("refuses a body that is no object", () => {
    expect(refusal(() => decodeRequest([])).message).toContain('"body" must be an object, found an empty array');
  });

  test("keeps roles, names, places and order", () => {
    const { messages } = decode({
      messages: [
        { role: "system", content: "s" },
        { role: "developer", content: "d" },
        { role: "user", name: "ann", content: "u" },
        { role: "assistant", content: "a" },
      ],
    });
    expect(messages.map(({ role, name, path }) => [role, name, path])).toEqual([
      ["system", undefined, "messages[0]"],
      ["developer", undefined, "messages[1]"],
      ["user", "ann", "messages[2]"],
      ["assistant", undefined, "messages[3]"],
    ]);
  });

  test("takes results that stand side by side as one turn", () => {
    const { messages } = decode({
      messages: [
        { role: "assistant", content: null, tool_calls: [call("a"), call("b")] },
        { role: "tool", tool_call_id: "a", content: "1" },
        { role: "tool", tool_call_id: "b", content: [{ type: "text", text: "2" }] },
      ],
    });
    expect(messages).toHaveLength(2);
    expect(messages[1]?.role).toBe("user");
    expect(messages[1]?.content).toEqual([
      { type: "tool-result", callId: "a", content: [{ type: "text", text: "1" }], isError: false },
      { type: "tool-result", callId: "b", content: [{ type: "text", text: "2" }], isError: false },
    ]);
  });

  test("pairs legacy calls with their results", () => {
    const { messages, tools, toolChoice, spelling } = decode({
      functions: [{ name: "f", parameters: { type: "object" } }],
      function_call: { name: "f" },
      messages: [
        { role: "assistant", content: null, function_call: { name: "f", arguments: "{}" } },
        { role: "function", name: "f", content: "1" },
      ],
    });
    expect(tools).toEqual([{ type: "function", name: "f", parameters: '{"type":"object"}' }]);
    expect(toolChoice).toEqual({ type: "tool", name: "f" });
    const [asked] = messages[0]?.content ?? [];
    const [answered] = messages[1]?.content ?? [];
    expect(asked?.type === "tool-call" && answered?.type === "tool-result" && asked.id === answered.callId).toBe(true);
    expect(Object.keys(spelling?.["openai-chat"] ?? {})).toEqual(["functions", "function_call"]);
  });

  test("reads images as URL or bytes", () => {
    const content = decodeContent([
      { type: "image_url", image_url: { url: "https://x/y.png", detail: "low" } },
      { type: "image_url", image_url: { url: "data:image/png;base64,aGk=" } },
      { type: "image_url", image_url: "https://x/z.png" },
    ]);
    expect(content).toEqual([
      { type: "image", source: { type: "url", url: "https://x/y.png" }, detail: "low" },
      { type: "image", source: { type: "base64", mediaType: "image/png", data: "aGk=" } },
      { type: "image", source: { type: "url", url: "https://x/z.png" } },
    ]);
  });

  test("reads files as bytes, URL or id, and audio", () => {
    const content = decodeContent([
      { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,aGk=" } },
      { type: "file", file: { file_data: "aGk=" } },
      { type: "file", file: { file_data: "https://x/a.pdf" } },
      { type: "file", file: { file_id: "file-1" } },
      { type: "input_audio", input_audio: { data: "aGk=", format: "wav" } },
    ]);
    const pdf = { type: "base64", mediaType: "application/pdf", data: "aGk=" };
    expect<unknown>(content).toEqual([
      { type: "document", source: pdf, title: "a.pdf" },
      { type: "document", source: pdf },
      { type: "document", source: { type: "url", url: "https://x/a.pdf" } },
      { type: "document", source: { type: "file", dialect: "openai-chat", fileId: "file-1" } },
      { type: "audio", data: "aGk=", format: "wav" },
    ]);
  });

  test("keeps parts that it does not know for its own dialect", () => {
    const part = { type: "video_url", video_url: { url: "https://x/v.mp4" } };
    expect(decodeContent([part])).toEqual([{ type: "opaque", dialect: "openai-chat", value: part }]);
  });

  test("reads cache markers and keeps them as they were written", () => {
    const marker = { type: "ephemeral", ttl: "1h" };
    expect(decodeContent([{ type: "text", text: "a", cache_control: marker }])).toEqual([
      { type: "text", text: "a", cache: { ttl: "1h" }, extensions: { "openai-chat": { cache_control: marker } } },
    ]);
    const [tool] = decode({ tools: [{ ...tools[0], cache_control: { type: "ephemeral" } }] }).tools;
    expect(tool).toMatchObject({ cache: { ttl: "5m" } });
  });

  test("reads tools, those that are called with a text as functions of one", () => {
    const grammar = { syntax: "lark", definition: "start: A" };
    const custom = { type: "custom", custom: { name: "sql", format: { type: "grammar", grammar } } };
    const [named, freeForm] = decode({ tools: [...tools, custom] }).tools;
    expect(named).toEqual({
      ...{ type: "function", name: "f", description: "d", parameters: '{"type":"object"}', strict: true },
    });
    expect(freeForm).toMatchObject({ type: "function", name: "sql", freeForm: { type: "grammar", ...grammar } });
    expect(freeForm).toMatchObject({ parameters: expect.stringContaining("start: A") });
  });

  test("reads every way to choose a tool", () => {
    const named = { type: "function", function: { name: "f" } };
    expect(decode({ tool_choice: "none" }).toolChoice).toEqual({ type: "none" });
    expect(decode({ tool_choice: "any" }).toolChoice).toEqual({ type: "required" });
    expect(decode({ tool_choice: named }).toolChoice).toEqual({ type: "tool", name: "f" });
    expect(decode({ tool_choice: { type: "custom", custom: { name: "sql" } } }).toolChoice).toEqual({
      type: "tool",
      name: "sql",
    });
    const allowed = { type: "allowed_tools", allowed_tools: { mode: "required", tools: [named] } };
    expect(decode({ tool_choice: allowed }).toolChoice).toEqual({ type: "allowed", names: ["f"], required: true });
  });

  test("reads reasoning in each of its spellings", () => {
    expect(decode({ reasoning_effort: "low" }).reasoning).toEqual({ enabled: true, effort: "low" });
    expect(decode({ reasoning_effort: "none" }).reasoning).toEqual({ enabled: false, effort: "none" });
    expect(decode({ reasoning: { effort: "high" } }).reasoning).toEqual({ enabled: true, effort: "high" });
    expect(decode({ reasoning: { max_tokens: 2000 } }).reasoning).toEqual({ enabled: true, budgetTokens: 2000 });
    expect(decode({ thinking: { type: "enabled", budget_tokens: 1024 } }).reasoning).toEqual({
      enabled: true,
      budgetTokens: 1024,
    });
    expect(decode({ thinking: { type: "disabled" } }).reasoning).toEqual({ enabled: false });
  });

  test("reads reasoning that comes back, with Anthropic's state", () => {
    const assistant = {
      role: "assistant",
      content: "4",
      reasoning_content: "two and two",
      reasoning_details: [
        { type: "reasoning.text", text: "two ", index: 0 },
        { type: "reasoning.text", text: "and two", index: 0 },
        { type: "reasoning.text", signature: "sig", format: "anthropic-claude-v1", index: 0 },
        { type: "reasoning.encrypted", data: "xyz", format: "anthropic-claude-v1", index: 1 },
      ],
    };
    expect(decode({ messages: [assistant] }).messages[0]?.content).toEqual([
      {
        type: "reasoning",
        text: "two and two",
        state: { origin: "anthropic-messages", value: "sig", redacted: false },
      },
      { type: "reasoning", text: "", state: { origin: "anthropic-messages", value: "xyz", redacted: true } },
      { type: "text", text: "4" },
    ]);
  });

  test("gives a signature that came back alone the text beside it", () => {
    const detail = { type: "reasoning.text", signature: "sig", format: "anthropic-claude-v1", index: 0 };
    const message = { role: "assistant", content: "4", reasoning_content: "hm", reasoning_details: [detail] };
    expect(decode({ messages: [message] }).messages[0]?.content[0]).toEqual({
      type: "reasoning",
      text: "hm",
      state: { origin: "anthropic-messages", value: "sig", redacted: false },
    });
  });

  test("reads structured output, and keeps formats of look-alikes", () => {
    const schema = { type: "object" };
    expect(
      decode({ response_format: { type: "json_schema", json_schema: { name: "a", schema, strict: true } } })
        .outputFormat,
    ).toEqual({ type: "json-schema", name: "a", schema: '{"type":"object"}', strict: true });
    expect(decode({ response_format: { type: "json_object" } }).outputFormat).toEqual({ type: "json" });
    const grammar = { type: "grammar", grammar: "root ::= x" };
    const request = decode({ response_format: grammar });
    expect(request.outputFormat).toBeUndefined();
    expect(request.spelling?.["openai-chat"]).toEqual({ response_format: grammar });
  });

  test("reads limits, sampling and the rest", () => {
    const request = decode({
      max_tokens: 10,
      temperature: 0,
      top_p: 0.5,
      top_k: 3,
      frequency_penalty: 1,
      presence_penalty: -1,
      seed: 7,
      stop: "END",
      n: 2,
      logprobs: true,
      top_logprobs: 4,
      parallel_tool_calls: false,
      safety_identifier: "u1",
      metadata: { a: "b" },
      service_tier: "flex",
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(request).toMatchObject({
      maxOutputTokens: 10,
      temperature: 0,
      topP: 0.5,
      topK: 3,
      frequencyPenalty: 1,
      presencePenalty: -1,
      seed: 7,
      stop: ["END"],
      n: 2,
      logprobs: { top: 4 },
      parallelToolCalls: false,
      user: "u1",
      metadata: { a: "b" },
      serviceTier: "flex",
      stream: true,
      streamUsage: true,
    });
  });

  test("keeps what only this dialect has apart from what it merely spells otherwise", () => {
    const { extensions, spelling } = decode({ verbosity: "low", logit_bias: { 1: 2 }, store: true, max_tokens: 5 });
    expect(extensions).toEqual({ "openai-chat": { verbosity: "low", logit_bias: { 1: 2 }, store: true } });
    expect(spelling).toEqual({ "openai-chat": { max_tokens: 5 } });
  });

  test("is not fooled by __proto__ keys", () => {
    const text =
      '{"model":"m","messages":[{"role":"user","content":"hi","__proto__":{"name":"x"}}],"__proto__":{"n":9}}';
    const request = decodeRequest(parseJson(text));
    expect(request.n).toBe(1);
    expect(request.messages[0]?.name).toBeUndefined();
    expect(Object.getPrototypeOf(request.extensions["openai-chat"] ?? {})).toBe(Object.prototype);
  });
});

describe("decodeEnvelope()", () => {
  test("reads what routing needs", () => {
    const streamOptions = { include_usage: true, include_obfuscation: false };
    expect(
      decodeEnvelope({
        model: "m",
        stream: true,
        max_completion_tokens: 9,
        max_tokens: 5,
        n: 3,
        stream_options: streamOptions,
      }),
    ).toEqual({ model: "m", stream: true, maxOutputTokens: 9, n: 3, streamOptions, streamUsage: true });
  });

  test("takes nulls as absent and a negative limit as none", () => {
    expect(decodeEnvelope({ model: "m", stream: null, n: null, max_tokens: -1 })).toEqual({
      model: "m",
      stream: false,
      n: 1,
      streamUsage: false,
    });
  });
});

const tools = [
  { type: "function", function: { name: "f", description: "d", parameters: { type: "object" }, strict: true } },
];

function call(id: string): JsonObject {
  return { id, type: "function", function: { name: "f", arguments: "{}" } };
}
