import { expect, test } from "bun:test";
import { chatAs, chatEndpoints, unsaidAs } from "./chat-as";
import { codeOf } from "./code-of";
import { pythonLiteral } from "./python-literal";

const origin = "http://127.0.0.1:8080";
const pixel = "data:image/png;base64,AAAA";
const chat = {
  model: "demo/echo",
  messages: [
    { role: "system", content: "Be kind" },
    {
      role: "user",
      content: [
        { type: "text", text: "It's “what”?" },
        { type: "image_url", image_url: { url: pixel } },
      ],
    },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "c1", type: "function", function: { name: "clock", arguments: '{"zone":null}' } }],
    },
    { role: "tool", tool_call_id: "c1", content: "noon" },
    { role: "user", content: "Thanks" },
  ],
  max_completion_tokens: 20,
  temperature: 0.5,
  tools: [{ type: "function", function: { name: "clock", parameters: { type: "object" } } }],
};
const schema = { type: "object" };

test("chatAs() says the same in each dialect", () => {
  expect(chatAs("chat.completions", chat)).toBe(chat);
  expect(chatAs("messages", chat)).toEqual({
    model: "demo/echo",
    max_tokens: 20,
    system: "Be kind",
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "It's “what”?" },
          { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
        ],
      },
      { role: "assistant", content: [{ type: "tool_use", id: "c1", name: "clock", input: { zone: null } }] },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "c1", content: "noon" },
          { type: "text", text: "Thanks" },
        ],
      },
    ],
    temperature: 0.5,
    tools: [{ name: "clock", description: "", input_schema: schema }],
  });
  expect(chatAs("gemini.generate", chat)).toEqual({
    systemInstruction: { parts: [{ text: "Be kind" }] },
    contents: [
      { role: "user", parts: [{ text: "It's “what”?" }, { inlineData: { mimeType: "image/png", data: "AAAA" } }] },
      { role: "model", parts: [{ functionCall: { id: "c1", name: "clock", args: { zone: null } } }] },
      {
        role: "user",
        parts: [{ functionResponse: { id: "c1", name: "clock", response: { result: "noon" } } }, { text: "Thanks" }],
      },
    ],
    tools: [{ functionDeclarations: [{ name: "clock", description: "", parametersJsonSchema: schema }] }],
    generationConfig: { maxOutputTokens: 20, temperature: 0.5 },
  });
  expect(chatAs("converse", chat)).toEqual({
    system: [{ text: "Be kind" }],
    messages: [
      { role: "user", content: [{ text: "It's “what”?" }, { image: { format: "png", source: { bytes: "AAAA" } } }] },
      { role: "assistant", content: [{ toolUse: { toolUseId: "c1", name: "clock", input: { zone: null } } }] },
      { role: "user", content: [{ toolResult: { toolUseId: "c1", content: [{ text: "noon" }] } }, { text: "Thanks" }] },
    ],
    inferenceConfig: { maxTokens: 20, temperature: 0.5 },
    toolConfig: { tools: [{ toolSpec: { name: "clock", description: "", inputSchema: { json: schema } } }] },
  });
});

test("chatAs() carries reasoning effort in each dialect's words, and JSON mode where there is one", () => {
  const json = { type: "json_object" };
  const asked = (effort: string) => ({ model: "a", messages: [], reasoning_effort: effort, response_format: json });
  expect(chatAs("messages", asked("high"))).toMatchObject({
    max_tokens: 1024 + 24_576,
    thinking: { type: "adaptive" },
    output_config: { effort: "high" },
  });
  expect(chatAs("messages", asked("minimal"))).toMatchObject({ output_config: { effort: "low" } });
  expect(chatAs("converse", asked("medium"))).toMatchObject({ outputConfig: { effort: "medium" } });
  expect(chatAs("gemini.generate", asked("medium"))).toMatchObject({
    generationConfig: { responseMimeType: "application/json", thinkingConfig: { thinkingBudget: 8192 } },
  });
  const unsaid = (body: object) => chatEndpoints.map((endpoint) => unsaidAs(endpoint, { ...body }));
  expect(unsaid(asked("low"))).toEqual([[], ["JSON mode"], [], ["JSON mode"]]);
  expect(unsaid(chat)).toEqual([[], [], [], []]);
});

test("chatAs() carries the form of answers, stop sequences and a seed", () => {
  const form = { type: "object", properties: { city: { type: "string" } } };
  const format = { type: "json_schema", json_schema: { name: "place", schema: form, strict: true } };
  const asked = { model: "a", messages: [], seed: 7, stop: ["END", "\n"], response_format: format };
  expect(chatAs("messages", asked)).toMatchObject({
    stop_sequences: ["END", "\n"],
    output_config: { format: { type: "json_schema", schema: form } },
  });
  expect(chatAs("gemini.generate", asked)).toMatchObject({
    generationConfig: {
      seed: 7,
      stopSequences: ["END", "\n"],
      responseMimeType: "application/json",
      responseJsonSchema: form,
    },
  });
  expect(chatAs("converse", asked)).toMatchObject({
    inferenceConfig: { stopSequences: ["END", "\n"] },
    outputConfig: {
      textFormat: {
        type: "json_schema",
        structure: { jsonSchema: { name: "place", schema: JSON.stringify(form) } },
      },
    },
  });
  expect(chatEndpoints.map((endpoint) => unsaidAs(endpoint, asked))).toEqual([[], ["seed"], [], ["seed"]]);
});

const invoked = { anthropic_version: "bedrock-2023-05-31", max_tokens: 9, messages: [{ role: "user", content: "Hi" }] };
const requests = [
  ...chatEndpoints.map((endpoint) => ({ endpoint, body: chatAs(endpoint, chat) })),
  { endpoint: "responses", body: { model: "demo/echo", input: "Hi" } },
  { endpoint: "invoke", body: invoked },
];

const programs = requests.flatMap(({ endpoint, body }) =>
  [false, true].flatMap((stream) =>
    [origin, "https://ai.example.com"].map((from) =>
      codeOf({ origin: from, endpoint, model: "demo/echo", stream, body }),
    ),
  ),
);

test("codeOf() makes TypeScript that can be read, whole and streamed, of each endpoint", () => {
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  for (const snippets of programs) {
    expect(snippets.map(({ name }) => name)).toEqual(["curl", "Python", "TypeScript"]);
    for (const { code } of snippets) expect(code).toContain("HEADGATE_KEY");
    expect(() => transpiler.transformSync(snippets[2]?.code ?? "")).not.toThrow();
  }
});

const python = Bun.which("python3");

test.skipIf(python === null)("codeOf() makes Python that can be read", () => {
  const check = "import ast, json, sys\nfor code in json.load(sys.stdin): ast.parse(code)";
  const stdin = Buffer.from(JSON.stringify(programs.map((snippets) => snippets[1]?.code ?? "")));
  const { stderr } = Bun.spawnSync([python ?? "", "-c", check], { stdin });
  expect(stderr.toString()).toBe("");
});

test("codeOf() names the model in the address where the body does not, and escapes for the shell", () => {
  const curl = (endpoint: string, stream: boolean, body: object) =>
    codeOf({ origin, endpoint, model: "demo/echo", stream, body: { ...body } })[0]?.code ?? "";
  const gemini = chatAs("gemini.generate", chat);
  expect(curl("gemini.generate", true, gemini)).toContain(
    `-N '${origin}/v1beta/models/demo/echo:streamGenerateContent?alt=sse'`,
  );
  expect(curl("gemini.generate", false, gemini)).toContain("It'\\''s");
  expect(curl("converse", true, chatAs("converse", chat))).toContain("/model/demo%2Fecho/converse-stream'");
  expect(curl("invoke", false, invoked)).toContain("/model/demo%2Fecho/invoke'");
  expect(curl("messages", false, chatAs("messages", chat))).toContain("anthropic-version: 2023-06-01");
  expect(codeOf({ origin, endpoint: "batches", model: "a", stream: false, body: {} })).toEqual([]);
});

test("codeOf() gives AWS's libraries bytes, and Google's one config", () => {
  const code = (endpoint: "converse" | "gemini.generate") =>
    codeOf({ origin, endpoint, model: "demo/echo", stream: false, body: chatAs(endpoint, chat) });
  expect(code("converse")[1]?.code).toContain('base64.b64decode("AAAA")');
  expect(code("converse")[2]?.code).toContain('Buffer.from("AAAA", "base64")');
  expect(code("gemini.generate")[1]?.code).toContain("config={");
  expect(code("gemini.generate")[1]?.code).toContain('"maxOutputTokens": 20');
});

test("codeOf() leaves bytes of a tool's own, and texts like them, as they are", () => {
  const source = { bytes: "QUJD" };
  const body = {
    messages: [
      {
        role: "user",
        content: [{ text: "base64:x" }, { text: '"bytes": "QUJD"' }, { image: { format: "png", source } }],
      },
      { role: "assistant", content: [{ toolUse: { toolUseId: "t1", name: "save", input: { bytes: "no", source } } }] },
      { role: "user", content: [{ toolResult: { toolUseId: "t1", content: [{ json: { source } }] } }] },
    ],
    toolConfig: { tools: [{ toolSpec: { name: "save", inputSchema: { json: { properties: source } } } }] },
    additionalModelRequestFields: { source },
  };
  const [, inPython, inTypeScript] = codeOf({ origin, endpoint: "converse", model: "a", stream: false, body });
  expect(inPython?.code.match(/b64decode/g)).toHaveLength(1);
  expect(inPython?.code).toContain('"source": {\n                            "bytes": base64.b64decode("QUJD"),');
  expect(inPython?.code).toContain('"bytes": "no"');
  expect(inTypeScript?.code.match(/Buffer\.from\("QUJD", "base64"\)/g)).toHaveLength(1);
  expect(inTypeScript?.code).toContain('"text": "base64:x"');
});

test("pythonLiteral() writes JSON as Python does", () => {
  expect(pythonLiteral({ a: [null, true], b: {}, c: [] })).toBe(
    '{\n    "a": [\n        None,\n        True,\n    ],\n    "b": {},\n    "c": [],\n}',
  );
});
