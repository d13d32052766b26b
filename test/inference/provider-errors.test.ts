import { expect, test } from "bun:test";
import { ask, pairs, startPair, twoProviders } from "../e2e/start-pair.ts";
import type { Answer } from "../fake-provider/script.ts";
import { pick } from "../harness/pick.ts";
import { readAllSse } from "../harness/read-sse.ts";

const secret = "sk-fake-one";
/** Pairs of providers, one for each request that may move on: who has failed is not asked first a second time. */
const guards = Array.from({ length: 60 }, (_, index) => index);
const { gateway, provider } = await startPair({
  configure: (url) => {
    const { providers } = twoProviders(url, {
      timeouts: { connect_ms: 1000, headers_ms: 400, first_token_ms: 400, idle_ms: 400, total_ms: 1500 },
    });
    const own = guards.flatMap((index) => {
      const base = { base_url: `${url}/as/${index}/v1` };
      return [
        [`oai-${index}`, { ...providers.oai, ...base }] as const,
        [`ant-${index}`, { ...providers.ant, ...base }] as const,
      ];
    });
    const routes = guards.map((index) => ({
      alias: `guarded-${index}`,
      targets: [{ model: `oai-${index}/fake-gpt` }],
      fallbacks: [`ant-${index}/fake-claude`],
    }));
    return { providers: { ...providers, ...Object.fromEntries(own) }, routes };
  },
});

/** A model with a fallback that nobody has asked for. */
function guarded(): string {
  return `guarded-${guards.shift() ?? expect.unreachable()}`;
}

type Odd = {
  readonly name: string;
  readonly answer: Answer;
  readonly stream?: boolean;
  readonly status: number;
  readonly code: string | null;
  /** Part of the message. */
  readonly says?: string;
  readonly headers?: { readonly [name: string]: string | null };
  /** Whether another target would be asked. */
  readonly movesOn: boolean;
};

const error = (status: number, headers?: { readonly [name: string]: string }): Answer => ({
  kind: "error",
  status,
  message: `Words of the provider about ${secret}`,
  ...(headers === undefined ? {} : { headers }),
});
const kept = (status: number, movesOn: boolean): Odd => ({
  name: `status ${status}`,
  answer: error(status),
  status,
  code: "upstream_error",
  says: "Words of the provider about ***",
  movesOn,
});
const invalid = { status: 502, code: "upstream_invalid_response", movesOn: true } as const;
/** With nobody else to ask the headers go with the first sign of life: what comes after is an event. */
const begun = { status: 200, code: null, movesOn: true } as const;
const failed = { status: 502, code: "upstream_error", movesOn: true } as const;
const overloaded = { type: "error", error: { type: "overloaded_error", message: `Busy with ${secret}` } };

const odds: readonly Odd[] = [
  ...[400, 409, 413, 422].map((status) => kept(status, false)),
  ...[404, 429].map((status) => kept(status, true)),
  ...[401, 402, 403].map((status) => ({
    name: `status ${status}`,
    answer: error(status),
    status: 502,
    code: "provider_keys_exhausted",
    says: `refused its key "main" with status ${status}`,
    movesOn: true,
  })),
  ...[408, 500, 502, 503, 504, 529].map((status) => ({
    name: `status ${status}`,
    answer: error(status),
    ...failed,
    says: `answered with status ${status}: Words of the provider about ***`,
  })),
  { name: "status 418", answer: error(418), ...failed, movesOn: false },
  {
    ...kept(429, true),
    name: "retry-after in seconds",
    answer: error(429, { "retry-after": "7" }),
    headers: { "retry-after": "7", "x-should-retry": null },
  },
  {
    ...kept(429, true),
    name: "retry-after in milliseconds",
    answer: error(429, { "retry-after-ms": "1500" }),
    headers: { "retry-after": "2" },
  },
  {
    name: "retry-after on 503",
    answer: error(503, { "retry-after": "7" }),
    ...failed,
    headers: { "retry-after": "7" },
  },
  {
    ...kept(429, true),
    name: "retry-after nonsense",
    answer: error(429, { "retry-after": "soon" }),
    headers: { "retry-after": null },
  },
  {
    ...kept(429, true),
    name: "x-should-retry",
    answer: error(429, { "x-should-retry": "false" }),
    headers: { "x-should-retry": "false" },
  },
  { name: "a redirect", answer: { kind: "redirect", location: "http://127.0.0.1:1/" }, ...failed, says: "redirect" },
  {
    name: "a page of HTML",
    answer: { kind: "text", status: 501, body: "<html><title>Nope</title>" },
    ...failed,
    says: 'titled "Nope"',
  },
  { name: "200 and an error", answer: { kind: "json", body: overloaded }, ...failed, says: "Busy with ***" },
  {
    name: "200 and an error with a status",
    answer: { kind: "json", body: { error: { message: "Wait", code: 429 } } },
    status: 429,
    code: "upstream_error",
    says: "Wait",
    movesOn: true,
  },
  { name: "200 and an empty object", answer: { kind: "json", body: {} }, ...invalid },
  { name: "200 and a list", answer: { kind: "json", body: [] }, ...invalid },
  { name: "200 and text", answer: { kind: "text", body: "hello" }, ...invalid, says: "it is not JSON" },
  {
    name: "events where none were asked for",
    answer: { kind: "sse", events: [{ data: {} }] },
    ...invalid,
    says: "it is not JSON",
  },
  { name: "no content", answer: { kind: "text", status: 204, body: "" }, ...invalid },
  {
    name: "JSON in place of a stream",
    answer: { kind: "json", body: { choices: [] } },
    stream: true,
    ...invalid,
    says: "where a stream was asked for",
  },
  {
    name: "an error in place of a stream",
    answer: { kind: "json", body: overloaded },
    stream: true,
    ...failed,
    says: "Busy with ***",
  },
  { name: "a stream without events", answer: { kind: "sse", events: [] }, stream: true, ...invalid, says: "no event" },
  {
    name: "a stream that ends before its first token",
    answer: { kind: "default", cutAfter: 1, ending: "complete" },
    stream: true,
    ...begun,
    says: "before the answer was complete",
  },
  {
    name: "a stream that is cut before its first token",
    answer: { kind: "default", cutAfter: 1, ending: "close" },
    stream: true,
    ...begun,
  },
  {
    name: "a stream of an error",
    answer: { kind: "sse", events: [{ event: "error", data: overloaded }] },
    stream: true,
    ...failed,
    says: "Busy with ***",
  },
  { name: "a reset", answer: { kind: "reset" }, ...failed },
  { name: "bytes that are no HTTP", answer: { kind: "raw", text: "hello\r\n\r\n", ending: "close" }, ...failed },
  {
    name: "silence in a whole answer",
    answer: { kind: "raw", text: "HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{", ending: "stall" },
    status: 504,
    code: "upstream_timeout",
    says: "idle timer",
    movesOn: true,
  },
  {
    name: "no headers in time",
    answer: { kind: "never" },
    status: 504,
    code: "upstream_timeout",
    says: "headers timer",
    movesOn: true,
  },
  {
    name: "no first token in time",
    answer: { kind: "default", firstEventDelayMs: 5000 },
    stream: true,
    status: 504,
    code: "upstream_timeout",
    says: "first token timer",
    movesOn: true,
  },
];

for (const { name, answer, stream = false, status, code, says, headers = {}, movesOn } of odds) {
  test(`${name} becomes ${status} ${code ?? "and an error event"}`, async () => {
    await provider.reset();
    for (const { path, model } of pairs) {
      await provider.script({ answer });
      const response = await gateway.post(path, ask(model, "hello", { stream }));
      const text = await response.text();
      const told = `${path} ${model}: ${text}`;
      expect([response.status, response.headers.get("x-headgate-error")], told).toEqual([status, code]);
      const shown = status === 200 ? text : String(pick(JSON.parse(text), "error.message"));
      if (status === 200) expect(text, told).toContain('"error"');
      if (says !== undefined) expect(shown, told).toContain(says);
      expect(text).not.toContain(secret);
      expect(response.headers.get("x-headgate-attempts")).toBe("1");
      for (const [header, value] of Object.entries(headers)) expect(response.headers.get(header), header).toBe(value);
    }
  });

  test(`${name} ${movesOn ? "leads to the fallback" : "ends the request"}`, async () => {
    await provider.reset();
    await provider.script({ match: { path: "/chat/completions" }, answer });
    const response = await gateway.post("/v1/chat/completions", ask(guarded(), "hello", { stream }));
    const text = await response.text();
    expect([response.status, response.headers.get("x-headgate-attempts")], text).toEqual(
      movesOn ? [200, "2"] : [status, "1"],
    );
    if (movesOn)
      expect([response.headers.get("x-headgate-provider"), text], text).toEqual([
        expect.stringMatching(/^ant-/),
        expect.stringContaining("Echo"),
      ]);
  });
}

test("what was tried more than once says not to retry, unless a busy provider says otherwise", async () => {
  for (const [headers, says] of [
    [{}, "false"],
    [{ "x-should-retry": "true" }, "true"],
  ] as const) {
    await provider.reset();
    await provider.script({ times: 0, answer: error(503, headers) });
    const response = await gateway.post("/v1/messages", ask(guarded(), "hello"));
    expect([
      response.status,
      response.headers.get("x-should-retry"),
      response.headers.get("x-headgate-attempts"),
    ]).toEqual([502, says, "2"]);
    await response.text();
  }
});

const spoken = ["one", "two"].map((content) => ({
  data: {
    id: "x",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  },
  delayMs: 20,
}));

/** After the first byte nothing is tried again: the stream ends with an error event in the client's dialect. */
const broken: readonly (readonly [string, Answer, RegExp])[] = [
  ["silence", { kind: "default", cutAfter: 8, ending: "stall" }, /idle timer/],
  ["a stream without end", { kind: "default", eventDelayMs: 90 }, /total timer/],
  ["a cut", { kind: "default", cutAfter: 8, ending: "reset" }, /closed before the answer was complete|broke off/],
  [
    "an error of the provider",
    { kind: "sse", events: [...spoken, { event: "error", data: overloaded }] },
    /Busy with \*\*\*/,
  ],
  ["a clean end that is early", { kind: "default", cutAfter: 8, ending: "complete" }, /before the answer was complete/],
];

for (const [name, answer, says] of broken) {
  test(`${name} after the first byte is an error event`, async () => {
    await provider.reset();
    await provider.script({ times: 0, answer });
    const answers = await Promise.all(
      ["/v1/chat/completions", "/v1/messages"].map(async (path) => {
        const response = await gateway.post(path, ask(guarded(), "[[words:40]]", { stream: true }));
        return { status: response.status, ...(await readAllSse(response)) };
      }),
    );
    for (const { status, events, error: cause } of answers) {
      expect([status, cause]).toEqual([200, undefined]);
      expect(String(pick(JSON.parse(events.at(-1)?.data ?? "null"), "error.message"))).toMatch(says);
      expect(events.some(({ data, event }) => data === "[DONE]" || event === "message_stop")).toBe(false);
    }
    expect((await provider.log()).length).toBe(2);
  });
}
