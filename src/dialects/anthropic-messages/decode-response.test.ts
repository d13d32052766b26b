import { describe, expect, test } from "bun:test";
import type { JsonObject } from "#lib/json";
import { decodeResponse } from "./decode-response";

const text = { type: "text", text: "Hello" };

describe("decodeResponse()", () => {
  test("reads an answer of texts alone as it reads them beside other blocks", () => {
    const contents: readonly (readonly JsonObject[])[] = [
      [],
      [text],
      [text, { type: "text", text: "" }, { ...text, citations: [] }],
      [{ ...text, citations: null, other: 1 }],
    ];
    for (const content of contents) {
      const called = { type: "tool_use", id: "toolu_1", name: "look", input: {} };
      const beside = decodeResponse(answer([...content, called])).items.slice(0, -1);
      expect(decodeResponse(answer(content)).items).toEqual(beside);
    }
  });

  test("passes over what is no block, and reads what a text does not say", () => {
    expect(decodeResponse(answer([1, text, { type: "text" }])).items).toMatchObject([
      { index: 0, text: "Hello" },
      { index: 1, text: "" },
    ]);
  });

  test("keeps what only its own dialect knows, empty or not, and of usage what says something", () => {
    const usage = { input_tokens: 3, output_tokens: 4, inference_geo: "eu", server_tool_use: null };
    const { extensions } = decodeResponse({ ...answer([text]), container: null, usage });
    expect(extensions).toEqual({ "anthropic-messages": { container: null, usage: { inference_geo: "eu" } } });
    expect(decodeResponse(answer([text])).extensions).toEqual({});
  });
});

function answer(content: JsonObject["content"]): JsonObject {
  return { id: "msg_1", type: "message", role: "assistant", model: "m", content, stop_reason: "end_turn" };
}
