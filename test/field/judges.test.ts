import { expect, test } from "bun:test";
import { type Body, fits } from "../judges/rule.ts";
import { vendors } from "../judges/vendors.ts";
import { readShapes } from "./shapes.ts";

const shapes = readShapes();
const user = { role: "user", content: "hello" };
const weather = { name: "get_weather", input_schema: { type: "object", properties: {} } };
const marked = (count: number) =>
  Array.from({ length: count }, () => ({ type: "text", text: "a", cache_control: { type: "ephemeral" } }));
const called = { role: "assistant", content: null, tool_calls: [{ id: "abcdefghi", type: "function", function: {} }] };

/** What no client's request in the fixtures does. */
const samples: { readonly [rule: string]: Body } = {
  "anthropic/high-effort-without-thinking": { thinking: { type: "disabled" }, output_config: { effort: "max" } },
  "anthropic/effort-levels": { output_config: { effort: "xhigh" } },
  "anthropic/context-management-is-beta": { context_management: { edits: [] } },
  "anthropic/four-cache-markers": { messages: [{ role: "user", content: marked(5) }] },
  "anthropic/choices-at-the-top-of-a-schema": {
    tools: [{ ...weather, input_schema: { ...weather.input_schema, anyOf: [] } }],
  },
  "anthropic/schemas-are-closed": {
    output_config: { format: { type: "json_schema", schema: { type: "object", properties: {} } } },
  },
  "deepseek/tools-are-functions": { tools: [{ type: "custom", custom: { name: "a" } }] },
  "fireworks/long-answers-are-streamed": { max_tokens: 8000 },
  "gemini/effort-levels": { reasoning_effort: "max" },
  "groq/one-choice": { n: 2 },
  "groq/json-mode-names-json": { response_format: { type: "json_object" }, messages: [user] },
  "mistral/documents": { messages: [{ role: "user", content: [{ type: "file", file: { file_data: "a" } }] }] },
  "mistral/results-for-calls": { messages: [user, called, user] },
  "mistral/assistant-says-something": { messages: [user, { role: "assistant", content: "" }, user] },
  "moonshot/temperature": { temperature: 1.5 },
  "moonshot/always-thinks": { thinking: { type: "disabled" } },
  "openai/sampling-while-reasoning": { reasoning_effort: "low", temperature: 0.5 },
  "openai/strict-schemas": {
    response_format: { type: "json_schema", json_schema: { strict: true, schema: { type: "object" } } },
  },
  "openrouter/effort-or-budget": { reasoning: { effort: "low", max_tokens: 1000 } },
  "zhipu/temperature": { temperature: 1.5 },
  "zhipu/thinking-cannot-be-off": { thinking: { type: "disabled" } },
};

for (const vendor of vendors) {
  test(`${vendor.id} has a name and a public source for each rule, and each objects to something`, () => {
    const names = vendor.rules.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(vendor.rules.filter(({ source }) => !source.startsWith("https://"))).toEqual([]);
    const bodies = shapes.filter(({ path }) => path.includes("messages") === (vendor.dialect === "anthropic-messages"));
    const idle = vendor.rules.filter((rule) => {
      const sample = samples[`${vendor.id}/${rule.name}`];
      const asked = [...bodies, ...(sample === undefined ? [] : [{ body: sample, beta: "" }])];
      const models = vendor.models.filter((model) => fits(rule, model));
      return !models.some((model) =>
        asked.some(({ body, beta = "" }) => rule.objects({ ...body, model }, { model, beta }) !== undefined),
      );
    });
    expect(idle.map(({ name }) => name)).toEqual([]);
  });
}
