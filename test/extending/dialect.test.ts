import { afterAll, expect, test } from "bun:test";
import type { DialectId } from "#core/completion";
import { type Dialect, defineDialect } from "#dialects/dialect";
import { scratchGovernance } from "#governance/fixtures/scratch-governance";
import { laidOut } from "#lib/pieced-bytes";
import type { UpstreamClient } from "#upstream/upstream";
import { scriptedProvider } from "./scripted-provider";
import { serveToy } from "./serve-toy";
import { toy } from "./toy-dialect";

const governance = scratchGovernance();
afterAll(governance.remove);

const serve = (spoken: DialectId, upstream: UpstreamClient) => serveToy({ governance, upstream, spoken });

const chat = { model: "m", messages: [{ role: "user", content: "hi" }] };
const saidHello =
  '{"id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}]}';
const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: "c", model: "m", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const lines = ['{"piece":"hel"}\n{"pie', 'ce":"lo"}\n', '{"tokens":2}\n'];

test("a dialect that is added to the registry is served to its own clients, byte for byte", async () => {
  const { asked, upstream } = scriptedProvider({
    "/ask?v=1": ['{"said":"hello" ,"tokens":2}'],
    "/ask-slowly?v=1": lines,
  });
  const ask = serve("toy", upstream);
  const whole = await ask("/toy/v1/ask", { say: "hi", model: "m", odd: 1.5 }, { "x-toy": "1", cookie: "c" });
  expect(whole).toMatchObject({ status: 200, type: "application/json", text: '{"said":"hello" ,"tokens":2}' });
  const [first] = asked;
  expect(first?.url).toBe("http://p/m%20x/ask?v=1");
  expect(Buffer.from(laidOut(first?.body ?? "")).toString()).toBe('{"say":"hi","model":"m x","odd":1.5}');
  expect(first?.headers).toMatchObject({ "x-toy": "1", authorization: "Bearer s" });
  const streamed = await ask("/toy/ask", { say: "hi", model: "m", stream: true });
  expect(streamed).toMatchObject({ status: 200, type: "application/x-ndjson", text: lines.join("") });
  expect([asked[1]?.url, asked[1]?.headers.accept]).toEqual(["http://p/m%20x/ask-slowly?v=1", "application/x-ndjson"]);
  expect(governance.records.at(-1)).toMatchObject({ dialect: "toy", endpoint: "toy.ask", usage: { output: 2 } });
});

test("its clients reach providers of the other dialects, and theirs its providers", async () => {
  const stream = [chunk({ content: "hel" }), chunk({ content: "lo" }, "stop"), "data: [DONE]\n\n"];
  const toOpenai = serve("openai-chat", scriptedProvider({ completions: [saidHello] }).upstream);
  expect((await toOpenai("/toy/ask", { say: "hi", model: "m" })).text).toStartWith('{"said":"hello"');
  const streaming = serve("openai-chat", scriptedProvider({ completions: stream }).upstream);
  const { text, type } = await streaming("/toy/ask", { say: "hi", model: "m", stream: true });
  expect([type, text]).toEqual(["application/x-ndjson", '{"piece":"hel"}\n{"piece":"lo"}\n{"tokens":2}\n']);

  const { asked, upstream } = scriptedProvider({
    "/ask?v=1": ['{"said":"hello","tokens":2}'],
    "/ask-slowly?v=1": lines,
  });
  const toToy = serve("toy", upstream);
  const answer = JSON.parse((await toToy("/v1/chat/completions", chat)).text);
  expect(answer).toMatchObject({ choices: [{ message: { content: "hello" } }], usage: { completion_tokens: 2 } });
  expect(JSON.parse(String(asked[0]?.body))).toEqual({ model: "m x", stream: false, say: "hi" });
  const events = await toToy("/v1/chat/completions", { ...chat, stream: true });
  expect(events.text.match(/"content":"[a-z]+"/g)).toEqual(['"content":"hel"', '"content":"lo"']);
  expect(events.text).toEndWith("data: [DONE]\n\n");
});

test("its errors, its model list and its broken streams are in its own words", async () => {
  const ask = serve("toy", scriptedProvider({ "/ask-slowly?v=1": ['{"piece":"hel"}\n'] }).upstream);
  expect((await ask("/toy/ask", { say: "hi", model: "unknown" })).text).toBe('{"oops":"model_not_found"}');
  expect(await ask("/toy/nothing")).toMatchObject({ status: 404, text: '{"oops":"not_found"}' });
  expect((await ask("/nothing", undefined, { "x-toy": "1" })).text).toBe('{"oops":"not_found"}');
  expect((await ask("/toy/models")).text).toContain('"toys":[');
  expect((await ask("/v1/models/m", undefined, { "x-toy": "1" })).text).toBe('{"toy":"m"}');
  const cut = await ask("/toy/ask", { say: "hi", model: "m", stream: true });
  expect(cut.text).toBe('{"piece":"hel"}\n{"oops":"upstream_error"}\n');
});

test("a dialect that leaves something out does not compile", () => {
  const { encodeError: _, ...silent } = toy;
  // @ts-expect-error It cannot word an error.
  const first: Dialect = silent;
  // @ts-expect-error An endpoint names an operation that the dialect does not have.
  const second = defineDialect({ ...toy, endpoints: [{ ...toy.endpoints[0], operation: "sing" }] });
  expect([first.name, second.name]).toEqual(["toy", "toy"]);
});
