import { describe, expect, test } from "bun:test";
import type { Completion } from "#core/completion";
import { GatewayError } from "#core/errors";
import { noUsage } from "#core/usage";
import { arrayOf, isObject, type Json, type JsonObject, objectOf, parseJson } from "#lib/json";
import { tryParseJsonWithTexts, writeJson } from "#lib/json-text";
import { completion as messages } from "../anthropic-messages/operations";
import { createCollector } from "../collect";
import { targetOf } from "../fixtures/parts";
import { framings } from "../framings";
import { completion as chat } from "../openai-chat/operations";
import { CallBook } from "./call-book";
import { createStreamDecoder } from "./decode-stream";
import { encodeError } from "./errors";
import { createStreamMeter } from "./meter-stream";
import { completion } from "./operations";
import { answerTexts } from "./verbatim";

const context = { id: "0".repeat(32), nowS: 1, streamUsage: true };

function read(operation: typeof chat, body: Json) {
  if (operation.decodeRequest === undefined) throw new TypeError("no reader");
  return operation.decodeRequest(body);
}

/** What a provider is asked for a client's request of another dialect. */
function sent(operation: typeof chat, body: Json, model = "gemini-2.5-flash") {
  const target = targetOf("gemini", "gemini", model);
  const codec = completion.translation?.codec;
  if (codec === undefined) throw new TypeError("no codec");
  const encoded = codec.encodeRequest(read(operation, body), target);
  return { ...encoded, body: parseJson(writeJson(encoded.body)) };
}

function answered(body: Json): Completion {
  const codec = completion.translation?.codec;
  if (codec === undefined) throw new TypeError("no codec");
  return codec.decodeResponse(tryParseJsonWithTexts(JSON.stringify(body), answerTexts) ?? null);
}

function streamed(bytes: Uint8Array, size: number): Completion {
  const decoder = completion.translation?.codec.createStreamDecoder();
  const parser = framings.google.createParser();
  const collector = createCollector();
  const take = (events: ReturnType<typeof parser.push>) => {
    for (const event of events) for (const each of decoder?.push(event) ?? []) collector.push(each);
  };
  for (let at = 0; at < bytes.length; at += size) take(parser.push(bytes.subarray(at, at + size)));
  take(parser.end());
  for (const event of decoder?.finish().events ?? []) collector.push(event);
  if (!collector.complete()) throw new TypeError("not complete");
  return collector.completion();
}

const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: 4, totalTokenCount: 14 };
const chunks: readonly Json[] = [
  {
    candidates: [{ content: { parts: [{ text: "Hm ü", thought: true }] }, index: 0 }],
    responseId: "r",
    modelVersion: "m",
  },
  { candidates: [{ content: { parts: [{ text: "A], {" }] }, index: 0 }] },
  {
    candidates: [
      {
        content: {
          parts: [
            { functionCall: { name: "f", args: { n: 1 } }, thoughtSignature: "c2ln" },
            { functionCall: { id: "own", name: "g", args: {} } },
          ],
        },
        finishReason: "STOP",
        index: 0,
      },
    ],
    usageMetadata,
  },
];

function candidateOf(answer: Json) {
  const [candidate] = isObject(answer) ? arrayOf(answer, "candidates") : [];
  return isObject(candidate) ? candidate : {};
}

function partsOf(answer: Json): readonly Json[] {
  return arrayOf(objectOf(candidateOf(answer), "content") ?? {}, "parts");
}

function eventOf(chunk: object) {
  const data = JSON.stringify(chunk);
  return { event: "message", data, raw: Buffer.from(`data: ${data}\r\n\r\n`) };
}

describe("answers", () => {
  const parts = chunks.flatMap((chunk) => partsOf(chunk));
  const whole = answered({
    candidates: [{ content: { parts }, finishReason: "STOP" }],
    usageMetadata,
    responseId: "r",
    modelVersion: "m",
  });

  test("createStreamDecoder() gives what the whole answer does, in events and as an array, cut anywhere", () => {
    const sse = Buffer.from(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join(""));
    const array = Buffer.from(`[${chunks.map((chunk) => JSON.stringify(chunk)).join("\n,\n")}]`);
    for (const bytes of [sse, array])
      for (const size of [1, 2, 7, bytes.length]) expect(streamed(bytes, size)).toEqual(whole);
  });

  test("a stream whose chunks differ in text and counts alone is charged by the last, wherever it breaks off", () => {
    const chunk = (text: string, tokens: number, more: object = {}) =>
      eventOf({
        candidates: [{ content: { parts: [{ text }], role: "model" }, index: 0, ...more }],
        usageMetadata: { promptTokenCount: 10, candidatesTokenCount: tokens, totalTokenCount: 10 + tokens },
      });
    const words = ["One", " two", " thrée", " four"];
    const decoder = createStreamDecoder();
    const meter = createStreamMeter();
    for (const [at, word] of words.entries()) {
      const events = decoder.push(chunk(word, at + 1));
      expect(events.at(-1)).toEqual({ type: "text-delta", choice: 0, index: 0, text: word });
      expect(meter.push(chunk(word, at + 1))).toMatchObject({ token: true });
      expect(decoder.usage?.()?.usage).toEqual({ ...noUsage, input: 10, output: at + 1 });
      expect(meter.facts().usage).toEqual({ ...noUsage, input: 10, output: at + 1 });
    }
    expect(meter.outputBytes()).toBe(Buffer.byteLength(words.join("")));
    const support = { groundingChunkIndices: [0], segment: { startIndex: 8, endIndex: 14, text: "thrée" } };
    const groundingMetadata = { groundingChunks: [{ web: { uri: "https://a.b" } }], groundingSupports: [support] };
    const [, citation] = decoder.push(chunk(".", 5, { groundingMetadata, finishReason: "STOP" }));
    expect(citation).toMatchObject({ type: "citation", citation: { start: 8, end: 13, citedText: "thrée" } });
    expect(decoder.finish().events).toMatchObject([
      { type: "item-end" },
      { type: "finish" },
      { type: "usage" },
      { type: "end" },
    ]);
  });

  test("decodeResponse() tells calls apart, keeps what signs them, and takes STOP for calls", () => {
    expect(whole.items).toMatchObject([
      { kind: "reasoning", text: "Hm ü" },
      { kind: "text", text: "A], {" },
      { kind: "tool-call", name: "f", arguments: '{"n":1}', state: { origin: "gemini", value: "c2ln" } },
      { kind: "tool-call", id: "own", name: "g" },
    ]);
    expect(whole.finishes).toEqual([{ choice: 0, reason: "tool-calls", raw: "STOP" }]);
    expect(whole.usage).toEqual({ ...noUsage, input: 10, output: 4 });
  });

  test("createStreamDecoder() ends an answer that is blocked while it is made, and an error in a list, as what they are", () => {
    const begun = { candidates: [{ content: { parts: [{ text: "A" }] }, index: 0 }] };
    const blocked = createStreamDecoder();
    blocked.push(eventOf(begun));
    blocked.push(eventOf({ promptFeedback: { blockReason: "SAFETY" } }));
    expect(blocked.finish()).toEqual({
      complete: true,
      events: [
        { type: "item-end", choice: 0, index: 0 },
        { type: "finish", choice: 0, reason: "content-filter", raw: "SAFETY" },
        { type: "end" },
      ],
    });
    const meter = createStreamMeter();
    meter.push(eventOf(begun));
    expect(meter.facts().complete).toBe(false);
    meter.push(eventOf({ promptFeedback: { blockReason: "SAFETY" } }));
    expect(meter.facts()).toMatchObject({ complete: true, finishReason: "SAFETY" });
    const failed = createStreamDecoder();
    failed.push(eventOf(begun));
    const error = { code: 429, message: "Slow down", status: "RESOURCE_EXHAUSTED" };
    expect(failed.push(eventOf([{ error }]))).toMatchObject([{ type: "error", failure: { message: "Slow down" } }]);
    expect(failed.finish().complete).toBe(false);
  });

  test("decodeResponse() takes arguments that are written as a text", () => {
    const parts = [{ functionCall: { name: "look", args: '{"n":1}' } }];
    expect(answered({ candidates: [{ content: { parts }, finishReason: "STOP" }] }).items).toMatchObject([
      { kind: "tool-call", arguments: '{"n":1}' },
    ]);
  });

  test("createStreamDecoder() puts a call together whose arguments come in pieces", () => {
    const calls = (...functionCalls: readonly JsonObject[]) => {
      const decoder = createStreamDecoder();
      const chunk = (functionCall: JsonObject, more: object = {}) =>
        eventOf({ candidates: [{ content: { parts: [{ functionCall }] }, ...more }] });
      const last = { candidates: [{ content: { parts: [{ text: "" }] }, finishReason: "STOP" }] };
      const events = [...functionCalls.flatMap((call) => decoder.push(chunk(call))), ...decoder.push(eventOf(last))];
      const collector = createCollector();
      for (const event of [...events, ...decoder.finish().events]) collector.push(event);
      const { finishes, items } = collector.completion();
      expect(finishes).toEqual([{ choice: 0, reason: "tool-calls", raw: "STOP" }]);
      return items.map((item) => item.kind === "tool-call" && `${item.name}(${item.arguments})`);
    };
    const at = (jsonPath: string, more: object) => ({ partialArgs: [{ jsonPath, ...more }], willContinue: true });
    const city = [
      { name: "look", willContinue: true },
      at("$.city", { stringValue: "Pa", willContinue: true }),
      at("$.city", { stringValue: "ris" }),
    ];
    const deep = [
      at("$.days[0].at", { numberValue: 1.5 }),
      at("$.days[1]['a b']", { boolValue: false }),
      at("$.none", { nullValue: "NULL_VALUE" }),
    ];
    const look = '{"city":"Paris","days":[{"at":1.5},{"a b":false}],"none":null}';
    expect(calls(...city, ...deep, {})).toEqual([`look(${look})`]);
    // Without a last piece; two, the first of which ends with its last piece; and beside one that is whole.
    expect(calls(...city)).toEqual(['look({"city":"Paris"})']);
    expect(calls(...city, { name: "list", args: { n: 1 } }, ...city, {})).toEqual([
      ...['look({"city":"Paris"})', 'list({"n":1})', 'look({"city":"Paris"})'],
    ]);
    expect(calls({ name: "look", ...at("$.__proto__.polluted", { boolValue: true }) }, at("$[9][9]", {}), {})).toEqual([
      'look({"9":[null],"__proto__":{"polluted":true}})',
    ]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test("decodeResponse() says why nothing came", () => {
    const finishOf = (body: Json) => answered(body).finishes[0];
    expect(finishOf({ promptFeedback: { blockReason: "OTHER" } })).toMatchObject({
      reason: "content-filter",
      raw: "OTHER",
    });
    for (const finishReason of ["SAFETY", "RECITATION", "IMAGE_SAFETY", "SPII"])
      expect(finishOf({ candidates: [{ finishReason }] })).toMatchObject({ reason: "content-filter" });
    for (const finishReason of ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "NEWER_THAN_THIS"])
      expect(finishOf({ candidates: [{ finishReason }] })).toMatchObject({ reason: "other", raw: finishReason });
    expect(() => answered({ candidates: [] })).toThrow("no candidate");
  });

  test("usage has every class once, whichever way thoughts are counted", () => {
    const usageOf = (usage: Json) => answered({ candidates: [{ finishReason: "STOP" }], usageMetadata: usage }).usage;
    const details = [
      { modality: "TEXT", tokenCount: 80 },
      { modality: "AUDIO", tokenCount: 20 },
    ];
    expect(
      usageOf({
        promptTokenCount: 100,
        promptTokensDetails: details,
        cachedContentTokenCount: 40,
        toolUsePromptTokenCount: 5,
        thoughtsTokenCount: 7,
        candidatesTokenCount: 3,
        totalTokenCount: 115,
      }),
    ).toEqual({ ...noUsage, input: 45, cacheRead: 40, inputAudio: 20, output: 3, reasoning: 7 });
    const inside = { promptTokenCount: 10, candidatesTokenCount: 9, thoughtsTokenCount: 4, totalTokenCount: 19 };
    expect(usageOf(inside)).toEqual({ ...noUsage, input: 10, output: 5, reasoning: 4 });
  });

  test("encodeResponse() hides thoughts that nobody asked for, and carries their state on the part behind", () => {
    const state = { origin: "anthropic-messages", value: "SIG", redacted: false };
    const items: Completion["items"] = [
      { choice: 0, index: 0, kind: "reasoning", text: "Hm.", state },
      { choice: 0, index: 1, kind: "tool-call", id: "toolu_1", name: "f", arguments: '{"n":1}' },
    ];
    const finishes: Completion["finishes"] = [{ choice: 0, reason: "tool-calls" }];
    const said = { id: "a", model: "m", items, finishes, extensions: {} };
    const written = parseJson(writeJson(completion.translation?.endpoint.encodeResponse(said, context) ?? {}));
    const parts = partsOf(written);
    expect(parts).toMatchObject([{ functionCall: { id: "toolu_1", name: "f", args: { n: 1 } } }]);
    const contents = [{ parts: [{ text: "q" }] }, { role: "model", parts }];
    const back = read(completion, { model: "m", contents });
    expect(back.messages[1]?.content).toMatchObject([
      { type: "reasoning", text: "Hm.", state },
      { type: "tool-call", id: "toolu_1" },
    ]);
  });
});

describe("requests to Gemini", () => {
  const call = (id: string, name: string) => ({ id, type: "function", function: { name, arguments: "{}" } });

  test("encodeRequest() answers every call once, in the order of the calls", () => {
    const { body } = sent(chat, {
      model: "m",
      messages: [
        { role: "user", content: "q" },
        { role: "assistant", content: " ", tool_calls: [call("a", "f"), call("b", "g"), call("c", "f")] },
        { role: "tool", tool_call_id: "c", content: "[3]" },
        { role: "tool", tool_call_id: "a", content: '{"x":1.0}' },
        { role: "user", content: "go on" },
      ],
    });
    expect(body).toMatchObject({
      contents: [
        { role: "user", parts: [{ text: "q" }] },
        {
          role: "model",
          parts: [{ functionCall: { name: "f" } }, { functionCall: { name: "g" } }, { functionCall: { name: "f" } }],
        },
        {
          role: "user",
          parts: [
            { functionResponse: { id: "a", name: "f", response: { x: 1 } } },
            { functionResponse: { id: "c", name: "f", response: { output: "[3]" } } },
            { functionResponse: { id: "b", name: "g", response: { error: "No result" } } },
          ],
        },
        { role: "user", parts: [{ text: "go on" }] },
      ],
    });
  });

  test("encodeRequest() leaves out a schema that describes nothing", () => {
    const tool = (name: string, parameters?: Json) => ({
      type: "function",
      function: { name, ...(parameters !== undefined && { parameters }) },
    });
    const tools = [tool("a", {}), tool("b"), tool("c", { type: "object" })];
    const { body } = sent(chat, { model: "m", messages: [{ role: "user", content: "q" }], tools });
    expect(isObject(body) && body.tools).toEqual([
      {
        functionDeclarations: [{ name: "a" }, { name: "b" }, { name: "c", parametersJsonSchema: { type: "object" } }],
      },
    ]);
  });

  test("encodeRequest() asks for thoughts in the words that the model knows", () => {
    const asked = (model: string, fields: JsonObject) => {
      const { body } = sent(chat, { model, messages: [{ role: "user", content: "q" }], ...fields }, model);
      return isObject(body) ? objectOf(objectOf(body, "generationConfig") ?? {}, "thinkingConfig") : undefined;
    };
    expect(asked("gemini-2.5-flash", { reasoning_effort: "low" })).toEqual({
      includeThoughts: true,
      thinkingBudget: 1024,
    });
    expect(asked("gemini-2.5-flash", { reasoning_effort: "none" })).toEqual({ thinkingBudget: 0 });
    expect(asked("gemini-2.5-pro", { reasoning_effort: "none" })).toEqual({ thinkingBudget: 128 });
    expect(asked("gemini-3-pro-preview", { reasoning_effort: "medium" })).toEqual({
      includeThoughts: true,
      thinkingLevel: "LOW",
    });
    expect(asked("gemini-3-flash", { reasoning_effort: "none" })).toEqual({ thinkingLevel: "MINIMAL" });
    expect(asked("gemini-2.0-flash", { reasoning_effort: "high" })).toBeUndefined();
  });

  test("encodeRequest() writes media by their types", () => {
    const { body } = sent(messages, {
      model: "m",
      max_tokens: 9,
      messages: [
        {
          role: "user",
          content: [
            { type: "image", source: { type: "url", url: "https://x.example/a.png?b" } },
            { type: "document", source: { type: "base64", media_type: "application/pdf", data: "JVBERi0=" } },
          ],
        },
      ],
    });
    expect(body).toMatchObject({
      contents: [
        {
          parts: [
            { fileData: { fileUri: "https://x.example/a.png?b", mimeType: "image/png" } },
            { inlineData: { mimeType: "application/pdf", data: "JVBERi0=" } },
          ],
        },
      ],
      generationConfig: { maxOutputTokens: 9 },
    });
  });
});

describe("requests of Gemini's clients", () => {
  test("decodeRequest() reads both spellings, and Google's schemas as JSON Schema", () => {
    const request = read(completion, {
      model: "m",
      system_instruction: { parts: { text: "brief" } },
      contents: [{ parts: [{ text: "q" }, { inline_data: { mime_type: "audio/mpeg", data: "AA==" } }] }],
      tools: [
        {
          function_declarations: [
            {
              name: "f",
              parameters: {
                type: "OBJECT",
                properties: {
                  a: { type: "STRING", nullable: true, enum: ["x"] },
                  b: { type: "ARRAY", items: { type: "INTEGER" }, maxItems: "2" },
                },
                propertyOrdering: ["a", "b"],
              },
            },
          ],
        },
        { google_search: {} },
      ],
      tool_config: { function_calling_config: { mode: "ANY", allowed_function_names: ["f"] } },
      generation_config: {
        max_output_tokens: 7,
        thinking_config: { thinking_budget: 0 },
        response_mime_type: "application/json",
      },
    });
    expect(request).toMatchObject({
      messages: [
        { role: "system", content: [{ type: "text", text: "brief" }] },
        {
          role: "user",
          content: [
            { type: "text", text: "q" },
            { type: "audio", format: "mp3" },
          ],
        },
      ],
      toolChoice: { type: "tool", name: "f" },
      maxOutputTokens: 7,
      reasoning: { enabled: false },
      outputFormat: { type: "json" },
    });
    const [tool, search] = request.tools;
    expect(tool?.type === "function" && parseJson(tool.parameters ?? "")).toEqual({
      type: "object",
      properties: {
        a: { type: ["string", "null"], enum: ["x", null] },
        b: { type: "array", items: { type: "integer" }, maxItems: 2 },
      },
    });
    expect(search).toEqual({ type: "provider", dialect: "gemini", definition: { google_search: {} } });
  });

  test("decodeRequest() names the field that cannot be read", () => {
    for (const [body, field] of [
      [{ contents: "q" }, "contents"],
      [{ contents: [{ role: "robot", parts: [{ text: "q" }] }] }, "contents[0].role"],
      [{ contents: [{ parts: [{ text: 1 }] }] }, "contents[0].parts[0].text"],
      [
        { contents: [{ parts: [{ text: "q" }] }], generationConfig: { maxOutputTokens: "x" } },
        "generationConfig.maxOutputTokens",
      ],
    ] as const)
      expect(() => read(completion, { model: "m", ...body })).toThrow(`"${field}"`);
  });
});

test("CallBook gives a result without an id to a call without one, whatever stands first", () => {
  const book = new CallBook();
  book.called("look", "k1");
  const made = book.called("look", "");
  expect(book.answered("look", "")).toBe(made);
  expect(book.answered("look", "k1")).toBe("k1");
  book.called("find", "k2");
  expect(book.answered("find", "")).toBe("k2");
});

test("encodeError() names every status", () => {
  const named = (status: number) => encodeError(new GatewayError("upstream_error", "no", { status }), "r");
  expect(named(529)).toMatchObject({ error: { code: 529, status: "UNAVAILABLE" } });
  expect(named(410)).toMatchObject({ error: { status: "FAILED_PRECONDITION" } });
  expect(named(502)).toMatchObject({ error: { status: "INTERNAL" } });
});
