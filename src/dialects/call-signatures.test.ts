import { describe, expect, test } from "bun:test";
import { type JsonObject, parseJson } from "#lib/json";
import type { Traits } from "#traits/vocabulary";
import { anthropicMessagesEndpoint, openaiChatCodec } from "./fixtures/parts";
import { decodeRequest } from "./openai-chat/decode-request";

const context = { id: "0".repeat(32), nowS: 0, streamUsage: true };
const called = { id: "c1", type: "function", function: { name: "f", arguments: "{}" } };
const signed = { ...called, extra_content: { google: { thought_signature: "c2ln" } } };
const answer = parseJson(
  JSON.stringify({
    id: "a",
    object: "chat.completion",
    model: "gemini-3-pro-preview",
    choices: [{ index: 0, finish_reason: "tool_calls", message: { role: "assistant", tool_calls: [signed] } }],
  }),
);

/** What a client of Messages gets of the answer. */
function received(): JsonObject {
  return anthropicMessagesEndpoint.encodeResponse(openaiChatCodec.decodeResponse(answer), context);
}

/** The next turn of that client, as a target with these traits gets it. */
function sentBack(traits: Traits) {
  const messages = [
    { role: "user", content: "q" },
    { role: "assistant", content: received().content },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "c1", content: "r" }] },
  ];
  const body = parseJson(JSON.stringify({ model: "m", max_tokens: 9, messages }));
  const request = anthropicMessagesEndpoint.decodeRequest(body);
  return openaiChatCodec.encodeRequest(request, { model: "m", traits, maxOutputTokens: 9 });
}

describe("the thought signature of a call", () => {
  test("reaches clients of Messages in front of the call", () => {
    const blocks = [{ type: "redacted_thinking" }, { type: "tool_use", id: "c1", name: "f" }];
    expect(received()).toMatchObject({ content: blocks });
  });

  test("comes back on the call where it is read", () => {
    const { body, dropped } = sentBack({ call_signatures: "taken" });
    expect(body.messages).toMatchObject([{}, { role: "assistant", tool_calls: [signed] }, { role: "tool" }]);
    expect(dropped).toEqual([]);
  });

  test("is left out and named elsewhere, and is no reasoning either", () => {
    for (const traits of [{}, { earlier_reasoning: "details" }, { earlier_reasoning: "content" }] as const) {
      const { body, dropped } = sentBack(traits);
      expect(JSON.stringify(body)).not.toContain("c2ln");
      expect(dropped).toEqual(["messages[1].content[0].signature"]);
    }
  });
});

test("decodeRequest() gives a call's signature to no text, where the client repeats it on the message", () => {
  const extra_content = { google: { thought_signature: "s" } };
  const call = { id: "c", type: "function", function: { name: "f", arguments: "{}" }, extra_content };
  const assistant = (content: string) => ({ role: "assistant", content, tool_calls: [call], extra_content });
  for (const content of ["", "hm"]) {
    const messages = [
      { role: "user", content: "hi" },
      assistant(content),
      { role: "tool", tool_call_id: "c", content: "x" },
    ];
    const parts = decodeRequest({ model: "m", messages }).messages[1]?.content ?? [];
    expect(parts.map((part) => ("state" in part ? part.type : `${part.type} unsigned`))).toEqual(
      content === "" ? ["tool-call"] : ["text unsigned", "tool-call"],
    );
  }
});

test("decodeRequest() reads a call's signature in whichever spelling the client keeps it", () => {
  const { function: f } = called;
  const specific = { thought_signature: "c2ln" };
  for (const call of [
    signed,
    { ...called, provider_specific_fields: specific },
    { ...called, function: { ...f, provider_specific_fields: specific } },
  ]) {
    const messages = [
      { role: "user", content: "q" },
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", tool_call_id: "c1", content: "r" },
    ];
    const body = parseJson(JSON.stringify({ model: "m", messages }));
    expect(decodeRequest(body).messages[1]?.content).toMatchObject([{ state: { origin: "gemini", value: "c2ln" } }]);
  }
});
