import { expect, test } from "bun:test";
import { anthropicMessagesCodec } from "#dialects/anthropic-messages/codec";
import { openaiChatCodec } from "#dialects/openai-chat/codec";
import { answerChars } from "./answer-chars";

test("answerChars() counts what was said, of all choices, and not what stands around it", () => {
  const message = (content: string | null, more: object = {}) => ({ message: { role: "assistant", content, ...more } });
  const call = { id: "call_1", type: "function", function: { name: "f", arguments: '{"a":1}' } };
  const chat = { id: "c", model: "m", choices: [message("hello"), message(null, { tool_calls: [call] })] };
  expect(answerChars("completion", openaiChatCodec, chat)).toBe("hello".length + '{"a":1}'.length);
  const thought = { type: "thinking", thinking: "so so", signature: "x".repeat(400) };
  const content = [thought, { type: "text", text: "hello" }];
  const anthropic = { id: "m", type: "message", role: "assistant", model: "m", content, stop_reason: "end_turn" };
  expect(answerChars("completion", anthropicMessagesCodec, anthropic)).toBe("so so".length + "hello".length);
  expect(answerChars("completion", openaiChatCodec, { choices: [] })).toBe(14);
  const texts = { object: "text_completion", choices: [{ text: "one" }, { text: "three" }] };
  expect(answerChars("text-completion", openaiChatCodec, texts)).toBe(8);
  expect(answerChars("embeddings", openaiChatCodec, { data: [{ embedding: [0.5] }] })).toBe(0);
});
