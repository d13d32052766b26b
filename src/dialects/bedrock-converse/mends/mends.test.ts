import { expect, test } from "bun:test";
import type { JsonObject } from "#lib/json";
import { scanTopLevel } from "#lib/json-scan";
import { spliceTopLevel } from "#lib/json-splice";
import { traitsOf } from "#traits/resolve";
import { mendBody, mendsFor } from "../../mend";
import { converseRules } from "./rules";

/** What passes to a model at Bedrock, from its own client. */
function passed(model: string, body: JsonObject) {
  const traits = traitsOf({ provider: "bedrock", dialect: "bedrock-converse", model }, "passed");
  const scan = scanTopLevel(Buffer.from(JSON.stringify(body)));
  const mended = mendBody(scan, mendsFor(converseRules, traits));
  const bytes = mended === undefined ? scan.bytes : spliceTopLevel(scan, mended.changes);
  return { body: JSON.parse(Buffer.from(bytes).toString()), lost: mended?.lost ?? [], names: mended?.toolNames };
}

const sonnet45 = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const newest = "global.anthropic.claude-opus-5-20270101-v1:0";
const ask = [{ role: "user", content: [{ text: "q" }] }];
const signature = Buffer.from("a signature of Anthropic's, long enough").toString("base64");

test("converseRules leave a request alone that a model takes", () => {
  const body = {
    messages: ask,
    inferenceConfig: { maxTokens: 4000, temperature: 0.5 },
    toolConfig: { tools: [{ toolSpec: { name: "look", inputSchema: { json: { type: "object" } } } }] },
  };
  expect(passed(sonnet45, body)).toEqual({ body, lost: [], names: undefined });
  expect(
    passed("acme.unknown-v1:0", { ...body, additionalModelRequestFields: { thinking: { type: "enabled" } } }).lost,
  ).toEqual([]);
});

test("converseRules take out the words for reasoning that another maker's models have", () => {
  const fields = { thinking: { type: "enabled", budget_tokens: 2000 }, reasoningConfig: { type: "enabled" }, a: 1 };
  const body = { messages: ask, inferenceConfig: { maxTokens: 4000 }, additionalModelRequestFields: fields };
  const { reasoningConfig, thinking, a } = fields;
  expect(passed("amazon.nova-2-lite-v1:0", body).body.additionalModelRequestFields).toEqual({ reasoningConfig, a });
  expect(passed(sonnet45, body)).toMatchObject({
    body: { additionalModelRequestFields: { thinking, a } },
    lost: ["additionalModelRequestFields.reasoningConfig"],
  });
  const alone = { messages: ask, additionalModelRequestFields: { reasoningConfig } };
  expect(passed(sonnet45, alone).body).toEqual({ messages: ask });
});

test("converseRules keep signed reasoning from models that take none", () => {
  const said = (text: JsonObject): JsonObject => ({
    role: "assistant",
    content: [{ reasoningContent: { reasoningText: text } }, { text: "a" }],
  });
  const messages: JsonObject[] = [...ask, said({ text: "hm", signature }), ...ask, said({ text: "hm" }), ...ask];
  const { body, lost } = passed("openai.gpt-oss-120b-1:0", { messages });
  expect(lost).toEqual(["messages[1].content[0]"]);
  expect(body.messages[1].content).toEqual([{ text: "a" }]);
  expect(body.messages[3]).toEqual(messages[3]);
});

test("converseRules hold Claude to the sampling and thinking that its generation takes", () => {
  const thinking = { type: "enabled", budget_tokens: 2000 };
  expect(
    passed(sonnet45, {
      messages: ask,
      inferenceConfig: { maxTokens: 9000, temperature: 0.5, topP: 0.5 },
      additionalModelRequestFields: { thinking, top_k: 3 },
    }),
  ).toMatchObject({
    body: { inferenceConfig: { maxTokens: 9000 }, additionalModelRequestFields: { thinking } },
    lost: ["inferenceConfig.temperature", "inferenceConfig.topP", "additionalModelRequestFields.top_k"],
  });
  const adaptive = passed(newest, {
    messages: ask,
    inferenceConfig: { temperature: 0.5 },
    additionalModelRequestFields: { thinking },
  });
  expect(adaptive.body).toEqual({
    messages: ask,
    additionalModelRequestFields: { thinking: { type: "adaptive" }, output_config: { effort: "low" } },
  });
  expect(adaptive.lost).toEqual(["additionalModelRequestFields.thinking", "inferenceConfig.temperature"]);
});

test("converseRules take out reasoning that somebody else signed, and thinking that could not go on without", () => {
  const call = { toolUse: { toolUseId: "a", name: "look", input: {} } };
  const result = { role: "user", content: [{ toolResult: { toolUseId: "a", content: [{ text: "warm" }] } }] };
  const turns = (reasoningContent: JsonObject) => [
    ...ask,
    { role: "assistant", content: [{ reasoningContent }, call] },
    result,
  ];
  const thinking = { type: "enabled", budget_tokens: 2000 };
  const asked = { additionalModelRequestFields: { thinking } };
  const own = turns({ reasoningText: { text: "Since", signature } });
  expect(passed(sonnet45, { messages: own, ...asked }).lost).toEqual([]);
  const foreign = Buffer.from("headgate.openai-responses.abc").toString("base64");
  for (const content of [{ reasoningText: { text: "Since" } }, { redactedContent: foreign }]) {
    const { body, lost } = passed(sonnet45, { messages: turns(content), ...asked });
    expect(body.messages[1].content).toEqual([call]);
    expect(body.additionalModelRequestFields).toBeUndefined();
    expect(lost).toEqual(["messages[1].content[0]", "additionalModelRequestFields.thinking"]);
  }
});

test("converseRules keep the last four cache points, no blank text, and no beginning of an answer where none is taken", () => {
  const cachePoint = { type: "default" };
  const { body, lost } = passed(newest, {
    system: [{ text: "S" }, { cachePoint }],
    toolConfig: { tools: [{ toolSpec: { name: "look", inputSchema: { json: { type: "object" } } } }, { cachePoint }] },
    messages: [
      {
        role: "user",
        content: [{ text: "1" }, { cachePoint }, { text: " " }, { text: "2" }, { cachePoint }, { cachePoint }],
      },
      { role: "assistant", content: [{ text: "So" }] },
    ],
  });
  expect(body.toolConfig.tools).toHaveLength(1);
  expect(body.messages[0].content).toEqual([
    { text: "1" },
    { cachePoint },
    { text: "2" },
    { cachePoint },
    { cachePoint },
  ]);
  expect(body.messages.at(-1).role).toBe("user");
  expect(lost).toEqual(["toolConfig.tools[1]", "messages[0].content[2]", "messages[1]"]);
});

test("converseRules shorten names of tools wherever they stand, and give choices at a schema's top one object", () => {
  const name = "fs.read".repeat(20);
  const { body, names } = passed(sonnet45, {
    messages: [...ask, { role: "assistant", content: [{ toolUse: { toolUseId: "a", name, input: {} } }] }],
    toolConfig: {
      tools: [{ toolSpec: { name, inputSchema: { json: { anyOf: [{ properties: { a: { type: "string" } } }] } } } }],
      toolChoice: { tool: { name } },
    },
  });
  const [sent = ""] = names?.keys() ?? [];
  expect(sent).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
  expect(names?.get(sent)).toBe(name);
  expect(body.toolConfig.toolChoice.tool.name).toBe(sent);
  expect(body.messages[1].content[0].toolUse.name).toBe(sent);
  expect(body.toolConfig.tools[0].toolSpec).toEqual({
    name: sent,
    inputSchema: { json: { properties: { a: { type: "string" } }, type: "object" } },
  });
});

test("converseRules join what stood around a turn of which nothing is left", () => {
  const thought = { role: "assistant", content: [{ reasoningContent: { reasoningText: { text: "hm", signature } } }] };
  const { body, lost } = passed("amazon.nova-2-lite-v1:0", { messages: [...ask, thought, ...ask] });
  expect(body).toEqual({ messages: [{ role: "user", content: [{ text: "q" }, { text: "q" }] }] });
  expect(lost).toEqual(["messages[1].content[0]"]);
});

test("converseRules close the schemas of answers and strict tools for Claude, whose keywords move where it reads them", () => {
  const open = {
    type: "object",
    properties: { n: { type: "integer", minimum: 1 }, o: { type: "object", properties: {} } },
  };
  const closed = {
    type: "object",
    properties: {
      n: { type: "integer", description: "{minimum: 1}" },
      o: { type: "object", properties: {}, additionalProperties: false },
    },
    additionalProperties: false,
  };
  const withSchema = (schema: string) => ({
    textFormat: { type: "json_schema", structure: { jsonSchema: { schema, name: "n" } } },
  });
  const tool = (json: JsonObject, strict: boolean) => ({ toolSpec: { name: "look", inputSchema: { json }, strict } });
  const body = {
    messages: ask,
    outputConfig: withSchema(JSON.stringify(open)),
    toolConfig: { tools: [tool(open, true), tool(open, false)] },
  };
  const { body: sent, lost } = passed(sonnet45, body);
  expect(JSON.parse(sent.outputConfig.textFormat.structure.jsonSchema.schema)).toEqual(closed);
  expect(sent.toolConfig.tools).toEqual([tool(closed, true), tool(open, false)]);
  expect(lost).toEqual([
    "toolConfig.tools[0].toolSpec.inputSchema.json.properties.n.minimum",
    "outputConfig.textFormat.structure.jsonSchema.schema.properties.n.minimum",
  ]);
  for (const schema of ["no JSON", JSON.stringify(closed)]) {
    const asked = { messages: ask, outputConfig: withSchema(schema) };
    expect(passed(sonnet45, asked)).toMatchObject({ body: asked, lost: [] });
  }
  expect(passed("qwen.qwen3-32b-v1:0", body).body).toEqual(body);
});
