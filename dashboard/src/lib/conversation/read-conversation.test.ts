import { expect, test } from "bun:test";
import { type Part, pairResults, type ToolResult, type Turn } from "./conversation";
import { readAnswer, readConversation } from "./read-conversation";

const body = (text: string) => ({ text });
const sse = (events: readonly object[]) => events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
const system: Turn = { role: "system", parts: [{ kind: "text", text: "Be kind" }] };
const asked: Turn = { role: "user", parts: [{ kind: "text", text: "What is the time?" }] };
const result: ToolResult = { kind: "result", id: "", parts: [{ kind: "text", text: "noon" }], failed: false };

test("readConversation() reads requests of Responses, whose results stand beside their calls", () => {
  const request = {
    model: "a",
    instructions: "Be kind",
    input: [
      { role: "user", content: [{ type: "input_text", text: "What is the time?" }] },
      { type: "reasoning", summary: [{ type: "summary_text", text: "a clock" }] },
      { type: "function_call", call_id: "c1", name: "clock", arguments: "{}" },
      { type: "function_call_output", call_id: "c1", output: "noon" },
    ],
    tools: [{ type: "function", name: "clock", parameters: { type: "object" } }],
  };
  const call: Part = { kind: "call", id: "c1", name: "clock", input: "{}", result: { ...result, id: "c1" } };
  expect(readConversation("openai-responses", body(JSON.stringify(request)), undefined)).toEqual({
    turns: [system, asked, { role: "assistant", parts: [{ kind: "reasoning", text: "a clock" }, call] }],
    answer: [],
    tools: [{ name: "clock", description: "", schema: { type: "object" } }],
    settings: [["model", "a"]],
  });
});

test("readAnswer() reads answers of Responses, whole, streamed and cut off", () => {
  const item = { type: "message", role: "assistant", content: [{ type: "output_text", text: "It is noon" }] };
  const turns = [{ role: "assistant", parts: [{ kind: "text" as const, text: "It is noon" }] }];
  const delta = (text: string) => ({ type: "response.output_text.delta", delta: text });
  for (const text of [
    JSON.stringify({ object: "response", output: [item], error: null }),
    sse([delta("It"), { type: "response.completed", response: { output: [item] } }]),
    sse([delta("It"), { type: "response.output_item.done", item }]),
    sse([delta("It is "), delta("noon")]),
  ])
    expect(readAnswer("openai-responses", body(text))).toEqual(turns);
});

test("readConversation() reads Gemini's contents in either case, and its answers whole and streamed", () => {
  const request = {
    system_instruction: { parts: { text: "Be kind" } },
    contents: [
      { role: "user", parts: [{ text: "What is the time?" }] },
      { role: "model", parts: [{ functionCall: { name: "clock", args: { zone: "UTC" } } }] },
      { role: "user", parts: [{ functionResponse: { name: "clock", response: { now: "noon" } } }] },
    ],
    tools: [{ functionDeclarations: [{ name: "clock", parameters: { type: "OBJECT" } }] }],
  };
  const piece = (text: string, thought = false) => ({
    candidates: [{ content: { role: "model", parts: [{ text, ...(thought && { thought }) }] } }],
  });
  const answer = sse([piece("a clock", true), piece("It is "), piece("noon")]);
  const found = readConversation("gemini", body(JSON.stringify(request)), body(answer));
  expect(found?.turns.map(({ role }) => role)).toEqual(["system", "user", "assistant"]);
  expect(found?.turns[2]?.parts[0]).toMatchObject({ kind: "call", name: "clock", input: '{"zone":"UTC"}' });
  expect(found?.turns[2]?.parts[0]).toHaveProperty("result.kind", "result");
  expect(found?.tools).toEqual([{ name: "clock", description: "", schema: { type: "OBJECT" } }]);
  const parts = [
    { kind: "reasoning" as const, text: "a clock" },
    { kind: "text" as const, text: "It is noon" },
  ];
  expect(found?.answer).toEqual([{ role: "assistant", parts }]);
  expect(readAnswer("gemini", body(JSON.stringify(piece("It is noon"))))).toEqual([
    { role: "assistant", parts: parts.slice(1) },
  ]);
});

test("readConversation() reads Converse, and InvokeModel with bodies of Anthropic's", () => {
  const converse = {
    system: [{ text: "Be kind" }],
    messages: [
      { role: "user", content: [{ text: "What is the time?" }] },
      { role: "assistant", content: [{ toolUse: { toolUseId: "t1", name: "clock", input: {} } }] },
      { role: "user", content: [{ toolResult: { toolUseId: "t1", content: [{ text: "noon" }] } }] },
    ],
    toolConfig: { tools: [{ toolSpec: { name: "clock", inputSchema: { json: { type: "object" } } } }] },
  };
  const answer = { output: { message: { role: "assistant", content: [{ text: "It is noon" }] } } };
  const found = readConversation("bedrock-converse", body(JSON.stringify(converse)), body(JSON.stringify(answer)));
  const call: Part = { kind: "call", id: "t1", name: "clock", input: "{}", result: { ...result, id: "t1" } };
  expect(found?.turns).toMatchObject([system, asked, { role: "assistant", parts: [call] }]);
  expect(found?.tools).toEqual([{ name: "clock", description: "", schema: { type: "object" } }]);
  expect(found?.answer).toEqual([{ role: "assistant", parts: [{ kind: "text", text: "It is noon" }] }]);
  const invoked = { anthropic_version: "bedrock-2023-05-31", messages: [{ role: "user", content: "Hello" }] };
  const said = { type: "message", content: [{ type: "text", text: "Hi" }] };
  const other = readConversation("bedrock-invoke", body(JSON.stringify(invoked)), body(JSON.stringify(said)));
  expect(other?.turns[0]?.parts).toEqual([{ kind: "text", text: "Hello" }]);
  expect(other?.answer[0]?.parts).toEqual([{ kind: "text", text: "Hi" }]);
});

test("readAnswer() reads a list of Gemini's as the stream that it is", () => {
  const piece = (text: string) => ({ candidates: [{ content: { role: "model", parts: [{ text }] } }] });
  expect(readAnswer("gemini", body(JSON.stringify([piece("It is "), piece("noon")])))).toEqual([
    { role: "assistant", parts: [{ kind: "text", text: "It is noon" }] },
  ]);
});

test("readAnswer() says why Gemini blocked a prompt, whole, listed and streamed, and nothing where it only rates it", () => {
  const blocked = { promptFeedback: { blockReason: "PROHIBITED_CONTENT" }, usageMetadata: { promptTokenCount: 9 } };
  const text = "The provider blocked the prompt: PROHIBITED_CONTENT";
  for (const answer of [JSON.stringify(blocked), JSON.stringify([blocked]), sse([blocked])])
    expect(readAnswer("gemini", body(answer))).toEqual([{ role: "error", parts: [{ kind: "text", text }] }]);
  const worded = { promptFeedback: { blockReason: "SAFETY", blockReasonMessage: "no" } };
  expect(readAnswer("gemini", body(JSON.stringify(worded)))).toMatchObject([
    { parts: [{ text: "The provider blocked the prompt: SAFETY (no)" }] },
  ]);
  const rated = { promptFeedback: { safetyRatings: [] }, candidates: [{ content: { parts: [{ text: "Hi" }] } }] };
  expect(readAnswer("gemini", body(sse([rated])))).toEqual([
    { role: "assistant", parts: [{ kind: "text", text: "Hi" }] },
  ]);
});

test("readAnswer() shows what went wrong, in the words of each dialect", () => {
  const error: Turn = { role: "error", parts: [{ kind: "text", text: "too much" }] };
  for (const [dialect, text] of [
    ["openai-chat", JSON.stringify({ error: { message: "too much" } })],
    ["anthropic-messages", sse([{ type: "error", error: { message: "too much" } }])],
    ["openai-responses", sse([{ type: "response.failed", response: { error: { message: "too much" }, output: [] } }])],
    ["openai-responses", sse([{ type: "error", message: "too much" }])],
    ["bedrock-converse", JSON.stringify({ message: "too much" })],
  ] as const)
    expect(readAnswer(dialect, body(text))).toEqual([error]);
});

test("pairResults() gives calls of one id their results in order", () => {
  const call: Part = { kind: "call", id: "clock", name: "clock", input: "{}" };
  const said = (text: string): ToolResult => ({
    kind: "result",
    id: "clock",
    parts: [{ kind: "text", text }],
    failed: false,
  });
  const turns = pairResults([
    { role: "assistant", parts: [{ ...call }] },
    { role: "user", parts: [said("one")] },
    { role: "assistant", parts: [{ ...call }] },
    { role: "user", parts: [said("two"), said("three")] },
  ]);
  expect(turns).toEqual([
    { role: "assistant", parts: [{ ...call, result: said("one") }] },
    { role: "assistant", parts: [{ ...call, result: said("two") }] },
    { role: "user", parts: [said("three")] },
  ]);
});
