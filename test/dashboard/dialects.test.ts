import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { waitUntil } from "../harness/wait-until";
import { browserFile, type Dashboard, startDashboard } from "./browser";

const question = "What is the time?";
const thanks = "Thank you for the time";
const schema = { type: "object", properties: { zone: { type: "string" } } };
const zone = { zone: "Europe/Oslo" };

const blocks = [
  { role: "user", content: question },
  { role: "assistant", content: [{ type: "tool_use", id: "c1", name: "clock", input: zone }] },
  {
    role: "user",
    content: [
      { type: "tool_result", tool_use_id: "c1", content: "high noon" },
      { type: "text", text: thanks },
    ],
  },
];
const tools = [{ name: "clock", input_schema: schema }];

/** One conversation, with a call and its result, as clients of each dialect say it: where, and what, whole and streamed. */
const asked: readonly {
  readonly endpoint: string;
  readonly paths: readonly [string, string];
  readonly body: object;
}[] = [
  {
    endpoint: "chat.completions",
    paths: ["/v1/chat/completions", "/v1/chat/completions"],
    body: {
      model: "demo/echo",
      messages: [
        { role: "user", content: question },
        {
          role: "assistant",
          tool_calls: [{ id: "c1", type: "function", function: { name: "clock", arguments: JSON.stringify(zone) } }],
        },
        { role: "tool", tool_call_id: "c1", content: "high noon" },
        { role: "user", content: thanks },
      ],
      tools: [{ type: "function", function: { name: "clock", parameters: schema } }],
    },
  },
  {
    endpoint: "responses",
    paths: ["/v1/responses", "/v1/responses"],
    body: {
      model: "demo/echo",
      input: [
        { role: "user", content: question },
        { type: "function_call", call_id: "c1", name: "clock", arguments: JSON.stringify(zone) },
        { type: "function_call_output", call_id: "c1", output: "high noon" },
        { role: "user", content: thanks },
      ],
      tools: [{ type: "function", name: "clock", parameters: schema }],
    },
  },
  {
    endpoint: "messages",
    paths: ["/v1/messages", "/v1/messages"],
    body: { model: "demo/echo", max_tokens: 100, messages: blocks, tools },
  },
  {
    endpoint: "gemini.generate",
    paths: ["/v1beta/models/demo%2Fecho:generateContent", "/v1beta/models/demo%2Fecho:streamGenerateContent?alt=sse"],
    body: {
      contents: [
        { role: "user", parts: [{ text: question }] },
        { role: "model", parts: [{ functionCall: { name: "clock", args: zone } }] },
        { role: "user", parts: [{ functionResponse: { name: "clock", response: { result: "high noon" } } }] },
        { role: "user", parts: [{ text: thanks }] },
      ],
      tools: [{ functionDeclarations: [{ name: "clock", parametersJsonSchema: schema }] }],
    },
  },
  {
    endpoint: "converse",
    paths: ["/bedrock/model/demo%2Fecho/converse", "/bedrock/model/demo%2Fecho/converse-stream"],
    body: {
      messages: [
        { role: "user", content: [{ text: question }] },
        { role: "assistant", content: [{ toolUse: { toolUseId: "c1", name: "clock", input: zone } }] },
        {
          role: "user",
          content: [{ toolResult: { toolUseId: "c1", content: [{ text: "high noon" }] } }, { text: thanks }],
        },
      ],
      toolConfig: { tools: [{ toolSpec: { name: "clock", inputSchema: { json: schema } } }] },
    },
  },
  {
    endpoint: "invoke",
    paths: ["/bedrock/model/demo%2Fecho/invoke", "/bedrock/model/demo%2Fecho/invoke-with-response-stream"],
    body: { anthropic_version: "bedrock-2023-05-31", max_tokens: 100, messages: blocks, tools },
  },
];
/** The dialects that say in their body that they want a stream. */
const sayStream = ["chat.completions", "responses", "messages"];
const cases = asked.flatMap(({ endpoint }) => [false, true].map((stream) => ({ endpoint, stream })));

let dashboard: Dashboard;

describe.skipIf(browserFile === undefined)("a request of any dialect", () => {
  beforeAll(async () => {
    dashboard = await startDashboard({ config: { providers: { demo: {} } } });
    for (const { endpoint, paths, body } of asked)
      for (const [index, path] of paths.entries()) {
        const sent = { ...body, ...(index === 1 && sayStream.includes(endpoint) && { stream: true }) };
        const response = await dashboard.headgate.post(path, sent);
        await response.arrayBuffer();
        if (!response.ok) throw new Error(`Cannot ask ${path}: ${response.status}`);
      }
    await waitUntil("the records", async () => (await records("")).length === cases.length);
  });
  afterAll(async () => {
    await dashboard?.stop();
  });

  test.each(cases)("is read as a conversation, made code of, and sent again: %o", async ({ endpoint, stream }) => {
    const [record] = await records(`endpoint=${endpoint}&stream=${stream}`);
    const page = await dashboard.open(`/requests?open=${record?.id}`);
    const sheet = page.getByRole("dialog");
    const call = sheet.getByRole("article").filter({ hasText: "calls" });
    await call.getByText("clock").waitFor();
    await call.getByText("Europe/Oslo", { exact: false }).waitFor();
    // Beside its call, and nowhere else.
    await call.getByText("high noon", { exact: false }).waitFor();
    expect(await sheet.getByText("high noon", { exact: false }).count()).toBe(1);
    await sheet.getByText("1 tool offered").waitFor();
    const answer = sheet.getByRole("article").last();
    expect(await answer.getByRole("heading").textContent()).toBe("assistant");
    await answer.getByText(thanks, { exact: false }).waitFor();

    await sheet.getByRole("tab", { name: "Usage and cost" }).click();
    await sheet.getByRole("row", { name: /^Output [\d,]+ \$/ }).waitFor();
    await sheet.getByRole("tab", { name: "Code" }).click();
    for (const name of ["curl", "Python", "TypeScript"]) {
      await sheet.getByRole("button", { name, exact: true }).click();
      expect(await sheet.getByLabel("The request as code").textContent()).toContain("Europe/Oslo");
    }
    await sheet.getByRole("tab", { name: "Replay" }).click();
    await sheet.getByRole("button", { name: "Send" }).click();
    await sheet.getByText("The same text, word by word.").waitFor();
    await page.close();
  });

  test("broke no policy, asked no other host and threw nothing", () => {
    expect(dashboard.faults()).toEqual([]);
  });
});

async function records(query: string): Promise<readonly { readonly id: string }[]> {
  return JSON.parse(await (await dashboard.headgate.admin("GET", `/api/logs?limit=100&order=oldest&${query}`)).text())
    .data;
}
