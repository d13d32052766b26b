import { describe, expect, test } from "bun:test";
import type { Part } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { Json, JsonObject } from "#lib/json";
import { decodeRequest } from "./decode-request";

const decode = (body: JsonObject) => decodeRequest({ model: "m", input: "hi", ...body });
const partsOf = (input: Json): readonly (readonly Part[])[] => decode({ input }).messages.map(({ content }) => content);

describe("decodeRequest()", () => {
  test("reads instructions and a text", () => {
    expect(decode({ instructions: "be brief", input: "hi" }).messages).toEqual([
      { role: "system", path: "instructions", content: [{ type: "text", text: "be brief" }] },
      { role: "user", path: "input", content: [{ type: "text", text: "hi" }] },
    ]);
  });

  test("names the phases of messages, for which no other dialect has a word", () => {
    const said = { type: "message", role: "assistant", phase: "commentary", content: "let me" };
    const { extensions } = decode({ input: [{ role: "user", content: "go" }, said] });
    expect(extensions).toEqual({ "openai-responses": { "input[1].phase": "commentary" } });
  });

  test("makes one message of what the assistant thought, said and called, and one of the results", () => {
    const { messages } = decode({
      input: [
        { role: "user", content: "go" },
        {
          type: "reasoning",
          id: "rs_1",
          summary: [
            { type: "summary_text", text: "a" },
            { type: "summary_text", text: "b" },
          ],
        },
        { type: "message", role: "assistant", content: [{ type: "output_text", text: "let me", annotations: [] }] },
        { type: "function_call", id: "fc_1", call_id: "call_1", name: "f", arguments: '{"x":1.0}' },
        { type: "custom_tool_call", call_id: "call_2", name: "patch", input: 'say "hi"' },
        { type: "custom_tool_call_output", call_id: "call_2", output: "done" },
        { type: "function_call_output", call_id: "call_1", output: [{ type: "input_text", text: "1" }] },
        { role: "user", content: "and?" },
      ],
    });
    expect(messages).toEqual([
      { role: "user", path: "input[0]", content: [{ type: "text", text: "go" }] },
      {
        role: "assistant",
        path: "input[1]",
        content: [
          { type: "reasoning", text: "a\n\nb", isSummary: true },
          { type: "text", text: "let me" },
          { type: "tool-call", id: "call_1", itemId: "fc_1", name: "f", arguments: '{"x":1.0}' },
          { type: "tool-call", id: "call_2", name: "patch", arguments: '{"input":"say \\"hi\\""}', freeForm: true },
        ],
      },
      {
        role: "user",
        path: "input[5]",
        content: [
          { type: "tool-result", callId: "call_2", content: [{ type: "text", text: "done" }], isError: false },
          { type: "tool-result", callId: "call_1", content: [{ type: "text", text: "1" }], isError: false },
        ],
      },
      { role: "user", path: "input[7]", content: [{ type: "text", text: "and?" }] },
    ]);
  });

  test("reads the parts of content", () => {
    const content = [
      { type: "input_text", text: "t" },
      { type: "input_image", detail: "low", image_url: "data:image/png;base64,AA" },
      { type: "input_image", file_id: "file_1" },
      { type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,AA" },
      { type: "input_file", file_url: "https://x/a.pdf" },
      { type: "input_new", x: 1 },
    ];
    expect(partsOf([{ role: "user", content }])[0]).toEqual([
      { type: "text", text: "t" },
      { type: "image", source: { type: "base64", mediaType: "image/png", data: "AA" }, detail: "low" },
      { type: "image", source: { type: "file", dialect: "openai-responses", fileId: "file_1" } },
      { type: "document", source: { type: "base64", mediaType: "application/pdf", data: "AA" }, title: "a.pdf" },
      { type: "document", source: { type: "url", url: "https://x/a.pdf" } },
      { type: "opaque", dialect: "openai-responses", value: { type: "input_new", x: 1 } },
    ]);
  });

  test("gives tools of a namespace names of their own, and their calls the same", () => {
    const f = (name: string) => ({ type: "function", name, parameters: { type: "object" } });
    const { tools, messages } = decode({
      tools: [f("read"), { type: "namespace", name: "agents", description: "x", tools: [f("spawn"), f("read")] }],
      input: [{ type: "function_call", call_id: "c", namespace: "agents", name: "read", arguments: "{}" }],
    });
    expect(tools.map((tool) => (tool.type === "function" ? tool.name : tool.type))).toEqual([
      "read",
      "spawn",
      "agents__read",
    ]);
    expect(messages[0]?.content).toMatchObject([{ name: "agents__read" }]);
  });

  test("keeps what only its own providers run, and names what nobody else has", () => {
    const { tools, extensions } = decode({
      tools: [{ type: "web_search" }],
      ...{
        truncation: "auto",
        store: true,
        prompt_cache_key: "k",
        include: [],
        stream_options: {},
        client_metadata: {},
      },
    });
    expect(tools).toEqual([{ type: "provider", dialect: "openai-responses", definition: { type: "web_search" } }]);
    expect(Object.keys(extensions["openai-responses"] ?? {})).toEqual(["truncation", "prompt_cache_key"]);
  });

  test("passes over what says only what holds anyway", () => {
    expect(
      decode({ truncation: "disabled", store: false, background: false, text: { verbosity: "medium" } }).extensions,
    ).toEqual({});
  });

  test("gives the state of other providers' reasoning back to them", () => {
    const signed = (content: string) =>
      partsOf([{ type: "reasoning", id: "rs_1", summary: [], encrypted_content: content }])[0];
    expect(signed("gAAA")).toMatchObject([{ state: { origin: "openai-responses" } }]);
    expect(signed("headgate.anthropic-messages.redacted.a.b")).toMatchObject([
      { state: { origin: "anthropic-messages", value: "a.b", redacted: true } },
    ]);
  });

  test.each([
    [{ previous_response_id: "resp_9" }, "previous_response_id", 404],
    [{ conversation: { id: "conv_9" } }, "conversation", 404],
    [{ prompt: { id: "pmpt_9" } }, "prompt", 404],
    [{ input: [{ type: "item_reference", id: "msg_9" }] }, "input[0].id", 404],
    [{ background: true }, "background", 400],
    [{ input: 1 }, "input", 400],
    [{ input: [1] }, "input[0]", 400],
    [{ input: [{ id: "x" }] }, "input[0].type", 400],
    [{ input: [{ role: "tool", content: "x" }] }, "input[0].role", 400],
    [{ input: [{ type: "function_call", call_id: "c", name: "f" }] }, "input[0].arguments", 400],
    [{ tools: [{ type: "function" }] }, "tools[0].name", 400],
    [{ reasoning: { effort: "huge" } }, "reasoning.effort", 400],
    [{ text: { format: { type: "json_schema" } } }, "text.format.schema", 400],
  ])("refuses %j naming %s", (body: JsonObject, param, status) => {
    try {
      decode(body);
      throw new Error("not refused");
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      expect([error.options.param, error.status]).toEqual([param, status]);
    }
  });
});
