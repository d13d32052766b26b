import { describe, expect, test } from "bun:test";
import { type Json, parseJson } from "#lib/json";
import { anthropicMessagesCodec, anthropicMessagesEndpoint, openaiChatCodec } from "./fixtures/parts";

// What a Messages client shows the model, and says of it, as Chat Completions has it.

const text = (words: string) => ({ type: "text", text: words });
const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "aGk=" } };
const written = { type: "image_url", image_url: { url: "data:image/png;base64,aGk=" } };

describe("a document of a Messages client", () => {
  test.each<[string, Json, Json]>([
    [
      "of text, with title and context",
      { type: "document", title: "T", context: "C", source: { type: "text", media_type: "text/plain", data: "body" } },
      "Title: T\nContext: C\n\nbody",
    ],
    ["of text alone", { type: "document", source: { type: "text", media_type: "text/plain", data: "body" } }, "body"],
    [
      "of blocks",
      { type: "document", title: "T", source: { type: "content", content: [text("one"), image, text("two")] } },
      [text("Title: T"), text("one"), written, text("two")],
    ],
    ["of a string", { type: "document", source: { type: "content", content: "words" } }, "words"],
    [
      "that was found",
      { type: "search_result", source: "https://s.example", title: "S", content: [text("found")] },
      [text("Title: S\nSource: https://s.example"), text("found")],
    ],
    [
      "that is a file, with context",
      { type: "document", context: "C", source: { type: "base64", media_type: "application/pdf", data: "aGk=" } },
      [
        text("Context: C"),
        { type: "file", file: { filename: "document.pdf", file_data: "data:application/pdf;base64,aGk=" } },
      ],
    ],
  ])("%s arrives", (_name, block, content) => {
    expect(sent([block])).toMatchObject({ body: { messages: [{ role: "user", content }] }, dropped: [] });
  });

  test("arrives from the result of a tool", () => {
    const found = { type: "search_result", source: "kb", title: "S", content: [text("found")] };
    const { body, dropped } = sent([{ type: "tool_result", tool_use_id: "c", content: [found] }]);
    expect(JSON.stringify(body)).toContain('"Title: S\\nSource: kb"');
    expect(JSON.stringify(body)).toContain('"found"');
    expect(dropped).toEqual([]);
  });

  test("goes back to its own dialect as it came", () => {
    const blocks = [
      { type: "document", source: { type: "content", content: [text("one"), image] }, title: "T", context: "C" },
      {
        ...{ type: "search_result", source: "kb", title: "S", content: [text("found")], citations: { enabled: true } },
        cache_control: { type: "ephemeral" },
      },
    ];
    const request = anthropicMessagesEndpoint.decodeRequest(bodyOf(blocks));
    const { body } = anthropicMessagesCodec.encodeRequest(request, { model: "claude-sonnet-4-5", traits: {} });
    expect(body).toMatchObject({ messages: [{ role: "user", content: blocks }] });
  });
});

describe("instructions of a Messages client", () => {
  test("arrive without the line that only Anthropic reads, which is named", () => {
    const line = text("x-anthropic-billing-header: cc_version=2.1.1; cch=abcde;");
    const request = { ...bodyOf([text("q")]), system: [line, text("You help.")] };
    expect(encode(request)).toMatchObject({
      body: { messages: [{ role: "system", content: "You help." }, { role: "user" }] },
      dropped: ["system[0]"],
    });
    const own = anthropicMessagesCodec.encodeRequest(anthropicMessagesEndpoint.decodeRequest(request), {
      model: "claude-sonnet-4-5",
      traits: {},
    });
    expect(own.body.system).toEqual(request.system);
    expect(encode({ ...request, system: [line] }).body).toMatchObject({ messages: [{ role: "user" }] });
  });

  test("make no message where they are empty", () => {
    for (const system of ["", [], [text("")]])
      expect(encode({ ...bodyOf([text("q")]), system }).body).toMatchObject({ messages: [{ role: "user" }] });
  });
});

function bodyOf(content: Json) {
  return { model: "m", max_tokens: 9, messages: [{ role: "user", content }] };
}

function sent(content: Json) {
  return encode(bodyOf(content));
}

function encode(body: Json) {
  const request = anthropicMessagesEndpoint.decodeRequest(parseJson(JSON.stringify(body)));
  return openaiChatCodec.encodeRequest(request, { model: "m", traits: {} });
}
