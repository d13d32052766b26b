import { describe, expect, test } from "bun:test";
import type { JsonObject } from "#lib/json";
import { openaiChatCodec, openaiChatEndpoint } from "../fixtures/parts";
import { InvalidAnswer } from "../operation";
import { failureOfAnswer, meterVectors } from "./decode-response";

const context = { id: "ab", nowS: 7, streamUsage: false };

function answer(message: JsonObject, rest: JsonObject = {}): JsonObject {
  return {
    id: "c1",
    object: "chat.completion",
    created: 9,
    model: "m",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: null, refusal: null, ...message },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    ...rest,
  };
}

describe("decodeResponse()", () => {
  test("reads a message that is nothing but a text as one with parts, whatever stands beside it", () => {
    const usage = { prompt_tokens: 3, completion_tokens: 4 };
    const rests: readonly JsonObject[] = [{}, { usage }, { service_tier: "flex" }, { system_fingerprint: "f", usage }];
    for (const beside of [{}, { annotations: [], tool_calls: [], reasoning: "" }, { tool_calls: null }])
      for (const rest of rests) {
        const [plain, parts] = ["hi", [{ type: "text", text: "hi" }]].map((content) =>
          openaiChatCodec.decodeResponse(answer({ content, ...beside }, rest)),
        );
        expect(plain?.items).toHaveLength(1);
        expect(plain).toEqual(parts);
      }
  });

  test.each([
    ["stop", "stop"],
    ["STOP", "stop"],
    ["incomplete", "length"],
    ["MAX_TOKENS", "length"],
    ["SAFETY", "content-filter"],
    ["made_up", "other"],
    [null, "stop"],
    ["", "stop"],
  ] as const)("reads the finish reason %j as %s", (word, reason) => {
    const body = { id: "c", choices: [{ index: 0, message: { content: "hi" }, finish_reason: word }] };
    expect(openaiChatCodec.decodeResponse(body).finishes[0]?.reason).toBe(reason);
    const calls = [{ id: "a", type: "function", function: { name: "f", arguments: "{}" } }];
    const called = { id: "c", choices: [{ index: 0, message: { tool_calls: calls }, finish_reason: word }] };
    expect(openaiChatCodec.decodeResponse(called).finishes[0]?.reason).toBe(reason === "stop" ? "tool-calls" : reason);
  });

  test("takes no call from what stands empty beside the answer", () => {
    const nothing = { name: "", arguments: "" };
    for (const beside of [
      { function_call: nothing },
      { tool_calls: [{ index: 0, function: nothing }] },
      { tool_calls: [{ id: "", type: "function", function: nothing }], function_call: { name: null } },
      { tool_calls: [{ type: "function", function: nothing, custom: { name: "", input: "" } }] },
    ]) {
      const { items, finishes } = openaiChatCodec.decodeResponse(answer({ content: "hi", ...beside }));
      expect(items).toMatchObject([{ kind: "text", text: "hi" }]);
      expect(finishes[0]?.reason).toBe("stop");
    }
  });

  test("takes a call for what it says and not for what stands empty beside it", () => {
    const called = { name: "f", arguments: "{}" };
    for (const entry of [
      { id: "a", type: "function", function: called, custom: { name: "", input: "" } },
      { id: "a", function: called, custom: { name: "", input: "" } },
    ])
      expect(openaiChatCodec.decodeResponse(answer({ tool_calls: [entry] })).items).toMatchObject([
        { kind: "tool-call", id: "a", ...called },
      ]);
    const custom = {
      id: "a",
      type: "custom",
      custom: { name: "sql", input: "x" },
      function: { name: "", arguments: "" },
    };
    expect(openaiChatCodec.decodeResponse(answer({ tool_calls: [custom] })).items).toMatchObject([
      { kind: "tool-call", id: "a", name: "sql", arguments: '{"input":"x"}', freeForm: true },
    ]);
  });

  test.each([
    [{ city: "Rome", "2": 1 }, '{"2":1,"city":"Rome"}'],
    [[1, 2], "[1,2]"],
    [7, "7"],
    [false, "false"],
    [[], ""],
    [null, ""],
  ])("reads the content %j as the text %s", (content, text) => {
    const { items } = openaiChatCodec.decodeResponse(answer({ content }));
    expect(items.map((item) => (item.kind === "text" ? item.text : item.kind)).join("")).toBe(text);
    const meter = openaiChatCodec.createStreamMeter({ hideUsage: false });
    const data = JSON.stringify({ choices: [{ index: 0, delta: { content } }] });
    meter.push({ event: "message", data, raw: Buffer.from(data) });
    expect(meter.outputBytes()).toBe(text.length);
  });

  test("keeps annotations that cite no URL for its own clients", () => {
    const file = { type: "file", file: { hash: "h", name: "a.pdf" } };
    const decoded = openaiChatCodec.decodeResponse(answer({ content: "hi", annotations: [file] }));
    const encoded = openaiChatEndpoint.encodeResponse(decoded, context);
    expect(encoded).toMatchObject({ choices: [{ message: { annotations: [file] } }] });
  });

  test("and encodeResponse() give the same answer back", () => {
    const body = answer(
      {
        content: "hi",
        annotations: [
          { type: "url_citation", url_citation: { url: "https://x", title: "X", start_index: 0, end_index: 2 } },
        ],
        reasoning_content: "hm",
        reasoning_details: [
          { type: "reasoning.text", signature: "s", format: "anthropic-claude-v1", index: 0, text: "hm" },
          { type: "reasoning.encrypted", data: "d", format: "anthropic-claude-v1", index: 1 },
        ],
        tool_calls: [
          { id: "a", type: "function", function: { name: "f", arguments: "{}" } },
          { id: "b", type: "custom", custom: { name: "sql", input: "select" } },
        ],
        audio: { id: "a", data: "AA" },
      },
      { service_tier: "default", system_fingerprint: "fp" },
    );
    const encoded = openaiChatEndpoint.encodeResponse(openaiChatCodec.decodeResponse(body), context);
    expect(encoded).toEqual({ ...body });
  });

  test("reads every choice", () => {
    const body = {
      ...answer({}),
      choices: [1, 0].map((index) => ({ index, message: { content: `${index}` }, finish_reason: "stop" })),
    };
    const { items, finishes } = openaiChatCodec.decodeResponse(body);
    expect(items.map((item) => [item.choice, item.kind === "text" && item.text])).toEqual([
      [0, "0"],
      [1, "1"],
    ]);
    expect(finishes.map((finish) => finish.choice)).toEqual([0, 1]);
  });

  test("throws InvalidAnswer for what is no answer", () => {
    expect(() => openaiChatCodec.decodeResponse("hi")).toThrow("it must be an object, found string");
    expect(() => openaiChatCodec.decodeResponse({ choices: [] })).toThrow(InvalidAnswer);
  });
});

describe("failureOfAnswer()", () => {
  const choice = { index: 0, message: { role: "assistant", content: "half" }, finish_reason: "stop" };
  const rows: readonly (readonly [what: string, body: JsonObject, failure: object | undefined])[] = [
    ["an error alone", { error: { message: "no credits", code: 402 } }, { message: "no credits", code: "402" }],
    ["an error beside choices", { choices: [choice], error: { message: "no" } }, { message: "no" }],
    [
      "an error in a choice",
      { choices: [{ ...choice, error: { code: 502, message: "died" } }] },
      { message: "died", code: "502" },
    ],
    [
      "an error as finish reason",
      { choices: [{ ...choice, finish_reason: "error" }] },
      { message: "The provider ended the answer with an error" },
    ],
    [
      "an error of a second choice",
      { choices: [choice, { ...choice, index: 1, finish_reason: "error", error: { message: "no" } }] },
      { message: "no" },
    ],
    ["vLLM's", { object: "error", message: "no", type: "BadRequestError", code: 400 }, { message: "no", code: "400" }],
    ["a code and words alone", { code: 20012, message: "no", data: null }, { message: "no", code: "20012" }],
    [
      "MiniMax's",
      { choices: null, base_resp: { status_code: 1008, status_msg: "insufficient balance" } },
      { message: "insufficient balance", code: "1008" },
    ],
    ["an empty error beside choices", { choices: [choice], error: {} }, undefined],
    ["no error", { choices: [choice], error: null }, undefined],
    ["embeddings", { data: [{ embedding: [1] }], message: "ok" }, undefined],
    ["neither an error nor an answer", { hello: "world" }, undefined],
  ];
  for (const [what, body, failure] of rows)
    test(`reads ${what}`, () => {
      const found = failureOfAnswer(body);
      if (failure === undefined) expect(found).toBeUndefined();
      else expect(found).toMatchObject(failure);
    });
});

describe("meterResponse()", () => {
  test("reads usage, finish reason and model", () => {
    const body = answer({ content: "hi" }, { usage: { prompt_tokens: 2, completion_tokens: 1, total_tokens: 3 } });
    expect(openaiChatCodec.meterResponse(body)).toMatchObject({
      usage: { input: 2, output: 1 },
      finishReason: "stop",
      model: "m",
    });
    for (const body of [{ type: "message" }, { choices: [] }, { choices: null }])
      expect(openaiChatCodec.meterResponse(body)).toBeUndefined();
  });
});

test("meterVectors() takes a total that stands alone for what was read", () => {
  const vectors = { object: "list", data: [{ embedding: [0.1], index: 0 }], model: "v" };
  const usageOf = (usage: object) => meterVectors({ ...vectors, usage: { ...usage } })?.usage;
  expect(usageOf({ total_tokens: 8 })).toMatchObject({ input: 8, output: 0, reasoning: 0, estimated: false });
  expect(usageOf({ prompt_tokens: 7, total_tokens: 7 })).toMatchObject({ input: 7 });
  expect(usageOf({})).toBeUndefined();
  expect(meterVectors({ ...vectors })?.model).toBe("v");
  expect(meterVectors({ error: {} })).toBeUndefined();
});

describe("encodeResponse()", () => {
  test("fills in what the provider left out and speaks OpenAI's words", () => {
    const completion = {
      id: "",
      model: "claude",
      items: [
        { choice: 0, index: 0, kind: "text", text: "a", citations: [], logprobs: [] },
        {
          choice: 0,
          index: 1,
          kind: "text",
          text: "bc",
          citations: [{ url: "https://x", origin: "anthropic-messages", raw: {} }],
          logprobs: [],
        },
      ],
      finishes: [{ choice: 0, reason: "refusal", raw: "refusal" }],
      extensions: { "anthropic-messages": { container: 1 } },
    } as const;
    expect(openaiChatEndpoint.encodeResponse(completion, context)).toEqual({
      id: "chatcmpl-ab",
      object: "chat.completion",
      created: 7,
      model: "claude",
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: "abc",
            refusal: null,
            annotations: [
              {
                type: "url_citation",
                url_citation: { url: "https://x", title: "https://x", start_index: 1, end_index: 3 },
              },
            ],
          },
          logprobs: null,
          finish_reason: "content_filter",
        },
      ],
    });
  });

  test("answers legacy functions with a legacy call", () => {
    const request = openaiChatEndpoint.decodeRequest({ model: "m", messages: [], functions: [] });
    const completion = openaiChatCodec.decodeResponse(
      answer({ tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: "{}" } }] }),
    );
    expect(openaiChatEndpoint.encodeResponse(completion, { ...context, request })).toMatchObject({
      choices: [{ message: { function_call: { name: "f", arguments: "{}" } }, finish_reason: "function_call" }],
    });
  });
});
