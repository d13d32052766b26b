import { expect, test } from "bun:test";
import type { CompletionRequest } from "#core/completion";
import { writeJson } from "#lib/json-text";
import { freeFormParameters } from "../free-form";
import { encodeRequest } from "./encode-request";

const base: CompletionRequest = {
  ...{ model: "m", stream: false, streamUsage: true, messages: [], tools: [], stop: [], n: 1, extensions: {} },
};
const encode = (request: Partial<CompletionRequest>, traits = {}) => {
  const { body, dropped } = encodeRequest({ ...base, ...request }, { model: "gpt-x", traits });
  return { body: JSON.parse(writeJson(body)), dropped };
};

test("encodeRequest() writes what is said, thought and called as items in their order", () => {
  const longId = "x".repeat(65);
  const { body, dropped } = encode({
    messages: [
      { role: "system", path: "system", content: [{ type: "text", text: "be brief" }] },
      {
        role: "user",
        content: [
          { type: "text", text: "go" },
          { type: "image", source: { type: "url", url: "https://x" } },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "hm", state: { origin: "anthropic-messages", value: "s", redacted: false } },
          {
            type: "reasoning",
            text: "so",
            state: { origin: "openai-responses", value: '{"id":"rs_1","data":"e"}', redacted: false },
          },
          { type: "text", text: "let me" },
          { type: "tool-call", id: longId, name: "f", arguments: "" },
          { type: "tool-call", id: "c2", name: "patch", arguments: '{"input":"x"}', freeForm: true },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool-result", callId: "c2", content: [{ type: "text", text: "no" }], isError: true },
          { type: "tool-result", callId: longId, content: [], isError: false },
          { type: "audio", data: "AA" },
        ],
      },
    ],
  });
  const id = body.input[4].call_id;
  expect(id).toMatch(/^call_\w{24}$/);
  expect(body.input).toEqual([
    { role: "system", content: "be brief" },
    {
      role: "user",
      content: [
        { type: "input_text", text: "go" },
        { type: "input_image", detail: "auto", image_url: "https://x" },
      ],
    },
    { type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: "so" }], encrypted_content: "e" },
    { role: "assistant", content: "let me" },
    { type: "function_call", call_id: id, name: "f", arguments: "{}" },
    { type: "custom_tool_call", call_id: "c2", name: "patch", input: "x" },
    { type: "custom_tool_call_output", call_id: "c2", output: "Error: no" },
    { type: "function_call_output", call_id: id, output: "" },
  ]);
  expect(dropped).toEqual(["messages[2].content[0]", "messages[3].content[2]"]);
});

test("encodeRequest() offers tools as they are, and stores nothing", () => {
  const grammar = { type: "grammar", syntax: "lark", definition: "start: A" } as const;
  const { body } = encode(
    {
      tools: [
        { type: "function", name: "f", parameters: '{"type":"object","properties":{}}' },
        { type: "function", name: "patch", parameters: freeFormParameters(grammar), freeForm: grammar },
      ],
      toolChoice: { type: "allowed", names: ["f", "patch"], required: true },
      reasoning: { enabled: true, budgetTokens: 9000 },
      outputFormat: { type: "json-schema", schema: '{"type":"object"}' },
      maxOutputTokens: 5,
    },
    { encrypted_reasoning: true },
  );
  expect(body).toMatchObject({
    tools: [
      { type: "function", name: "f", strict: false },
      { type: "custom", name: "patch", format: grammar },
    ],
    tool_choice: {
      type: "allowed_tools",
      mode: "required",
      tools: [
        { type: "function", name: "f" },
        { type: "custom", name: "patch" },
      ],
    },
    reasoning: { effort: "medium" },
    text: { format: { type: "json_schema", name: "answer" } },
    include: ["reasoning.encrypted_content"],
    max_output_tokens: 16,
    store: false,
  });
});

test("encodeRequest() names what cannot be said, and refuses several choices", () => {
  const { dropped } = encode({
    ...{ stop: ["x"], topK: 1, seed: 2, frequencyPenalty: 1, presencePenalty: 1 },
    tools: [{ type: "provider", dialect: "anthropic-messages", definition: {} }],
    extensions: { "anthropic-messages": { container: "c" } },
  });
  expect(dropped).toEqual(["tools[0]", "stop", "top_k", "frequency_penalty", "presence_penalty", "seed", "container"]);
  expect(() => encode({ n: 2 })).toThrow('"n" must be 1');
});

test("encodeRequest() says which of the assistant's messages were commentary where the model wants to know", () => {
  const text = (said: string) => ({ type: "text", text: said }) as const;
  const call = { type: "tool-call", id: "c", name: "f", arguments: "{}" } as const;
  const result = { type: "tool-result", callId: "c", content: [text("ok")], isError: false } as const;
  const messages: CompletionRequest["messages"] = [
    { role: "assistant", content: [text("Let me look."), call] },
    { role: "user", content: [result] },
    { role: "assistant", content: [text("It is so.")] },
  ];
  const phases = (traits: object) =>
    encode({ messages }, traits).body.input.map(({ phase }: { phase?: string }) => phase);
  expect(phases({ message_phases: true })).toEqual(["commentary", undefined, undefined, "final_answer"]);
  expect(phases({})).toEqual([undefined, undefined, undefined, undefined]);
});

test("encodeRequest() leaves out reasoning that led to nothing, and names it", () => {
  const state = { origin: "openai-responses", value: '{"id":"rs_1","data":"e"}', redacted: false };
  const thought = { role: "assistant", content: [{ type: "reasoning", text: "hm", state }] } as const;
  const said = { role: "assistant", content: [{ type: "text", text: "so" }] } as const;
  const user = { role: "user", content: [{ type: "text", text: "q" }] } as const;
  const { body, dropped } = encode({ messages: [user, thought, user, thought, said] });
  expect(body.input.map(({ role, type }: { role?: string; type?: string }) => role ?? type)).toEqual([
    ...["user", "user", "reasoning", "assistant"],
  ]);
  expect(dropped).toEqual(["messages[1].content"]);
});
