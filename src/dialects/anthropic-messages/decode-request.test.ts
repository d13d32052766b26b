import { describe, expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import { type Json, parseJson } from "#lib/json";
import { decodeCountRequest, decodeEnvelope, decodeRequest } from "./decode-request";
import { countTokens } from "./operations";

const minimal = { model: "claude-sonnet-5", max_tokens: 10, messages: [{ role: "user", content: "Hi" }] };

function refusalOf(read: () => unknown): GatewayError {
  try {
    read();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error("expected a GatewayError, nothing was thrown");
}

describe("decodeRequest() names the field at fault", () => {
  const user = (content: Json) => ({ ...minimal, messages: [{ role: "user", content }] });
  const cases: readonly (readonly [string, Json])[] = [
    ["body", []],
    ["model", { ...minimal, model: 7 }],
    ["max_tokens", { ...minimal, max_tokens: null }],
    ["max_tokens", { ...minimal, max_tokens: 1.5 }],
    ["max_tokens", { ...minimal, max_tokens: -1 }],
    ["stream", { ...minimal, stream: "yes" }],
    ["messages", { ...minimal, messages: "Hi" }],
    ["messages", { ...minimal, messages: [] }],
    ["messages[0]", { ...minimal, messages: ["Hi"] }],
    ["messages[0].role", { ...minimal, messages: [{ role: "tool", content: "Hi" }] }],
    ["messages[0].content", user(5)],
    ["messages[0].content[1]", user([{ type: "text", text: "a" }, null])],
    ["messages[0].content[0].type", user([{ text: "a" }])],
    ["messages[0].content[0].text", user([{ type: "text" }])],
    ["messages[0].content[0].source", user([{ type: "image" }])],
    [
      "messages[0].content[0].source.data",
      user([{ type: "image", source: { type: "base64", media_type: "image/png" } }]),
    ],
    ["messages[0].content[0].id", user([{ type: "tool_use", name: "f", input: {} }])],
    ["messages[0].content[0].input", user([{ type: "tool_use", id: "a", name: "f", input: "{}" }])],
    ["messages[0].content[0].tool_use_id", user([{ type: "tool_result" }])],
    ["messages[0].content[0].content", user([{ type: "tool_result", tool_use_id: "a", content: 1 }])],
    ["messages[0].content[0].is_error", user([{ type: "tool_result", tool_use_id: "a", is_error: "no" }])],
    ["messages[0].content[0].thinking", user([{ type: "thinking", signature: "s" }])],
    ["system", { ...minimal, system: 1 }],
    ["system[0].text", { ...minimal, system: [{ type: "text", text: 1 }] }],
    ["tools", { ...minimal, tools: {} }],
    ["tools[0].name", { ...minimal, tools: [{ input_schema: {} }] }],
    ["tools[0].input_schema", { ...minimal, tools: [{ name: "f", input_schema: "x" }] }],
    ["tool_choice.type", { ...minimal, tool_choice: { type: "some" } }],
    ["tool_choice.name", { ...minimal, tool_choice: { type: "tool" } }],
    ["stop_sequences[1]", { ...minimal, stop_sequences: ["a", 1] }],
    ["temperature", { ...minimal, temperature: "hot" }],
    ["thinking", { ...minimal, thinking: true }],
    ["output_config.format.schema", { ...minimal, output_config: { format: { type: "json_schema" } } }],
    ["metadata.user_id", { ...minimal, metadata: { user_id: 5 } }],
  ];
  for (const [param, body] of cases) {
    test(`${param} in ${JSON.stringify(body).slice(0, 100)}`, () => {
      const error = refusalOf(() => decodeRequest(body));
      expect(error.code).toBe("invalid_request");
      expect(error.options.param).toBe(param);
      expect(error.message).toContain(`"${param}" must be`);
    });
  }

  test("decodeEnvelope() refuses a missing max_tokens, count_tokens does without", () => {
    expect(refusalOf(() => decodeEnvelope({ model: "m" })).options.param).toBe("max_tokens");
    expect(countTokens.decodeEnvelope({ model: "m" }).model).toBe("m");
    const { max_tokens: _limit, ...body } = minimal;
    expect(decodeCountRequest(body).maxOutputTokens).toBeUndefined();
  });
});

describe("decodeRequest()", () => {
  test("keeps a field named __proto__ as data", () => {
    const body = parseJson(
      `{"model":"m","max_tokens":1,"__proto__":{"polluted":1},"messages":[{"role":"user","content":[{"type":"text","text":"a","__proto__":{"x":1}}]}]}`,
    );
    const request = decodeRequest(body);
    expect(Object.keys(request.extensions["anthropic-messages"] ?? {})).toEqual(["__proto__"]);
    expect(Object.hasOwn({}, "polluted")).toBe(false);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  test("reads system first, with paths of the client's request", () => {
    const request = decodeRequest({ ...minimal, system: "Be brief" });
    expect(request.messages.map(({ role, path }) => [role, path])).toEqual([
      ["system", "system"],
      ["user", "messages[0]"],
    ]);
  });

  test("takes reasoning, format, tier and user apart from the fields that only Anthropic knows", () => {
    const request = decodeRequest({
      ...minimal,
      thinking: { type: "enabled", budget_tokens: 20000, display: "omitted" },
      output_config: { effort: "max", format: { type: "json_schema", schema: { type: "object" } } },
      metadata: { user_id: "u" },
      service_tier: "standard_only",
      container: "c",
    });
    expect(request.reasoning).toEqual({ enabled: true, budgetTokens: 20000, effort: "max" });
    expect(request.outputFormat).toEqual({ type: "json-schema", schema: '{"type":"object"}', strict: true });
    expect([request.user, request.serviceTier]).toEqual(["u", "default"]);
    expect(request.extensions["anthropic-messages"]).toEqual({
      thinking: { type: "enabled", budget_tokens: 20000, display: "omitted" },
      output_config: { effort: "max" },
      container: "c",
    });
  });

  test("drops citations that were translated for this client, since Anthropic would refuse them", () => {
    const made = { type: "web_search_result_location", url: "https://a.example", encrypted_index: "" };
    const own = { ...made, encrypted_index: "x" };
    const content = [{ type: "text", text: "a", citations: [made, own] }];
    const [message] = decodeRequest({ ...minimal, messages: [{ role: "assistant", content }] }).messages;
    expect(message?.content).toEqual([
      { type: "text", text: "a", extensions: { "anthropic-messages": { citations: [own] } } },
    ]);
  });
});
