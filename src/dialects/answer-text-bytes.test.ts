import { expect, test } from "bun:test";
import type { Json } from "#lib/json";
import { anthropicMessages } from "./anthropic-messages/dialect";
import { openaiChat } from "./openai-chat/dialect";
import type { Operation } from "./operation";

function bytesOf({ answer }: Operation, body: Json): number {
  return answer.kind === "json" ? answer.textBytes(body) : Number.NaN;
}

test("an operation's textBytes() counts what was said, of all choices, and not what stands around it", () => {
  const message = (content: string | null, more: object = {}) => ({ message: { role: "assistant", content, ...more } });
  const call = { id: "call_1", type: "function", function: { name: "f", arguments: '{"a":1}' } };
  const chat = { id: "c", model: "m", choices: [message("hello"), message(null, { tool_calls: [call] })] };
  const { completion, embeddings, "text-completion": textCompletion } = openaiChat.operations;
  expect(bytesOf(completion, chat)).toBe("hello".length + '{"a":1}'.length);
  const thought = { type: "thinking", thinking: "so so", signature: "x".repeat(400) };
  const content = [thought, { type: "text", text: "hello" }];
  const anthropic = { id: "m", type: "message", role: "assistant", model: "m", content, stop_reason: "end_turn" };
  expect(bytesOf(anthropicMessages.operations.completion, anthropic)).toBe("so so".length + "hello".length);
  expect(bytesOf(completion, { choices: [] })).toBe(14);
  const texts = { object: "text_completion", choices: [{ text: "one" }, { text: "three" }] };
  expect(bytesOf(textCompletion, texts)).toBe(8);
  expect(bytesOf(embeddings, { data: [{ embedding: [0.5] }] })).toBe(0);
});
