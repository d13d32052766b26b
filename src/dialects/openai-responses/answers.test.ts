import { describe, expect, test } from "bun:test";
import type { Completion, CompletionEvent, Item } from "#core/completion";
import { GatewayError } from "#core/errors";
import { noUsage } from "#core/usage";
import { isObject, type JsonObject, parseJson } from "#lib/json";
import { createSseParser } from "#lib/sse-parser";
import { createCollector, expand } from "../collect";
import { InvalidAnswer } from "../operation";
import { decodeRequest } from "./decode-request";
import { decodeResponse } from "./decode-response";
import { createStreamDecoder } from "./decode-stream";
import { encodeResponse } from "./encode-response";
import { createStreamEncoder } from "./encode-stream";
import { encodeStreamError } from "./errors";
import { createStreamMeter } from "./meter-stream";

const request = decodeRequest({
  model: "m",
  input: "hi",
  instructions: "be brief",
  tools: [
    { type: "custom", name: "patch" },
    { type: "namespace", name: "agents", description: "x", tools: [{ type: "function", name: "spawn" }] },
  ],
});
const context = { id: "hgr-1", nowS: 7, streamUsage: true, request };
const text = (index: number, value: string): Item => ({
  choice: 0,
  index,
  kind: "text",
  text: value,
  citations: [],
  logprobs: [],
});
const answer = (items: readonly Item[], more: Partial<Completion> = {}): Completion => ({
  ...{ id: "x", model: "gpt", items, finishes: [{ choice: 0, reason: "stop" }], extensions: {} },
  usage: { ...noUsage, input: 3, cacheRead: 2, output: 4, reasoning: 1 },
  ...more,
});
const items: readonly Item[] = [
  { choice: 0, index: 0, kind: "reasoning", text: "hm", state: { origin: "gemini", value: "s", redacted: false } },
  text(1, "let "),
  { ...text(2, "me"), itemId: "msg_9" },
  { choice: 0, index: 3, kind: "refusal", text: "no" },
  { choice: 0, index: 4, kind: "tool-call", id: "c1", name: "spawn", arguments: '{"a":1}' },
  { choice: 0, index: 5, kind: "tool-call", id: "c2", name: "patch", arguments: '{"input":"say \\"é\\""}' },
  { choice: 0, index: 6, kind: "opaque", dialect: "openai-responses", value: { type: "web_search_call", id: "ws_1" } },
];

const streamOf = (completion: Completion): string => {
  const encoder = createStreamEncoder(context);
  return expand(completion).map(encoder.push).join("");
};
const eventsOf = (stream: string) => {
  const parser = createSseParser();
  return [...parser.push(Buffer.from(stream)), ...parser.end()];
};
const dataOf = (stream: string): readonly JsonObject[] =>
  eventsOf(stream)
    .map(({ data }) => parseJson(data))
    .filter(isObject);
const decodeStream = (stream: string): readonly CompletionEvent[] => {
  const decoder = createStreamDecoder();
  return [...eventsOf(stream).flatMap((event) => decoder.push(event)), ...decoder.finish().events];
};

describe("createStreamEncoder()", () => {
  test("numbers its events from 0, opens and closes every item, and ends with the whole response", () => {
    const events = dataOf(streamOf(answer(items)));
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, index) => index));
    const added = events.filter(({ type }) => type === "response.output_item.added");
    const done = events.filter(({ type }) => type === "response.output_item.done");
    expect(added.map(({ output_index: index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(done.map(({ output_index: index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    const last = events.at(-1);
    expect(last).toMatchObject({ type: "response.completed", response: encodeResponse(answer(items), context) });
    expect(eventsOf(streamOf(answer(items))).map(({ event }) => event)).toEqual(events.map(({ type }) => String(type)));
  });

  test("leaves no field out that the specification demands of a response, in whichever event", () => {
    // https://www.openresponses.org/reference: "required" of ResponseResource and of FunctionTool.
    const demanded =
      "id object created_at completed_at status incomplete_details model previous_response_id instructions output error tools tool_choice truncation parallel_tool_calls text top_p presence_penalty frequency_penalty top_logprobs temperature reasoning usage max_output_tokens max_tool_calls store background service_tier metadata safety_identifier prompt_cache_key";
    const asked = decodeRequest({
      model: "m",
      input: "hi",
      prompt_cache_key: "k",
      tools: [{ type: "function", name: "f" }],
    });
    const encoder = createStreamEncoder({ ...context, request: asked });
    const said = dataOf(expand(answer(items)).map(encoder.push).join(""));
    const responses = said.flatMap(({ response }) => (isObject(response) ? [response] : []));
    expect(responses.map(({ completed_at: at }) => at)).toEqual([null, null, 7]);
    for (const response of responses) {
      expect(demanded.split(" ").filter((name) => !(name in response))).toEqual([]);
      expect(response).toMatchObject({ prompt_cache_key: "k", safety_identifier: null });
      expect(response.tools).toEqual([
        { type: "function", name: "f", description: null, parameters: null, strict: null },
      ]);
    }
  });

  test("gives calls the names and forms that the client's tools have", () => {
    expect(encodeResponse(answer(items), context).output).toMatchObject([
      { type: "reasoning", encrypted_content: "headgate.gemini.open.s", summary: [{ text: "hm" }] },
      { type: "message", content: [{ text: "let " }] },
      { type: "message", id: "msg_9", content: [{ text: "me" }, { type: "refusal", refusal: "no" }] },
      { type: "function_call", call_id: "c1", namespace: "agents", name: "spawn", arguments: '{"a":1}' },
      { type: "custom_tool_call", call_id: "c2", name: "patch", input: 'say "é"' },
      { type: "web_search_call", id: "ws_1" },
    ]);
  });

  test.each([
    ["length", "incomplete", "max_output_tokens"],
    ["context-length", "incomplete", "max_output_tokens"],
    ["content-filter", "incomplete", "content_filter"],
    ["refusal", "incomplete", "content_filter"],
    ["other", "incomplete", "max_output_tokens"],
    ["tool-calls", "completed", undefined],
    ["pause", "completed", undefined],
  ] as const)("tells %s as %s", (reason, status, why) => {
    const response = encodeResponse(answer([text(0, "a")], { finishes: [{ choice: 0, reason }] }), context);
    expect(response).toMatchObject({ status, incomplete_details: why === undefined ? null : { reason: why } });
    expect(response.output).toMatchObject([{ status }]);
  });

  test("writes an item that grows beside another at its own place", () => {
    const call = (index: number, id: string): CompletionEvent => ({
      type: "item-start",
      choice: 0,
      index,
      kind: "tool-call",
      id,
      name: "f",
    });
    const encoder = createStreamEncoder(context);
    const stream = [
      { type: "start", id: "x", model: "m" } as const,
      call(0, "a"),
      call(1, "b"),
      { type: "arguments-delta", choice: 0, index: 1, json: '{"b":1}' } as const,
      { type: "arguments-delta", choice: 0, index: 0, json: '{"a":1}' } as const,
      { type: "item-end", choice: 0, index: 0 } as const,
      { type: "item-end", choice: 0, index: 1 } as const,
      { type: "finish", choice: 0, reason: "tool-calls" } as const,
      { type: "end" } as const,
    ]
      .map((event) => encoder.push(event))
      .join("");
    expect(dataOf(stream).at(-1)).toMatchObject({
      response: {
        output: [
          { call_id: "a", arguments: '{"a":1}' },
          { call_id: "b", arguments: '{"b":1}' },
        ],
      },
    });
  });

  test("an error goes on in its numbers, with the response as it stood", () => {
    const encoder = createStreamEncoder(context);
    const begun = encoder.push({ type: "start", id: "x", model: "m" });
    const failed = encodeStreamError(new GatewayError("upstream_error", "it broke"), "r", encoder.said?.());
    const events = dataOf(begun + failed);
    expect(events.map(({ sequence_number: number }) => number)).toEqual([0, 1, 2, 3]);
    expect(events.slice(2)).toMatchObject([
      { type: "error", message: "it broke", error: { message: "it broke" } },
      { type: "response.failed", response: { id: "resp_hgr1", status: "failed", error: { message: "it broke" } } },
    ]);
  });
});

describe("createStreamDecoder()", () => {
  test("reads what was written, streamed and whole", () => {
    const collector = createCollector();
    for (const event of decodeStream(streamOf(answer(items)))) collector.push(event);
    const whole = decodeResponse(encodeResponse(answer(items), context));
    expect(collector.completion()).toEqual(whole);
    expect(whole.items).toMatchObject([
      { kind: "reasoning", text: "hm", isSummary: true, state: { origin: "gemini", value: "s" } },
      { kind: "text", text: "let " },
      { kind: "text", text: "me", itemId: "msg_9" },
      { kind: "refusal", text: "no", itemId: "msg_9" },
      { kind: "tool-call", id: "c1", arguments: '{"a":1}' },
      { kind: "tool-call", id: "c2", name: "patch", arguments: '{"input":"say \\"é\\""}', freeForm: true },
      { kind: "opaque", value: { type: "web_search_call" } },
    ]);
    expect(whole.usage).toEqual({ ...noUsage, input: 3, cacheRead: 2, output: 4, reasoning: 1, searches: 1 });
    expect(whole.finishes[0]?.reason).toBe("tool-calls");
  });

  test("reads what comes in no delta, but in its done or at the end alone", () => {
    const item = {
      type: "message",
      id: "msg_1",
      role: "assistant",
      content: [{ type: "output_text", text: "hi", annotations: [] }],
    };
    const completed = {
      type: "response.completed",
      response: { id: "resp_1", model: "m", status: "completed", output: [item] },
    };
    const write = (...events: readonly JsonObject[]) =>
      events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
    for (const stream of [
      write(completed),
      write(
        { type: "response.output_item.done", output_index: 0, item },
        { ...completed, response: { ...completed.response, output: [] } },
      ),
      write({ type: "response.output_item.added", output_index: 0, item: { ...item, content: [] } }, completed),
    ]) {
      const collector = createCollector();
      for (const event of decodeStream(stream)) collector.push(event);
      expect(collector.completion().items).toMatchObject([{ kind: "text", text: "hi" }]);
      expect(collector.complete()).toBe(true);
    }
  });

  test.each([
    ['{"q":"sea"}', ['{"q":', '"sea"}']],
    ['{"q":', ['{"q":', '"sea"}']],
    ['{"q"', ['{"q":"sea"}']],
    ['{"q":', ['"sea"}']],
    ['{"q":"sea"}', []],
  ])("tells the arguments %j of an added call once, whatever of %j follows", (added, deltas) => {
    const call = { type: "function_call", id: "fc_1", call_id: "c1", name: "f", arguments: "" };
    const place = { output_index: 0, item_id: "fc_1" };
    const stream = [
      { type: "response.output_item.added", ...place, item: { ...call, arguments: added } },
      ...deltas.map((delta) => ({ type: "response.function_call_arguments.delta", ...place, delta })),
      { type: "response.output_item.done", ...place, item: call },
      { type: "response.completed", response: { id: "resp_1", model: "m", status: "completed", output: [] } },
    ];
    const collector = createCollector();
    for (const event of decodeStream(stream.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("")))
      collector.push(event);
    expect(collector.completion().items).toMatchObject([{ kind: "tool-call", arguments: '{"q":"sea"}' }]);
  });

  const said = (events: readonly JsonObject[]) => {
    const decoder = createStreamDecoder();
    const collector = createCollector();
    const raw = new Uint8Array();
    for (const data of events)
      for (const event of decoder.push({ event: String(data.type), data: JSON.stringify(data), raw }))
        collector.push(event);
    expect(collector.complete()).toBe(true);
    return collector.completion().items.map((item) => {
      if (item.kind === "tool-call") return `${item.id} ${item.name}(${item.arguments})`;
      return "text" in item ? `${item.kind}: ${item.text}` : item.kind;
    });
  };
  const ended = { type: "response.completed", response: { id: "r", status: "completed", output: [] } };
  const called = (id: string, args = "") => ({
    type: "function_call",
    id,
    call_id: `call_${id}`,
    name: "look",
    arguments: args,
  });
  const piece = (item_id: string, delta: string, more: JsonObject = {}) => ({
    ...{ type: "response.function_call_arguments.delta", item_id, delta },
    ...more,
  });

  test("keeps items apart by their ids where a server counts no places, one after another and interleaved", () => {
    for (const at of [{}, { output_index: 0 }]) {
      const added = (id: string) => ({ type: "response.output_item.added", ...at, item: called(id) });
      const done = (id: string, args: string) => ({ type: "response.output_item.done", ...at, item: called(id, args) });
      const [a, b] = ['call_a look({"c":"A"})', 'call_b look({"c":"B"})'];
      expect(said([added("a"), done("a", '{"c":"A"}'), added("b"), done("b", '{"c":"B"}'), ended])).toEqual([a, b]);
      expect(said([done("a", '{"c":"A"}'), done("b", '{"c":"B"}'), ended])).toEqual([a, b]);
      const pieces = [piece("a", '{"c":', at), piece("b", '{"c":"B', at), piece("a", '"A"}', at), piece("b", '"}', at)];
      expect(said([added("a"), added("b"), ...pieces, done("b", '{"c":"B"}'), done("a", '{"c":"A"}'), ended])).toEqual([
        ...[a, b],
      ]);
    }
  });

  test("goes by places where the id of an item is another at its end", () => {
    const added = { type: "response.output_item.added", output_index: 1, item: called("early") };
    const end = {
      type: "response.output_item.done",
      output_index: 1,
      item: { ...called("late"), call_id: "call_early" },
    };
    expect(said([added, piece("early", '{"c":1}', { output_index: 1 }), end, ended])).toEqual([
      'call_early look({"c":1})',
    ]);
  });

  test("tells a text, a refusal and a thought that no event announced", () => {
    const events = [
      { type: "response.reasoning_text.delta", output_index: 0, delta: "hm" },
      { type: "response.output_text.delta", output_index: 1, item_id: "msg_1", delta: "Yes" },
      { type: "response.output_item.added", output_index: 1, item: { type: "message", id: "msg_1", content: [] } },
      { type: "response.output_text.delta", output_index: 1, item_id: "msg_1", delta: "." },
      { type: "response.refusal.done", output_index: 2, refusal: "No." },
      ended,
    ];
    expect(said(events)).toEqual(["reasoning: hm", "text: Yes.", "refusal: No."]);
  });

  test("tells at the end what no event announced, and nothing twice", () => {
    // https://github.com/openai/codex/pull/12798
    const piece = (more: JsonObject) => ({ type: "response.output_text.delta", delta: "Yes.", ...more });
    const reasoning = { type: "reasoning", id: "rs", summary: [{ type: "summary_text", text: "hm" }] };
    const message = { type: "message", id: "msg_1", content: [{ type: "output_text", text: "Yes." }] };
    const end = (...output: readonly JsonObject[]) => ({ ...ended, response: { ...ended.response, output } });
    const [one, two] = [called("a", '{"n":1}'), called("b", '{"n":2}')];
    const calls = ['call_a look({"n":1})', 'call_b look({"n":2})'];
    for (const more of [{}, { item_id: "msg_1", output_index: 0 }, { item_id: "msg_1" }])
      expect(said([piece(more), end(message, one, two)])).toEqual(["text: Yes.", ...calls]);
    for (const more of [{}, { item_id: "msg_1", output_index: 1 }, { item_id: "other" }])
      expect(said([piece(more), end(reasoning, message, one)]).sort()).toEqual([
        ...[calls[0] ?? "", "reasoning: hm", "text: Yes."],
      ]);
    expect(said([end(reasoning, message, one)])).toEqual(["reasoning: hm", "text: Yes.", calls[0] ?? ""]);
    const done = (item: JsonObject) => ({ type: "response.output_item.done", item });
    const { id: _one, ...first } = one;
    const { id: _two, ...second } = two;
    expect(said([done(one), done(two), end(one, two)])).toEqual(calls);
    expect(said([done({ ...first, call_id: "call_a" }), end(first)])).toHaveLength(1);
    expect(
      said([{ ...done(first), output_index: 0 }, { ...done(second), output_index: 1 }, end(first, second)]),
    ).toEqual(calls);
  });

  test("reads what only the done of a text or of arguments says", () => {
    const message = { type: "message", id: "msg_1", content: [] };
    const events = [
      { type: "response.output_item.added", output_index: 0, item: message },
      { type: "response.output_text.done", output_index: 0, content_index: 0, text: "Yes." },
      { type: "response.output_item.done", output_index: 0, item: message },
      { type: "response.output_item.added", output_index: 1, item: called("a") },
      { type: "response.function_call_arguments.done", output_index: 1, item_id: "a", arguments: '{"c":1}' },
      { type: "response.output_item.done", output_index: 1, item: called("a") },
      ended,
    ];
    expect(said(events)).toEqual(["text: Yes.", 'call_a look({"c":1})']);
  });

  test("throws InvalidAnswer alone, whatever comes", () => {
    const pieces = [
      "{",
      "null",
      "[]",
      '{"type":1}',
      '{"type":"response.output_item.added","item":3}',
      '{"type":"response.completed"}',
      "x",
      '{"type":"response.output_text.delta","delta":{}}',
    ];
    for (const data of pieces)
      for (const event of ["message", "response.output_text.delta", "error", "x"])
        try {
          createStreamDecoder().push({ event, data, raw: Buffer.from(data) });
          createStreamMeter({ hideUsage: false }).push({ event, data, raw: Buffer.from(data) });
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidAnswer);
        }
  });
});

describe("createStreamMeter()", () => {
  test("counts, numbers and completes a stream that passes, however its numbers grow", () => {
    const words = Array.from({ length: 30 }, (_, index) => `w${index}é "q" `);
    const encoder = createStreamEncoder(context);
    const begin =
      encoder.push({ type: "start", id: "x", model: "m" }) +
      encoder.push({ type: "item-start", choice: 0, index: 0, kind: "text" });
    const deltas = words.map((word) => encoder.push({ type: "text-delta", choice: 0, index: 0, text: word }));
    const meter = createStreamMeter({ hideUsage: false });
    const verdicts = eventsOf(begin + deltas.join("")).map((event) => meter.push(event));
    expect(verdicts.filter(({ token }) => token).length).toBe(30);
    expect(meter.outputBytes()).toBe(Buffer.byteLength(words.join("")));
    expect(meter.facts()).toMatchObject({ complete: false, said: { sequence: verdicts.length } });
    const rest =
      encoder.push({ type: "item-end", choice: 0, index: 0 }) +
      encoder.push({ type: "finish", choice: 0, reason: "length" });
    const end =
      encoder.push({ type: "usage", usage: { ...noUsage, input: 2, output: 3 } }) + encoder.push({ type: "end" });
    const last = eventsOf(rest + end).map((event) => meter.push(event));
    expect(last.at(-1)?.terminal).toBe(true);
    expect(meter.facts()).toMatchObject({
      complete: true,
      finishReason: "max_output_tokens",
      model: "m",
      usage: { input: 2, output: 3 },
    });
  });

  test("holds the provider's own error back", () => {
    for (const data of [
      '{"type":"error","sequence_number":2,"error":{"code":"rate_limit_exceeded","message":"slow down"}}',
      '{"type":"response.failed","response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"slow down"}}}',
      '{"type":"error","code":"rate_limit_exceeded","message":"slow down"}',
    ]) {
      const meter = createStreamMeter({ hideUsage: false });
      expect(meter.push({ event: "message", data, raw: Buffer.from(data) }).forward).toBe(false);
      expect(meter.facts().error).toMatchObject({ message: "slow down", code: "rate_limit_exceeded" });
    }
  });
});

test("decodeResponse() knows no time where it is told as zero", () => {
  const body = { id: "r", model: "m", object: "response", status: "completed", output: [], created_at: 0 };
  expect(decodeResponse({ ...body, created_at: 5 }).createdS).toBe(5);
  expect(decodeResponse(body).createdS).toBeUndefined();
});
