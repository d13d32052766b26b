import { describe, expect, test } from "bun:test";
import { parseJson } from "#lib/json";
import { mended } from "../../fixtures/mended";
import { countRules, messagesRules } from "./rules";

type Case = readonly [
  traits: Parameters<typeof mended>[1],
  before: { readonly [field: string]: unknown },
  after: { readonly [field: string]: unknown },
  lost?: readonly string[],
  respelled?: readonly string[],
];

const user = (content: unknown) => ({ role: "user", content });
const said = (content: unknown) => ({ role: "assistant", content });
const text = (words: string) => ({ type: "text", text: words });
const thought = (signature: string) => ({ type: "thinking", thinking: "t", signature });
const own = `Eq${"QWJj".repeat(20)}`;
const mark = { type: "ephemeral" };
const use = { type: "tool_use", id: "a", name: "f", input: {} };
const result = { type: "tool_result", tool_use_id: "a", content: "r" };
const jpg = (type: string) => ({ type: "image", source: { type: "base64", media_type: type, data: "aGk=" } });

const cases: { readonly [what: string]: Case } = {
  "a marker for the whole request where only blocks have one": [
    { cache_markers: ["parts", "tools"] },
    { cache_control: mark, messages: [user([{ ...text("a"), cache_control: mark }])] },
    { messages: [user([{ ...text("a"), cache_control: mark }])] },
    ["cache_control"],
  ],
  "a budget as adaptive thinking": [
    { reasoning: ["adaptive"], efforts: ["low", "medium", "high"] },
    { thinking: { type: "enabled", budget_tokens: 10_000 } },
    { thinking: { type: "adaptive" }, output_config: { effort: "medium" } },
    ["thinking"],
  ],
  "adaptive thinking as a budget": [
    { reasoning: ["budget"], efforts: [] },
    { max_tokens: 8000, thinking: { type: "adaptive" }, output_config: { effort: "low" } },
    { max_tokens: 8000, thinking: { type: "enabled", budget_tokens: 2048 } },
    ["thinking", "output_config.effort"],
  ],
  "thinking where there is none": [{ reasoning: [] }, { thinking: { type: "enabled" } }, {}, ["thinking"]],
  "no thinking where there is none": [{ reasoning: [] }, { thinking: { type: "disabled" } }, {}],
  "no thinking where it cannot be off": [
    { reasoning: ["adaptive"], can_stop_reasoning: false },
    { thinking: { type: "disabled" } },
    {},
    ["thinking"],
  ],
  "an effort that is not known": [
    { efforts: ["low", "high"] },
    { output_config: { effort: "max" } },
    { output_config: { effort: "high" } },
    ["output_config.effort"],
  ],
  "a limit that no answer can have": [
    { max_output: 8192 },
    { max_tokens: 32_000, thinking: { type: "enabled", budget_tokens: 31_999 } },
    { max_tokens: 8192, thinking: { type: "enabled", budget_tokens: 7168 } },
    ["max_tokens"],
  ],
  "sampling while it thinks": [
    { refuses_while_reasoning: ["temperature", "top_p", "top_k"] },
    { thinking: { type: "adaptive" }, temperature: 0.5, top_p: 0.96, top_k: 4 },
    { thinking: { type: "adaptive" }, top_p: 0.96 },
    ["temperature", "top_k"],
  ],
  "thinking that somebody else signed": [
    { thinking_state: "signed" },
    {
      messages: [
        said([thought(""), text("a")]),
        said([thought("headgate.openai-chat.x")]),
        said([thought("0b3a2a52-6a2e-4a53-a3a2-0f1f4d9c4f1e"), thought(own), text("b")]),
        said([{ type: "thinking", thinking: "t" }, text("c")]),
        said([{ type: "redacted_thinking", data: "headgate.openai-chat.y" }, text("d")]),
      ],
    },
    { messages: [said([text("a")]), said([thought(own), text("b")]), said([text("c")]), said([text("d")])] },
    [
      ...["messages[0].content[0]", "messages[1].content[0]", "messages[2].content[0]"],
      ...["messages[3].content[0]", "messages[4].content[0]"],
    ],
  ],
  "thinking of look-alikes, but for state of another dialect": [
    { thinking_state: "any" },
    { messages: [said([thought(""), text("a")]), said([thought("headgate.openai-chat.x"), text("b")])] },
    { messages: [said([thought(""), text("a")]), said([text("b")])] },
    ["messages[1].content[0]"],
  ],
  "thinking by budget in a turn that began without": [
    { thinking_state: "signed" },
    { thinking: { type: "enabled", budget_tokens: 2048 }, messages: [user("q"), said([use]), user([result])] },
    { messages: [user("q"), said([use]), user([result])] },
    ["thinking"],
  ],
  "thinking by budget in a turn that began with it, and went on without": [
    { thinking_state: "signed" },
    {
      thinking: { type: "enabled", budget_tokens: 2048 },
      messages: [user("q"), said([thought(own), use]), user([result, text("r")]), said([use]), user([result])],
    },
    {
      thinking: { type: "enabled", budget_tokens: 2048 },
      messages: [user("q"), said([thought(own), use]), user([result, text("r")]), said([use]), user([result])],
    },
  ],
  "adaptive thinking as a budget, in a turn that began without": [
    { thinking_state: "signed", reasoning: ["budget"] },
    { thinking: { type: "adaptive" }, messages: [user("q"), said([thought(""), use]), user([result])] },
    { messages: [user("q"), said([use]), user([result])] },
    ["messages[1].content[0]", "thinking"],
  ],
  "blank texts": [
    { blank_texts: "refused" },
    { system: " \n", messages: [user([text(""), text("q")]), said("\n"), user([{ ...result, content: [text(" ")] }])] },
    { messages: [user([text("q")]), user([{ type: "tool_result", tool_use_id: "a" }])] },
    ["system", "messages[0].content[0]", "messages[1]"],
  ],
  "instructions amid the conversation": [
    { system_place: "first" },
    { messages: [user("q"), { role: "system", content: "s" }] },
    { messages: [user("q"), user("s")] },
    ["messages[1].role"],
  ],
  "a prefill that is refused": [
    { prefill: "refused" },
    { messages: [user("q"), said("{")] },
    { messages: [user("q"), said("{"), user(expect.stringContaining("Go on"))] },
    ["messages[1]"],
  ],
  "a media type that is none": [
    { image_types: ["image/jpeg"] },
    { messages: [user([{ ...result, content: [jpg("image/jpg")] }, jpg("image/jpg")])] },
    { messages: [user([{ ...result, content: [jpg("image/jpeg")] }, jpg("image/jpeg")])] },
    [],
    ["messages[0].content[0].content[0].source.media_type", "messages[0].content[1].source.media_type"],
  ],
  "schemas of answers": [
    { strict_schemas: "closed", schema_keywords: ["minimum", "format", "oneOf", "minItems"] },
    {
      output_config: {
        format: {
          type: "json_schema",
          schema: {
            type: "object",
            properties: {
              n: { type: "integer", minimum: 1, description: "N" },
              d: { type: "string", format: "date" },
              o: {
                oneOf: [
                  { type: "object", properties: {} },
                  { type: "array", items: {}, minItems: 1 },
                ],
              },
            },
          },
        },
      },
    },
    {
      output_config: {
        format: {
          type: "json_schema",
          schema: {
            type: "object",
            properties: {
              n: { type: "integer", description: "N\n\n{minimum: 1}" },
              d: { type: "string", format: "date" },
              o: {
                anyOf: [
                  { type: "object", properties: {}, additionalProperties: false },
                  { type: "array", items: {}, minItems: 1 },
                ],
              },
            },
            additionalProperties: false,
          },
        },
      },
    },
    ["output_config.format.schema.properties.n.minimum"],
  ],
  "schemas of answers where there are none": [
    { response_formats: [] },
    { output_config: { format: { type: "json_schema", schema: {} } } },
    {},
    ["output_config.format"],
  ],
  "a choice at the top of a tool's schema": [
    { tool_schema_top: "object" },
    {
      tools: [
        {
          name: "f",
          input_schema: {
            anyOf: [
              { properties: { a: { type: "string" }, b: {} }, required: ["a", "b"] },
              { properties: { b: {}, c: {} }, required: ["b"] },
            ],
          },
        },
      ],
    },
    {
      tools: [
        {
          name: "f",
          input_schema: { type: "object", properties: { a: { type: "string" }, b: {}, c: {} }, required: ["b"] },
        },
      ],
    },
    ["tools[0].input_schema.anyOf"],
  ],
  "a choice at the top by a kind, from definitions": [
    { tool_schema_top: "object" },
    {
      tools: [
        {
          name: "f",
          input_schema: {
            oneOf: [
              { $ref: "#/$defs/A" },
              { properties: { kind: { const: "b" }, n: { minimum: 1.0 } }, required: ["kind"] },
            ],
            $defs: { A: { properties: { kind: { const: "a" } }, required: ["kind"] } },
          },
        },
      ],
    },
    {
      tools: [
        {
          name: "f",
          input_schema: {
            type: "object",
            properties: { kind: { anyOf: [{ const: "a" }, { const: "b" }] }, n: { minimum: 1 } },
            required: ["kind"],
            $defs: { A: { properties: { kind: { const: "a" } }, required: ["kind"] } },
          },
        },
      ],
    },
    ["tools[0].input_schema.oneOf"],
  ],
  "all of some objects at the top of a tool's schema": [
    { tool_schema_top: "object" },
    {
      tools: [
        {
          name: "f",
          input_schema: {
            properties: { a: { type: "string" } },
            allOf: [{ properties: { a: { minLength: 1 } }, required: ["a"] }, { required: ["b"] }],
          },
        },
      ],
    },
    {
      tools: [
        {
          name: "f",
          input_schema: {
            type: "object",
            properties: { a: { allOf: [{ type: "string" }, { minLength: 1 }] } },
            required: ["a", "b"],
          },
        },
      ],
    },
    ["tools[0].input_schema.allOf"],
  ],
  "more cache markers than are taken": [
    { cache_marker_count: 2 },
    {
      tools: [{ name: "f", cache_control: mark }],
      system: [{ ...text("s"), cache_control: mark }],
      messages: [user([{ ...result, content: [{ ...text("r"), cache_control: mark }], cache_control: mark }])],
    },
    {
      tools: [{ name: "f" }],
      system: [text("s")],
      messages: [user([{ ...result, content: [{ ...text("r"), cache_control: mark }], cache_control: mark }])],
    },
    ["tools[0].cache_control", "system[0].cache_control"],
  ],
  "more cache markers than are taken, one of them for all": [
    { cache_marker_count: 1 },
    { cache_control: mark, messages: [user([{ ...text("q"), cache_control: mark }])] },
    { cache_control: mark, messages: [user([text("q")])] },
    ["messages[0].content[0].cache_control"],
  ],
  "Claude Code's line for Anthropic's accounts": [
    { billing_line: false },
    { system: [text("x-anthropic-billing-header: cc_version=2; cch=1;"), text("s")] },
    { system: [text("s")] },
    ["system[0]"],
  ],
  "forced tools": [
    { forced_tools: "refused" },
    { tool_choice: { type: "tool", name: "f", disable_parallel_tool_use: true } },
    { tool_choice: { type: "auto", disable_parallel_tool_use: true } },
    ["tool_choice"],
  ],
};

describe("messagesRules mend", () => {
  for (const [what, [traits, before, after, lost = [], respelled = []]] of Object.entries(cases)) {
    test(what, () => {
      const done = mended(messagesRules, traits, parseJson(JSON.stringify({ messages: [], ...before })));
      expect<unknown>(done.body).toEqual({ messages: [], ...after });
      expect(done.lost).toEqual(lost);
      expect(done.respelled).toEqual(respelled);
    });
  }
});

test("Vertex gets its version beside the model where tokens are counted, and in its place elsewhere", () => {
  const traits = { messages_version: "vertex-2023-10-16" } as const;
  const body = { model: "claude-x", messages: [{ role: "user", content: "hi" }] };
  const { messages } = body;
  expect(mended(countRules, traits, body).body).toEqual({ ...body, anthropic_version: traits.messages_version });
  expect(mended(messagesRules, traits, body).body).toEqual({ messages, anthropic_version: traits.messages_version });
});
