import { describe, expect, test } from "bun:test";
import { parseJson } from "#lib/json";
import { mended, mendedText } from "../../fixtures/mended";
import { completionRules } from "./rules";

type Case = readonly [
  traits: Parameters<typeof mended>[1],
  before: { readonly [field: string]: unknown },
  after: { readonly [field: string]: unknown },
  lost?: readonly string[],
  respelled?: readonly string[],
];

const user = (content: unknown) => ({ role: "user", content });
const said = (content: unknown, more: object = {}) => ({ role: "assistant", content, ...more });
const system = (content: unknown) => ({ role: "system", content });
const called = (id: string, name = "f") => ({ id, type: "function", function: { name, arguments: '{"n":1.0}' } });
const tool = (id: string, content: unknown) => ({ role: "tool", tool_call_id: id, content });
const text = (words: string) => ({ type: "text", text: words });
const image = { type: "image_url", image_url: { url: "https://x.example/a.png" } };
const marker = { type: "ephemeral" };
const schema = (more: object) => ({ type: "json_schema", json_schema: { name: "n", ...more } });
const open = { type: "object", properties: { a: { type: "string" } } };
const closed = { ...open, additionalProperties: false };

const cases: { readonly [what: string]: Case } = {
  "an effort where none is known": [{ reasoning: [] }, { reasoning_effort: "high" }, {}, ["reasoning_effort"]],
  "no effort where none is known": [{ reasoning: [] }, { reasoning_effort: "none" }, {}],
  "the nearest effort below": [
    { reasoning: ["effort"], efforts: ["low", "medium", "high"] },
    { reasoning_effort: "max" },
    { reasoning_effort: "high" },
    ["reasoning_effort"],
  ],
  "the nearest effort above": [
    { reasoning: ["effort"], efforts: ["high", "max"] },
    { reasoning_effort: "low" },
    { reasoning_effort: "high" },
    ["reasoning_effort"],
  ],
  "the least effort in the place of none": [
    { reasoning: ["effort"], efforts: ["minimal", "low"] },
    { reasoning_effort: "none" },
    { reasoning_effort: "minimal" },
    ["reasoning_effort"],
  ],
  "an effort as a word for on": [
    { reasoning: ["effort"], efforts: ["none", "default"] },
    { reasoning_effort: "high" },
    { reasoning_effort: "default" },
    ["reasoning_effort"],
  ],
  "an effort as a switch": [{ reasoning: ["switch"] }, { reasoning_effort: "high" }, { thinking: { type: "enabled" } }],
  "a switch that is off": [
    { reasoning: ["switch", "effort"], efforts: ["high"] },
    { reasoning_effort: "none" },
    { thinking: { type: "disabled" } },
  ],
  "an effort as a flag": [{ reasoning: ["flag"] }, { reasoning_effort: "high" }, { enable_thinking: true }],
  "an effort for the template": [
    { reasoning: ["template"] },
    { reasoning_effort: "none" },
    { chat_template_kwargs: { enable_thinking: false } },
  ],
  "an effort for a template that is told other things": [
    { reasoning: ["template"] },
    { reasoning_effort: "low", chat_template_kwargs: { tone: "dry" } },
    { chat_template_kwargs: { tone: "dry", enable_thinking: true } },
  ],
  "an effort beside what the template is told already": [
    { reasoning: ["template"] },
    { reasoning_effort: "low", chat_template_kwargs: { enable_thinking: false } },
    { chat_template_kwargs: { enable_thinking: false } },
  ],
  "a flag that is off": [{ reasoning: ["flag"] }, { reasoning_effort: "none" }, { enable_thinking: false }],
  "no effort where reasoning cannot be off": [
    { reasoning: ["switch"], can_stop_reasoning: false },
    { reasoning_effort: "none" },
    {},
    ["reasoning_effort"],
  ],
  "no thinking where it cannot be off": [
    { can_stop_reasoning: false },
    { thinking: { type: "disabled" } },
    {},
    ["thinking"],
  ],
  "reasoning about an answer in one piece": [
    { reasoning: ["flag"], reasoning_whole: false },
    { model: "m", reasoning_effort: "high" },
    { model: "m", enable_thinking: false },
    ["reasoning_effort"],
  ],
  "an answer in one piece of a model that reasons by itself": [
    { reasoning: ["flag"], reasoning_whole: false, reasons_by_default: true },
    { model: "m" },
    { model: "m", enable_thinking: false },
    [],
    ["enable_thinking"],
  ],
  "a stream of a model that reasons by itself": [
    { reasoning: ["flag"], reasoning_whole: false, reasons_by_default: true },
    { model: "m", stream: true },
    { model: "m", stream: true },
  ],
  "no effort beside functions": [
    { reasoning: ["effort"], efforts: ["none", "low"], effort_with_tools: false },
    { reasoning_effort: "low", tools: [{ type: "function", function: { name: "f" } }] },
    { reasoning_effort: "none", tools: [{ type: "function", function: { name: "f" } }] },
    ["reasoning_effort"],
  ],
  "refused fields": [
    { refuses: ["temperature", "logprobs", "stop"] },
    { temperature: 0.5, logprobs: true, stop: [], top_p: 0.5 },
    { top_p: 0.5 },
    ["temperature", "logprobs"],
  ],
  "refused fields that say nothing": [{ refuses: ["temperature", "n"] }, { temperature: 1, n: 1 }, {}],
  "fields refused while it reasons": [
    { refuses_while_reasoning: ["temperature"], reasons_by_default: false },
    { reasoning_effort: "low", temperature: 0.5 },
    { reasoning_effort: "low" },
    ["temperature"],
  ],
  "fields taken while it does not reason": [
    { refuses_while_reasoning: ["temperature"], reasons_by_default: true },
    { reasoning_effort: "none", temperature: 0.5 },
    { reasoning_effort: "none", temperature: 0.5 },
  ],
  "the first of fields that exclude each other": [
    { exclusive: ["temperature", "top_p"] },
    { top_p: 0.9, temperature: 0.5 },
    { temperature: 0.5 },
    ["top_p"],
  ],
  "the one that says something of fields that exclude each other": [
    { exclusive: ["temperature", "top_p"] },
    { top_p: 0.9, temperature: 1 },
    { top_p: 0.9 },
  ],
  "a temperature too high": [{ max_temperature: 1.5 }, { temperature: 2 }, { temperature: 1.5 }, ["temperature"]],
  "the limit by its older name": [
    { output_limit: "max_tokens" },
    { max_tokens: 9, max_completion_tokens: 5 },
    { max_tokens: 5 },
    [],
    ["max_completion_tokens"],
  ],
  "the limit by its newer name": [
    { output_limit: "max_completion_tokens" },
    { max_tokens: 9 },
    { max_completion_tokens: 9 },
    [],
    ["max_tokens"],
  ],
  "a limit that no answer can have": [
    { max_output: 8192 },
    { max_completion_tokens: 40_000 },
    { max_completion_tokens: 8192 },
    ["max_completion_tokens"],
  ],
  "stop sequences": [{ max_stops: 2 }, { stop: ["a", "b", "c"] }, { stop: ["a", "b"] }, ["stop"]],
  "a seed": [{ seed: "random_seed" }, { seed: 7 }, { random_seed: 7 }, [], ["seed"]],
  "the ordinary service tier": [
    { service_tiers: ["auto", "standard_only"] },
    { service_tier: "default" },
    { service_tier: "standard_only" },
    [],
    ["service_tier"],
  ],
  "another service tier": [{ service_tiers: ["auto"] }, { service_tier: "flex" }, {}, ["service_tier"]],
  "a long user": [
    { user_length: 64 },
    { user: "u".repeat(65) },
    { user: expect.stringMatching(/^user_.{1,59}$/) },
    [],
    ["user"],
  ],
  "unknown fields": [
    { fields: ["model", "messages"] },
    { model: "m", messages: [], user: "u", metadata: {} },
    { model: "m", messages: [] },
    ["user"],
  ],
  "unknown fields of messages": [
    { message_fields: ["role", "content", "tool.name"] },
    { messages: [said("a", { reasoning_content: "r", refusal: null }), { role: "tool", name: "f", content: "" }] },
    { messages: [said("a"), { role: "tool", name: "f", content: "" }] },
    ["messages[0].reasoning_content"],
  ],
  "developer messages": [
    { developer_role: "system" },
    { messages: [{ role: "developer", content: "d" }] },
    { messages: [system("d")] },
    [],
    ["messages[0].role"],
  ],
  "system messages of models without": [
    { developer_role: "user" },
    { messages: [system("s")] },
    { messages: [user("s")] },
    [],
    ["messages[0].role"],
  ],
  "instructions amid the conversation": [
    { system_place: "first" },
    { messages: [system("a"), system("b"), user("q"), system("c")] },
    { messages: [system("a\n\nb"), user("q"), user("c")] },
    ["messages[3].role"],
    ["messages[1]"],
  ],
  "neighbours of one role": [
    { role_order: "alternating" },
    { messages: [user("a"), user([image]), said("x"), said(null, { tool_calls: [called("1")] })] },
    { messages: [user([text("a"), image]), said("x", { tool_calls: [called("1")] })] },
    [],
    ["messages[1]", "messages[3]"],
  ],
  "what the user says after a result": [
    { role_order: "no-user-after-tool" },
    { messages: [said(null, { tool_calls: [called("1")] }), tool("1", "r"), user("u"), user([image])] },
    { messages: [said(null, { tool_calls: [called("1")] }), tool("1", [text("r\n\nu"), image])] },
    [],
    ["messages[2]", "messages[3]"],
  ],
  "content lists of text": [
    { list_content: ["user"] },
    { messages: [system([text("a"), text("b")]), user([text("a"), text("b")]), said([text("a"), text("b")])] },
    { messages: [system("a\n\nb"), user([text("a"), text("b")]), said("ab")] },
    [],
    ["messages[0].content", "messages[2].content"],
  ],
  "content lists that no text can stand for": [
    { list_content: [] },
    { messages: [user([text("a"), image])] },
    { messages: [user("a\n\n[Left out: image, which cannot be shown to you]")] },
    ["messages[0].content[1]"],
    ["messages[0].content"],
  ],
  "a choice at the top of a function's schema": [
    { tool_schema_top: "object" },
    {
      tools: [
        {
          type: "function",
          function: {
            name: "f",
            parameters: { type: "object", properties: { a: {} }, anyOf: [{ required: ["a"] }, { required: ["b"] }] },
          },
        },
      ],
    },
    {
      tools: [{ type: "function", function: { name: "f", parameters: { type: "object", properties: { a: {} } } } }],
    },
    ["tools[0].function.parameters.anyOf"],
  ],
  "documents as Mistral has them": [
    { document_parts: "document_url" },
    {
      messages: [
        user([
          { type: "file", file: { filename: "a.pdf", file_data: "https://x.example/a.pdf" } },
          { type: "file", file: { file_data: "data:application/pdf;base64,aGk=" } },
          { type: "file", file: { file_id: "file-1" } },
        ]),
      ],
    },
    {
      messages: [
        user([
          { type: "document_url", document_url: "https://x.example/a.pdf", document_name: "a.pdf" },
          { type: "document_url", document_url: "data:application/pdf;base64,aGk=" },
          { type: "file", file: { file_id: "file-1" } },
        ]),
      ],
    },
    [],
    ["messages[0].content[0]", "messages[0].content[1]"],
  ],
  "forced tools while it reasons": [
    { forced_tools: "unless-reasoning", reasons_by_default: true },
    { tool_choice: "required" },
    { tool_choice: "auto" },
    ["tool_choice"],
  ],
  "forced tools while it does not reason": [
    { forced_tools: "unless-reasoning", reasons_by_default: true },
    { tool_choice: "required", thinking: { type: "disabled" } },
    { tool_choice: "required", thinking: { type: "disabled" } },
  ],
  "tools where there are none": [
    { tools: "refused" },
    {
      tools: [{ type: "function", function: { name: "f" } }],
      tool_choice: "auto",
      messages: [user("q"), said(null, { tool_calls: [called("1")] }), tool("1", "r")],
    },
    { messages: [user("q"), said('Calls f with {"n":1.0}'), user("Result of f:\nr")] },
    ["tools", "messages[1]", "messages[2]"],
  ],
  "metadata of what is not stored": [{ metadata: "with-store" }, { metadata: { a: "b" } }, {}, ["metadata"]],
  "a limit that only streams may have": [
    { max_output_whole: 4096 },
    { max_tokens: 8000 },
    { max_tokens: 4096 },
    ["max_tokens"],
  ],
  "calls without content": [
    { null_content: "refused" },
    { messages: [said(null, { tool_calls: [called("1")] })] },
    { messages: [said("", { tool_calls: [called("1")] })] },
    [],
    ["messages[0].content"],
  ],
  "calls without reasoning": [
    { reasoning_of_calls: "required", reasons_by_default: true },
    { messages: [said("a", { tool_calls: [called("1")] })] },
    { messages: [said("a", { tool_calls: [called("1")], reasoning_content: "" })] },
    [],
    ["messages[0].reasoning_content"],
  ],
  "calls with an empty reasoning": [
    { reasoning_of_calls: "not-empty", reasons_by_default: true },
    {
      messages: [
        said("", { tool_calls: [called("1")], reasoning_content: "" }),
        said("", { tool_calls: [called("2")], reasoning_content: "r" }),
      ],
    },
    {
      messages: [
        said("", { tool_calls: [called("1")], reasoning_content: " " }),
        said("", { tool_calls: [called("2")], reasoning_content: "r" }),
      ],
    },
    [],
    ["messages[0].reasoning_content"],
  ],
  "calls of the turn without a signature": [
    { call_signatures: "required" },
    { messages: [said("", { tool_calls: [called("1")] }), user("q"), said("", { tool_calls: [called("2")] })] },
    {
      messages: [
        said("", { tool_calls: [called("1")] }),
        user("q"),
        said("", { tool_calls: [{ ...called("2"), extra_content: expect.anything() }] }),
      ],
    },
    [],
    ["messages[2].tool_calls[0].extra_content"],
  ],
  "calls of the turn whose signature is in another spelling": [
    { call_signatures: "required" },
    {
      messages: [
        user("q"),
        said("", { tool_calls: [{ ...called("1"), provider_specific_fields: { thought_signature: "c2ln" } }] }),
      ],
    },
    {
      messages: [
        user("q"),
        said("", {
          tool_calls: [
            expect.objectContaining({ ...called("1"), extra_content: { google: { thought_signature: "c2ln" } } }),
          ],
        }),
      ],
    },
    [],
    ["messages[1].tool_calls[0].extra_content"],
  ],
  "blank texts": [
    { blank_texts: "refused" },
    { messages: [system(" "), user([text("\n"), text("q")]), said("")] },
    { messages: [user([text("q")])] },
    ["messages[0]", "messages[2]"],
  ],
  "a prefill that has to be marked": [
    { prefill: "marked" },
    { messages: [user("q"), said("{")] },
    { messages: [user("q"), said("{", { prefix: true })] },
    [],
    ["messages[1]"],
  ],
  "a prefill that is refused": [
    { prefill: "refused" },
    { messages: [user("q"), said("{")] },
    { messages: [user("q"), said("{"), user(expect.stringContaining("Go on"))] },
    ["messages[1]"],
  ],
  "call ids": [
    { call_ids: "9-letters" },
    { messages: [said(null, { tool_calls: [called("call_x")] }), tool("call_x", "")] },
    {
      messages: [
        said(null, { tool_calls: [{ ...called(""), id: "EgcR8Ylvb" }] }),
        { ...tool("", ""), tool_call_id: "EgcR8Ylvb" },
      ],
    },
    [],
    ["messages[0].tool_calls[0].id", "messages[1].tool_call_id"],
  ],
  "cache markers": [
    { cache_markers: ["tools"] },
    {
      cache_control: marker,
      messages: [{ ...user([{ ...text("a"), cache_control: marker }]), cache_control: marker }],
      tools: [{ type: "function", function: { name: "f" }, cache_control: marker }],
    },
    {
      messages: [user([text("a")])],
      tools: [{ type: "function", function: { name: "f" }, cache_control: marker }],
    },
    ["cache_control", "messages[0].cache_control", "messages[0].content[0].cache_control"],
  ],
  "schemas that are not complete": [
    { strict_schemas: "complete" },
    { response_format: schema({ strict: true, schema: closed }) },
    { response_format: schema({ strict: false, schema: closed }) },
    ["response_format.json_schema.strict"],
  ],
  "schemas that are complete": [
    { strict_schemas: "complete" },
    { response_format: schema({ strict: true, schema: { ...closed, required: ["a"] } }) },
    { response_format: schema({ strict: true, schema: { ...closed, required: ["a"] } }) },
  ],
  "schemas where only plain JSON is known": [
    { response_formats: ["json_object"] },
    { response_format: schema({ schema: open }), messages: [user("q")] },
    {
      response_format: { type: "json_object" },
      messages: [system(expect.stringContaining('{"type":"object"')), user("q")],
    },
    ["response_format"],
  ],
  "strict tools": [
    { strict_tools: false },
    { tools: [{ type: "function", function: { name: "f", strict: true } }] },
    { tools: [{ type: "function", function: { name: "f" } }] },
    ["tools[0].function.strict"],
  ],
};

describe("completionRules mend", () => {
  for (const [what, [traits, before, after, lost = [], respelled = []]] of Object.entries(cases)) {
    test(what, () => {
      const result = mended(completionRules, traits, parseJson(JSON.stringify(before)));
      expect<unknown>(result.body).toEqual(after);
      expect(result.lost).toEqual(lost);
      expect(result.respelled).toEqual(respelled);
      expect(mended(completionRules, {}, parseJson(JSON.stringify(before))).body).toEqual(
        parseJson(JSON.stringify(before)),
      );
    });
  }

  test("names of tools alike in tools, choice and history, and tell which is which", () => {
    const long = `mcp__${"x".repeat(70)}`;
    const { body, lost, respelled, toolNames } = mended(
      completionRules,
      { tool_name_length: 64 },
      {
        tools: [
          { type: "function", function: { name: long } },
          { type: "function", function: { name: "a b" } },
        ],
        tool_choice: { type: "function", function: { name: long } },
        messages: [said(null, { tool_calls: [called("1", long)] }) as never, { role: "tool", name: "a b" }],
      },
    );
    const [sent = "", other = ""] = [...(toolNames?.keys() ?? [])];
    expect(sent).toMatch(/^[a-zA-Z0-9_-]{64}$/);
    expect(other).toMatch(/^a_b_[0-9a-f]{10}$/);
    expect([...(toolNames?.values() ?? [])]).toEqual([long, "a b"]);
    expect(body).toMatchObject({
      tools: [{ function: { name: sent } }, { function: { name: other } }],
      tool_choice: { function: { name: sent } },
      messages: [{ tool_calls: [{ function: { name: sent } }] }, { name: other }],
    });
    expect(lost).toEqual([]);
    const places = ["tools[0].function.name", "tools[1].function.name", "tool_choice.function.name"];
    const history = ["messages[0].tool_calls[0].function.name", "messages[1].name"];
    expect(respelled).toEqual([...places, ...history]);
  });

  test("nothing but what has to change", () => {
    const before =
      '{ "max_completion_tokens":1e1 ,"messages": [ {"role":"developer" ,"content":"a\\u0041"},{"n":1.0} ],"model":"m","seed":1.50}';
    const { text: after } = mendedText(
      completionRules,
      { output_limit: "max_tokens", developer_role: "system", call_ids: "9-letters" },
      before,
    );
    expect(after).toBe(
      '{ "messages": [ {"role":"system" ,"content":"a\\u0041"},{"n":1.0} ],"model":"m","seed":1.50,"max_tokens":1e1}',
    );
  });
});
