import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { pick } from "../harness/pick.ts";
import { openRawSocket } from "../harness/raw-socket.ts";
import { readAllSse } from "../harness/read-sse.ts";
import { waitUntil } from "../harness/wait-until.ts";
import type { Answer } from "./script.ts";
import { type FakeProvider, startFakeProvider } from "./start-fake-provider.ts";

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
});
beforeEach(() => provider.reset());
afterAll(() => provider.stop());

const hello = [{ role: "user", content: "hello there" }];

function chat(body: object, key = "sk-fake-one"): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return fetch(`${provider.url}/v1/chat/completions`, {
    method: "POST",
    headers,
    body: JSON.stringify({ model: "fake-gpt", messages: hello, ...body }),
  });
}

function messages(
  body: object,
  headers: Record<string, string> = { "anthropic-version": "2023-06-01" },
): Promise<Response> {
  return fetch(`${provider.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": "sk-fake-one", "content-type": "application/json", ...headers },
    body: JSON.stringify({ model: "fake-claude", max_tokens: 100, messages: hello, ...body }),
  });
}

test("fake provider answers a chat completion whole", async () => {
  const answer = await (await chat({})).json();
  expect(pick(answer, "choices.0.message.content")).toBe("Echo: hello there");
  expect(pick(answer, "usage")).toMatchObject({ prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 });
});

test("fake provider streams a chat completion word by word and sends usage when asked", async () => {
  const { events, error } = await readAllSse(await chat({ stream: true, stream_options: { include_usage: true } }));
  const chunks = events.slice(0, -1).map((event) => JSON.parse(event.data));
  expect(error).toBeUndefined();
  expect(events.at(-1)?.data).toBe("[DONE]");
  expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("")).toBe("Echo: hello there");
  expect(chunks.at(-1).usage.total_tokens).toBe(5);
});

test("fake provider answers a message whole and streamed with the same usage", async () => {
  const whole = await (await messages({})).json();
  const { events } = await readAllSse(await messages({ stream: true }));
  expect(pick(whole, "content")).toEqual([{ type: "text", text: "Echo: hello there" }]);
  expect(events.map((event) => event.event)).toContain("message_stop");
  const delta: unknown = JSON.parse(events.find((event) => event.event === "message_delta")?.data ?? "");
  expect(pick(delta, "usage.output_tokens")).toBe(pick(whole, "usage.output_tokens"));
});

test("fake provider refuses in each provider's own shape", async () => {
  expect(await (await chat({}, "sk-wrong")).json()).toMatchObject({ error: { code: "invalid_api_key" } });
  expect(await (await chat({ surprise: 1 })).json()).toMatchObject({ error: { param: "surprise" } });
  expect(await (await messages({ surprise: 1 })).json()).toMatchObject({
    error: { message: "surprise: Extra inputs are not permitted" },
  });
  expect((await messages({}, {})).status).toBe(400);
  expect((await messages({ messages: [{ role: "user", content: "[[status:529]]" }] })).status).toBe(529);
});

test("fake provider calls tools in parallel when the prompt asks for them", async () => {
  const content = '[[tool:weather {"city":"Paris"}]] [[tool:weather {"city":"Rome"}]]';
  const tools = [{ type: "function", function: { name: "weather", parameters: { type: "object" } } }];
  const answer = await (await chat({ messages: [{ role: "user", content }], tools })).json();
  expect(pick(answer, "choices.0.finish_reason")).toBe("tool_calls");
  expect(pick(answer, "choices.0.message.tool_calls.0.function.arguments")).toBe('{"city":"Paris"}');
  expect(pick(answer, "choices.0.message.tool_calls.1.function.arguments")).toBe('{"city":"Rome"}');
});

const bearer = { authorization: "Bearer sk-fake-one" };

/** The same question in the dialects that name the model in the path or have items for turns. */
const asks = {
  responses: {
    whole: "/v1/responses",
    streamed: "/v1/responses",
    headers: bearer,
    body: (text: string) => ({ model: "fake-gpt", input: text, include: ["reasoning.encrypted_content"] }),
  },
  gemini: {
    whole: "/v1beta/models/fake-gemini:generateContent",
    streamed: "/v1beta/models/fake-gemini:streamGenerateContent?alt=sse",
    headers: { "x-goog-api-key": "sk-fake-one" },
    body: (text: string) => ({ contents: [{ role: "user", parts: [{ text }] }] }),
  },
  converse: {
    whole: "/model/fake-nova/converse",
    streamed: "/model/fake-nova/converse-stream",
    headers: bearer,
    body: (text: string) => ({ messages: [{ role: "user", content: [{ text }] }] }),
  },
};

function ask(path: string, headers: Record<string, string>, body: object): Promise<Response> {
  return fetch(provider.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

for (const [name, { body, headers, streamed, whole }] of Object.entries(asks)) {
  test(`fake provider speaks ${name}, whole and streamed`, async () => {
    const said = await (await ask(whole, headers, body("hello there"))).text();
    expect(said).toContain("Echo: hello there");
    const stream = name === "responses" ? { ...body("hello there"), stream: true } : body("hello there");
    const text = await (await ask(streamed, headers, stream)).text();
    for (const word of ["Echo:", " hello", " there"]) expect(text).toContain(`"${word}"`);
  });

  test(`fake provider refuses ${name} in its maker's shape`, async () => {
    const refusal = await ask(whole, headers, { ...body("hello"), surprise: 1 });
    expect(refusal.status).toBe(400);
    expect(refusal.headers.get("x-amzn-errortype")).toBe(name === "converse" ? "ValidationException" : null);
    expect(await refusal.text()).toContain("surprise");
    expect((await ask(whole, headers, body("[[status:429]]"))).status).toBe(429);
    expect((await ask(whole, { authorization: "Bearer sk-wrong" }, body("hello"))).status).toBeGreaterThan(399);
  });
}

test("fake provider wants encrypted reasoning back as it gave it, in front of what it led to", async () => {
  const tools = [{ type: "function", name: "weather", parameters: { type: "object" } }];
  const text = '[[think:rain?]] [[tool:weather {"city":"Paris"}]]';
  const base = { ...asks.responses.body(text), tools, store: false };
  const said = await (await ask("/v1/responses", bearer, base)).json();
  const items: unknown = pick(said, "output");
  if (!Array.isArray(items)) throw new Error("no output");
  const [reasoning, call] = items;
  const result = { type: "function_call_output", call_id: pick(call, "call_id"), output: "sunny" };
  const input = (...more: unknown[]) => ({ ...base, input: [{ role: "user", content: text }, ...more] });
  const send = async (...more: unknown[]) => (await ask("/v1/responses", bearer, input(...more))).text();
  expect(await send(reasoning, call, result)).toContain("=sunny");
  expect(await send(call, result)).toContain("without its required 'reasoning' item");
  expect(await send({ ...reasoning, encrypted_content: "gAAAAABabc" }, call, result)).toContain(
    "could not be verified",
  );
  expect(await send(reasoning, call)).toContain("No tool output found for function call");
});

test("fake provider wants thought signatures back on the part that they came with", async () => {
  const path = "/v1beta/models/gemini-3-pro-preview:generateContent";
  const user = { role: "user", parts: [{ text: '[[tool:weather {"city":"Paris"}]]' }] };
  const tools = [{ functionDeclarations: [{ name: "weather", parameters: { type: "OBJECT" } }] }];
  const said = await (await ask(path, asks.gemini.headers, { contents: [user], tools })).json();
  const call = { functionCall: pick(said, "candidates.0.content.parts.0.functionCall") };
  const thoughtSignature = pick(said, "candidates.0.content.parts.0.thoughtSignature");
  const result = { role: "user", parts: [{ functionResponse: { name: "weather", response: { output: "sunny" } } }] };
  const send = async (part: object) =>
    (
      await ask(path, asks.gemini.headers, { contents: [user, { role: "model", parts: [part] }, result], tools })
    ).text();
  expect(await send({ ...call, thoughtSignature })).toContain("=sunny");
  expect(await send(call)).toContain("missing a thought_signature");
  expect(await send({ ...call, thoughtSignature: "Y29ycnVwdA==" })).toContain("Corrupted thought signature");
});

test("fake provider answers Claude in its maker's words at Bedrock, streamed in frames", async () => {
  const path = "/model/anthropic.claude-sonnet-4-5-20250929-v1:0/invoke-with-response-stream";
  const body = { anthropic_version: "bedrock-2023-05-31", max_tokens: 100, messages: hello };
  const text = await (await ask(path, bearer, body)).text();
  expect(text).toContain(Buffer.from('{"type":"message_stop"}').toString("base64"));
});

const endings: readonly [string, Answer, RegExp][] = [
  ["a clean close", { kind: "default", cutAfter: 2, ending: "complete" }, /^none$/],
  ["a close without the last chunk", { kind: "default", cutAfter: 2 }, /./],
  ["a reset", { kind: "default", cutAfter: 2, ending: "reset" }, /./],
  ["a malformed chunk", { kind: "default", cutAfter: 2, ending: "malformed-chunk" }, /./],
];
for (const [name, answer, problem] of endings) {
  test(`fake provider can end a stream after two events by ${name}`, async () => {
    await provider.script({ answer });
    const { events, error } = await readAllSse(await chat({ stream: true }));
    expect(events.length).toBe(2);
    expect(error?.message ?? "none").toMatch(problem);
    expect((await provider.log())[0]).toMatchObject({ eventsSent: 2, path: "/v1/chat/completions" });
  });
}

test("fake provider says when the peer went away", async () => {
  await provider.script({ answer: { kind: "default", cutAfter: 1, ending: "stall" } });
  const abort = new AbortController();
  const response = await fetch(`${provider.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer sk-fake-one", "content-type": "application/json" },
    body: JSON.stringify({ model: "fake-gpt", messages: hello, stream: true }),
    signal: abort.signal,
  });
  await response.body?.getReader().read();
  abort.abort();
  const entry = await waitUntil("the abort to be logged", async () =>
    (await provider.log()).find((one) => one.abortedAtMs !== undefined),
  );
  expect(entry.finishedAtMs).toBeUndefined();
});

test("fake provider sends no more than its peer takes", async () => {
  const event = { data: "x".repeat(10_000) };
  await provider.script({ answer: { kind: "sse", events: [event], repeat: 5000 } });
  const socket = await openRawSocket(provider.port);
  socket.pause();
  socket.write("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n");
  const stuck = await waitUntil("the writer to stop", async () => {
    const before = (await provider.log())[0]?.bytesSent ?? 0;
    await Bun.sleep(100);
    const after = (await provider.log())[0]?.bytesSent ?? 0;
    return after > 0 && after === before ? after : undefined;
  });
  socket.reset();
  expect(stuck).toBeLessThan(20_000_000);
});

test("fake provider plays answers that no provider should give", async () => {
  await provider.script(
    { answer: { kind: "redirect", location: "http://127.0.0.1:1/" } },
    { answer: { kind: "huge", bytes: 100_000 } },
    { answer: { kind: "trickle", bytesPerWrite: 200, delayMs: 1 } },
    { answer: { kind: "error", status: 503, headers: { "retry-after": "7" } } },
    { answer: { kind: "reset" } },
  );
  const redirect = await fetch(`${provider.url}/v1/chat/completions`, {
    method: "POST",
    redirect: "manual",
    body: "{}",
  });
  expect(redirect.status).toBe(307);
  expect((await (await chat({})).text()).length).toBeGreaterThan(99_000);
  expect(pick(await (await chat({})).json(), "object")).toBe("chat.completion");
  expect((await chat({})).headers.get("retry-after")).toBe("7");
  expect(await chat({}).catch((error: Error) => error.message)).toBeString();
});
