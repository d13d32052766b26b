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
