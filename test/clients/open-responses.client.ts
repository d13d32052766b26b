import assert from "node:assert/strict";
import { pick } from "../harness/pick.ts";
import { startTarget } from "./start-target.ts";

// Cases of the Open Responses compliance list that `programs/compliance.client.ts` does not run, judged as that list does: the fields
// that a response must have, and what each case wants of it.
// https://github.com/openresponses/openresponses/blob/main/src/lib/compliance-tests.ts
const target = await startTarget();
const weather = {
  ...{ type: "function", name: "get_weather", description: "Get the current weather for a location" },
  parameters: { type: "object", properties: { location: { type: "string" } }, required: ["location"] },
};
/** https://www.openresponses.org/reference: what ResponseResource requires. */
const required =
  "id object created_at completed_at status incomplete_details model previous_response_id instructions output error tools tool_choice truncation parallel_tool_calls text top_p presence_penalty frequency_penalty top_logprobs temperature reasoning usage max_output_tokens max_tool_calls store background service_tier metadata safety_identifier prompt_cache_key".split(
    " ",
  );

type Item = { readonly type: string; readonly call_id?: string };
type Response = { readonly id: string; readonly status: string; readonly output: readonly Item[] };
type Event = { readonly type: string; readonly item?: Item; readonly response?: Response };

async function post(body: object): Promise<string> {
  const answer = await fetch(`${target.url}/v1/responses`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${target.key}` },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return text;
}

async function ask(body: object): Promise<Response> {
  return checked(JSON.parse(await post(body)));
}

function checked(response: Response): Response {
  const missing = required.filter((name) => !(name in response));
  assert.deepEqual(missing, []);
  assert.ok(response.output.length > 0);
  return response;
}

for (const model of target.models("openai-responses")) {
  const forced = { model, tools: [weather], tool_choice: { type: "function", name: "get_weather" } };

  target.test(`tool-calling-streaming on ${model}`, async () => {
    const text = await post({ ...forced, input: "What's the weather like in San Francisco?", stream: true });
    const events = [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, json = ""]): Event => JSON.parse(json));
    const calls = (type: string) => events.filter((each) => each.type === type && each.item?.type === "function_call");
    assert.equal(calls("response.output_item.added").length, 1);
    assert.equal(calls("response.output_item.done").length, 1);
    const types = events.map(({ type }) => type);
    for (const end of ["delta", "done"]) assert.ok(types.includes(`response.function_call_arguments.${end}`), end);
    const last = events.at(-1);
    assert.equal(last?.type, "response.completed");
    assert.ok(last?.response);
    checked(last.response);
  });

  target.test(`file-input on ${model}`, async () => {
    const data = Buffer.from("%PDF-1.1\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF").toString("base64");
    const file = { type: "input_file", filename: "fixture.pdf", file_data: `data:application/pdf;base64,${data}` };
    const content = [{ type: "input_text", text: "Read the attached file and answer with its title only." }, file];
    const answer = await ask({ model, input: [{ type: "message", role: "user", content }] });
    assert.equal(answer.status, "completed");
    assert.ok((await target.seen())[0]?.body.includes(data));
  });

  // The provider that stores its responses itself is a fake that keeps nothing.
  if (model.startsWith("res/")) continue;

  target.test(`function-call-roundtrip on ${model}`, async () => {
    const first = await ask({ ...forced, input: "Use the weather tool to get the temperature in San Francisco." });
    const call = first.output.find(({ type }) => type === "function_call");
    assert.ok(call?.call_id);
    const output = { type: "function_call_output", call_id: call.call_id, output: "64 degrees and clear" };
    const second = await ask({ model, tools: [weather], previous_response_id: first.id, input: [output] });
    assert.equal(second.status, "completed");
    assert.match(JSON.stringify(second.output), /64 degrees and clear/);
    assert.equal(pick(second, "previous_response_id"), first.id);
  });

  target.test(`previous-response-id on ${model}`, async () => {
    const first = await ask({ model, input: "Remember this code word: papaya. Reply with only OK." });
    const asked = { model, previous_response_id: first.id, input: "What code word did I ask you to remember?" };
    assert.equal((await ask(asked)).status, "completed");
    assert.ok((await target.seen()).at(-1)?.body.includes("papaya"));
  });
}
