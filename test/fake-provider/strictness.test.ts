import { expect, test } from "bun:test";
import { checkConverseRequest } from "./bedrock-converse-check.ts";
import { Refusal } from "./dialect.ts";
import { checkGenerateRequest } from "./gemini-check.ts";
import { checkResponsesRequest } from "./openai-responses-check.ts";
import { thinkingSignature } from "./thinking-signature.ts";

type Row = readonly [what: string, body: object, refusal: RegExp | undefined];

const claude = "anthropic.claude-sonnet-4-5-20250929-v1:0";

const responses = (...input: readonly object[]) => ({
  model: "gpt-5.1",
  input: [{ role: "user", content: "q" }, ...input],
});
const call = { type: "function_call", call_id: "c", name: "f", arguments: "{}" };
const output = { type: "function_call_output", call_id: "c", output: "ok" };

const responsesRows: readonly Row[] = [
  ["a call with its output", responses(call, output), undefined],
  ["a call without an output", responses(call), /^No tool output found for function call c/],
  ["an output without its call", responses(output), /^No tool call found for function call output/],
  ["an id of another kind", responses({ ...call, id: "call_1" }, output), /Expected an ID that begins with 'fc'/],
  ["a long call id", responses({ ...call, call_id: "x".repeat(65) }), /maximum length 64/],
  [
    "what the assistant said as input",
    responses({ role: "assistant", content: [{ type: "input_text", text: "a" }] }),
    /'output_text', 'refusal'/,
  ],
  ["a reference to what is not kept", responses({ type: "item_reference", id: "rs_1" }), /not found/],
  ["reasoning without its state", responses({ type: "reasoning", id: "rs_1", summary: [] }, call, output), /not found/],
  ["a small limit", { ...responses(), max_output_tokens: 15 }, />= 16/],
  [
    "tools of Chat Completions",
    { ...responses(), tools: [{ type: "function", function: { name: "f" } }] },
    /'tools\[0\].name'/,
  ],
];

const said = (role: string, ...parts: readonly object[]) => ({ role, parts });
const generate = (...contents: readonly object[]) => ({ contents });
const geminiCall = { functionCall: { name: "f", args: {} } };
const geminiResult = { functionResponse: { name: "f", response: { output: "ok" } } };
const declared = (parameters: object) => ({
  ...generate(said("user", { text: "q" })),
  tools: [{ functionDeclarations: [{ name: "f", parameters }] }],
});

const geminiRows: readonly Row[] = [
  [
    "a call and its response",
    generate(said("user", { text: "q" }), said("model", geminiCall), said("user", geminiResult)),
    undefined,
  ],
  [
    "two calls and one response",
    generate(said("user", { text: "q" }), said("model", geminiCall, geminiCall), said("user", geminiResult)),
    /number of function response parts/,
  ],
  [
    "a call at the beginning",
    generate(said("model", geminiCall), said("user", geminiResult)),
    /immediately after a user turn/,
  ],
  ["a response without a call", generate(said("user", geminiResult)), /immediately after a function call turn/],
  ["a part without anything", generate(said("user", {})), /required oneof field 'data'/],
  ["a role of another dialect", generate(said("assistant", { text: "a" })), /valid role: user, model/],
  [
    "a signature on another part",
    generate(said("user", { text: "q" }), said("model", { text: "a", thoughtSignature: "c2ln" })),
    /Corrupted thought signature/,
  ],
  [
    "a keyword that Google does not know",
    declared({ type: "OBJECT", additionalProperties: false }),
    /Unknown name "additionalProperties"/,
  ],
  ["a list without items", declared({ type: "OBJECT", properties: { a: { type: "ARRAY" } } }), /items: missing field/],
  [
    "numbers in an enum",
    declared({ type: "OBJECT", properties: { a: { type: "INTEGER", enum: [1] } } }),
    /TYPE_STRING/,
  ],
  [
    "a required name without its schema",
    declared({ type: "OBJECT", properties: {}, required: ["a"] }),
    /property is not defined/,
  ],
];

const turn = (role: string, ...content: readonly object[]) => ({ role, content });
const toolConfig = { tools: [{ toolSpec: { name: "f", inputSchema: { json: { type: "object" } } } }] };
const converse = (...messages: readonly object[]) => ({ messages, toolConfig });
const use = { toolUse: { toolUseId: "t", name: "f", input: {} } };
const result = { toolResult: { toolUseId: "t", content: [{ text: "ok" }] } };
const document = (name: string) => ({ document: { name, format: "pdf", source: { bytes: "JVBERi0=" } } });
const thought = (signature: string) => ({ reasoningContent: { reasoningText: { text: "hm", signature } } });
const thinking = { additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: 2000 } } };
const q = turn("user", { text: "q" });

const converseRows: readonly Row[] = [
  ["a call and its result", converse(q, turn("assistant", use), turn("user", result)), undefined],
  ["a call without a result", converse(q, turn("assistant", use), q), /^Expected toolResult blocks at messages.2/],
  ["a result without a call", converse(turn("user", result)), /exceeds the number of toolUse blocks/],
  ["two turns of the user", converse(q, q), /must alternate/],
  ["an assistant at the beginning", converse(turn("assistant", { text: "a" })), /must start with a user message/],
  ["a blank text", converse(turn("user", { text: " " })), /is blank/],
  [
    "calls without tools",
    { messages: [q, turn("assistant", use), turn("user", result)] },
    /toolConfig field must be defined/,
  ],
  [
    "an odd id",
    converse(q, turn("assistant", { toolUse: { ...use.toolUse, toolUseId: "a|b" } })),
    /regular expression pattern/,
  ],
  ["a document's file name", converse(turn("user", { text: "q" }, document("a.pdf"))), /file name can only contain/],
  [
    "two documents of one name",
    converse(turn("user", { text: "q" }, document("a"), document("a"))),
    /duplicate document names/,
  ],
  ["a document alone", converse(turn("user", document("a"))), /text block must be included/],
  [
    "an empty result of a failed call",
    converse(q, turn("assistant", use), turn("user", { toolResult: { toolUseId: "t", content: [], status: "error" } })),
    /cannot be empty when status value is error/,
  ],
  [
    "a signature that Claude did not give",
    converse(q, turn("assistant", thought("c2ln"), { text: "a" }), q),
    /Invalid `signature`/,
  ],
  [
    "calls that nobody thought about",
    { ...converse(q, turn("assistant", use), turn("user", result)), ...thinking },
    /must start with a thinking block/,
  ],
  [
    "calls that Claude thought about",
    { ...converse(q, turn("assistant", thought(thinkingSignature("hm")), use), turn("user", result)), ...thinking },
    undefined,
  ],
];

const tables = [
  ["Responses", responsesRows, (body: object) => checkResponsesRequest({ ...body })],
  ["generateContent", geminiRows, (body: object) => checkGenerateRequest({ ...body }, "gemini-2.5-flash")],
  ["Converse", converseRows, (body: object) => checkConverseRequest({ ...body }, claude)],
] as const;

for (const [dialect, rows, check] of tables)
  for (const [what, body, refusal] of rows)
    test(`the fake provider ${refusal === undefined ? "takes" : "refuses"} ${what} (${dialect})`, () => {
      if (refusal === undefined) check(body);
      else expect(messageOf(() => check(body))).toMatch(refusal);
    });

function messageOf(work: () => void): string {
  try {
    work();
    return "";
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}
