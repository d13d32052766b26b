import { expect, test } from "bun:test";
import { anthropicMessages } from "./anthropic-messages/dialect";
import { openaiChat } from "./openai-chat/dialect";

test("an operation's chars() counts what was said, of all choices, and not what stands around it", () => {
  const message = (content: string | null, more: object = {}) => ({ message: { role: "assistant", content, ...more } });
  const call = { id: "call_1", type: "function", function: { name: "f", arguments: '{"a":1}' } };
  const chat = { id: "c", model: "m", choices: [message("hello"), message(null, { tool_calls: [call] })] };
  const { completion, embeddings, "text-completion": textCompletion } = openaiChat.operations;
  expect(completion.answer.chars(chat)).toBe("hello".length + '{"a":1}'.length);
  const thought = { type: "thinking", thinking: "so so", signature: "x".repeat(400) };
  const content = [thought, { type: "text", text: "hello" }];
  const anthropic = { id: "m", type: "message", role: "assistant", model: "m", content, stop_reason: "end_turn" };
  expect(anthropicMessages.operations.completion.answer.chars(anthropic)).toBe("so so".length + "hello".length);
  expect(completion.answer.chars({ choices: [] })).toBe(14);
  const texts = { object: "text_completion", choices: [{ text: "one" }, { text: "three" }] };
  expect(textCompletion.answer.chars(texts)).toBe(8);
  expect(embeddings.answer.chars({ data: [{ embedding: [0.5] }] })).toBe(0);
});
