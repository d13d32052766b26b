import { describe, expect, test } from "bun:test";
import type { CompletionEvent, CompletionRequest } from "#core/completion";
import { GatewayError } from "#core/errors";
import { createEventStreamParser } from "#lib/event-stream-parser";
import { writeEventStreamMessage } from "#lib/event-stream-writer";
import type { Json, JsonObject } from "#lib/json";
import { writeEventStream } from "../event-stream-text";
import {
  anthropicMessagesEndpoint,
  bedrockConverseCodec,
  bedrockConverseEndpoint,
  openaiChatEndpoint,
  targetOf,
} from "../fixtures/parts";
import { decodeCallId, encodeCallId } from "./call-ids";
import { createDocumentNames } from "./document-names";
import { encodeStreamError, errorHeaders } from "./errors";
import { encodeExtraFields } from "./extra-fields";
import { failureOfAnswer } from "./failures";
import { readUsage } from "./usage";

const context = { id: "0".repeat(32), nowS: 1, streamUsage: true };
const claude = targetOf("bedrock", "bedrock-converse", "us.anthropic.claude-sonnet-4-5-20250929-v1:0");
const nova = targetOf("bedrock", "bedrock-converse", "amazon.nova-lite-v1:0");

function frame(event: string, body: object, type: "event" | "exception" = "event"): Uint8Array {
  return writeEventStreamMessage(
    [
      [type === "event" ? ":event-type" : ":exception-type", event],
      [":content-type", "application/json"],
      [":message-type", type],
    ],
    JSON.stringify(body),
  );
}

const turn = [
  frame("messageStart", { role: "assistant", p: "ab" }),
  frame("contentBlockDelta", { contentBlockIndex: 0, delta: { reasoningContent: { text: "Since" } }, p: "abc" }),
  frame("contentBlockDelta", { contentBlockIndex: 0, delta: { reasoningContent: { signature: "c2ln" } }, p: "a" }),
  frame("contentBlockStop", { contentBlockIndex: 0 }),
  frame("contentBlockDelta", { contentBlockIndex: 1, delta: { text: "Grüße, " }, p: "abcd" }),
  frame("contentBlockDelta", { contentBlockIndex: 1, delta: { text: "世界" }, p: "abcdefgh" }),
  frame("contentBlockDelta", { contentBlockIndex: 1, delta: { text: ' "!"' }, p: "abcdefghijkl" }),
  frame("contentBlockStop", { contentBlockIndex: 1 }),
  frame("contentBlockStart", { contentBlockIndex: 2, start: { toolUse: { toolUseId: "tooluse_1", name: "look" } } }),
  frame("contentBlockDelta", { contentBlockIndex: 2, delta: { toolUse: { input: '{"at":1.0}' } } }),
  frame("contentBlockStop", { contentBlockIndex: 2 }),
  frame("contentBlockStart", { contentBlockIndex: 3, start: { toolUse: { toolUseId: "tooluse_2", name: "list" } } }),
  frame("contentBlockStop", { contentBlockIndex: 3 }),
  frame("messageStop", { stopReason: "tool_use" }),
  frame("metadata", {
    usage: { inputTokens: 9, outputTokens: 5, totalTokens: 34, cacheReadInputTokens: 20 },
    metrics: { latencyMs: 7 },
  }),
];

function decode(bytes: Uint8Array): { readonly events: readonly CompletionEvent[]; readonly complete: boolean } {
  const parser = createEventStreamParser();
  const decoder = bedrockConverseCodec.createStreamDecoder();
  const events = parser.push(bytes).flatMap((event) => [...decoder.push(event)]);
  const rest = decoder.finish();
  return { events: [...events, ...rest.events], complete: rest.complete };
}

describe("streams", () => {
  test("createStreamDecoder() reads reasoning, text, calls, and usage after the end", () => {
    const { complete, events } = decode(Buffer.concat(turn));
    expect(complete).toBe(true);
    expect(events.map(({ type }) => type).join(" ")).toBe(
      "start item-start text-delta reasoning-state item-end item-start text-delta text-delta text-delta item-end item-start arguments-delta item-end item-start arguments-delta item-end finish usage end",
    );
    expect(
      events.flatMap((event) => (event.type === "text-delta" && event.index === 1 ? [event.text] : [])).join(""),
    ).toBe('Grüße, 世界 "!"');
    expect(events.find(({ type }) => type === "usage")).toMatchObject({
      usage: { input: 9, cacheRead: 20, output: 5 },
    });
    expect(events.filter(({ type }) => type === "arguments-delta")).toMatchObject([
      { json: '{"at":1.0}' },
      { json: "{}" },
    ]);
  });

  test("createStreamDecoder() ends a block in whose place another begins, where they are not counted", () => {
    const call = (toolUseId: string) => frame("contentBlockStart", { start: { toolUse: { toolUseId, name: "look" } } });
    const { events } = decode(
      Buffer.concat([
        frame("messageStart", { role: "assistant" }),
        frame("contentBlockDelta", { delta: { text: "Hm" } }),
        ...[call("a"), frame("contentBlockDelta", { delta: { toolUse: { input: '{"n":1}' } } })],
        ...[call("b"), frame("contentBlockDelta", { delta: { toolUse: { input: '{"n":2}' } } })],
        frame("messageStop", { stopReason: "tool_use" }),
      ]),
    );
    const told = events.map((event) => ("index" in event ? `${event.type} ${event.index}` : event.type));
    const [text, first, second] = [0, 1, 2].map((at) => [
      ...[`item-start ${at}`, `${at === 0 ? "text" : "arguments"}-delta ${at}`, `item-end ${at}`],
    ]);
    expect(told).toEqual(["start", ...(text ?? []), ...(first ?? []), ...(second ?? []), "finish", "end"]);
  });

  test("createStreamDecoder() is complete with messageStop alone, and not without", () => {
    expect(decode(Buffer.concat(turn.slice(0, -1)))).toMatchObject({ complete: true });
    expect(decode(Buffer.concat(turn.slice(0, -2)))).toMatchObject({ complete: false });
  });

  test("createStreamDecoder() gives exceptions and errors out as the provider's", () => {
    const exception = frame("throttlingException", { message: "Too many tokens" }, "exception");
    expect(decode(Buffer.concat([...turn.slice(0, 2), exception])).events.at(-1)).toEqual({
      type: "error",
      failure: { message: "Too many tokens", type: "ThrottlingException", code: "ThrottlingException" },
    });
    const error = writeEventStreamMessage(
      [
        [":message-type", "error"],
        [":error-code", "InternalFailure"],
        [":error-message", "inner trouble"],
      ],
      "",
    );
    expect(decode(error).events).toMatchObject([
      { type: "error", failure: { message: "inner trouble", type: "InternalFailure" } },
    ]);
  });

  test("createStreamDecoder() passes over events, deltas and blocks that it does not know", () => {
    const odd = [
      frame("tomorrow", { x: 1 }),
      frame("contentBlockDelta", { contentBlockIndex: 0, delta: { newKind: { y: 1 } } }),
    ];
    const { events } = decode(Buffer.concat([...odd, ...turn]));
    expect(events.filter(({ type }) => type === "item-start")).toHaveLength(4);
  });

  test("createStreamMeter() lets all bytes pass and counts what they carry", () => {
    const meter = bedrockConverseCodec.createStreamMeter({ hideUsage: false });
    const verdicts = createEventStreamParser().push(Buffer.concat(turn)).map(meter.push);
    expect(verdicts.every(({ forward }) => forward)).toBe(true);
    expect(verdicts.map(({ terminal }) => terminal).lastIndexOf(false)).toBe(turn.length - 2);
    expect(meter.facts()).toMatchObject({ complete: true, finishReason: "tool_use", usage: { cacheRead: 20 } });
    expect(meter.outputBytes()).toBe(Buffer.byteLength('SinceGrüße, 世界 "!"{"at":1.0}'));
  });

  test("createStreamEncoder() writes what it reads, for AWS's clients", () => {
    const encoder = bedrockConverseEndpoint.createStreamEncoder(context);
    const { events } = decode(Buffer.concat(turn));
    const messages = createEventStreamParser().push(writeEventStream(events.map(encoder.push).join("")));
    expect(messages.map(({ event }) => event)).toEqual([
      ...["messageStart", "contentBlockDelta", "contentBlockDelta", "contentBlockStop", "contentBlockDelta"],
      ...["contentBlockDelta", "contentBlockDelta", "contentBlockStop", "contentBlockStart", "contentBlockDelta"],
      ...["contentBlockStop", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"],
    ]);
    expect(
      decode(writeEventStream(events.map(bedrockConverseEndpoint.createStreamEncoder(context).push).join(""))).events,
    ).toEqual([...events]);
    expect(JSON.parse(messages.at(-1)?.data ?? "")).toEqual({
      usage: { inputTokens: 9, outputTokens: 5, totalTokens: 34, cacheReadInputTokens: 20, cacheWriteInputTokens: 0 },
      metrics: { latencyMs: 7 },
    });
  });
});

function whole(content: readonly object[], stopReason = "end_turn"): Json {
  return JSON.parse(
    JSON.stringify({
      output: { message: { role: "assistant", content } },
      stopReason,
      usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
      metrics: { latencyMs: 1 },
    }),
  );
}

describe("whole answers", () => {
  const blocks = [
    { reasoningContent: { reasoningText: { text: "Since", signature: "c2ln" } } },
    { reasoningContent: { redactedContent: "b3BhcXVl" } },
    { text: "Hi" },
    {
      citationsContent: {
        content: [{ text: "cited" }],
        citations: [{ title: "T", location: { web: { url: "https://a.b" } } }],
      },
    },
    { toolUse: { toolUseId: "tooluse_1", name: "look", input: { at: 1 } } },
  ];

  test("decodeResponse() and encodeResponse() carry every block", () => {
    const body = whole(blocks, "tool_use");
    const completion = bedrockConverseCodec.decodeResponse(body);
    expect<Json>(bedrockConverseEndpoint.encodeResponse(completion, context)).toEqual(body);
    const message = anthropicMessagesEndpoint.encodeResponse({ ...completion, model: "m" }, context);
    expect(message.content).toMatchObject([
      { type: "thinking", thinking: "Since", signature: "c2ln" },
      { type: "redacted_thinking", data: "b3BhcXVl" },
      { type: "text", text: "Hi" },
      { type: "text", text: "cited", citations: [{ url: "https://a.b" }] },
      { type: "tool_use", id: "tooluse_1", name: "look", input: { at: 1 } },
    ]);
  });

  test("decodeResponse() reads a turn that calls tools as one, whatever it says of its end", () => {
    const call = { toolUse: { toolUseId: "a", name: "look", input: {} } };
    const completion = bedrockConverseCodec.decodeResponse(whole([call], "end_turn"));
    expect(completion.finishes).toMatchObject([{ reason: "tool-calls", raw: "end_turn" }]);
  });

  for (const [word, reason] of [
    ["end_turn", "stop"],
    ["max_tokens", "length"],
    ["guardrail_intervened", "content_filter"],
    ["content_filtered", "content_filter"],
    ["tool_use", "tool_calls"],
    ["stop_sequence", "stop"],
    ["model_context_window_exceeded", "length"],
    ["malformed_tool_use", "length"],
  ] as const)
    test(`decodeResponse() reads ${word} as ${reason} for a chat client`, () => {
      const completion = bedrockConverseCodec.decodeResponse(whole([{ text: "x" }], word));
      expect(openaiChatEndpoint.encodeResponse({ ...completion, model: "m" }, context)).toMatchObject({
        choices: [{ finish_reason: reason }],
      });
    });
});

function translated(request: JsonObject, target = claude) {
  return bedrockConverseCodec.encodeRequest(
    anthropicMessagesEndpoint.decodeRequest({ max_tokens: 9000, model: "m", ...request }),
    target,
  );
}

describe("requests", () => {
  test("encodeRequest() puts cache points behind what is marked, results first, and system apart", () => {
    const cache_control = { type: "ephemeral" };
    const { body } = translated({
      system: [{ type: "text", text: "Be brief", cache_control: { type: "ephemeral", ttl: "1h" } }],
      messages: [
        { role: "user", content: "q" },
        { role: "assistant", content: [{ type: "tool_use", id: "t|1", name: "look", input: { at: 1 } }] },
        { role: "user", content: [{ type: "text", text: "go on" }] },
        {
          role: "user",
          content: [{ type: "tool_result", tool_use_id: "t|1", content: "", is_error: true, cache_control }],
        },
      ],
      tools: [{ name: "look", input_schema: { properties: {} }, cache_control }],
    });
    const toolUseId = encodeCallId("t|1");
    expect(body).toEqual({
      system: [{ text: "Be brief" }, { cachePoint: { type: "default", ttl: "1h" } }],
      messages: [
        { role: "user", content: [{ text: "q" }] },
        { role: "assistant", content: [{ toolUse: { toolUseId, name: "look", input: { at: 1 } } }] },
        {
          role: "user",
          content: [
            { toolResult: { toolUseId, content: [{ text: "Error" }], status: "error" } },
            { cachePoint: { type: "default" } },
            { text: "go on" },
          ],
        },
      ],
      inferenceConfig: { maxTokens: 9000 },
      toolConfig: {
        tools: [
          { toolSpec: { name: "look", inputSchema: { json: { type: "object", properties: {} } } } },
          { cachePoint: { type: "default" } },
        ],
      },
    });
  });

  test("encodeRequest() asks Claude to think in its own words, and names it for models that have none", () => {
    const asked = {
      messages: [{ role: "user", content: "q" }],
      thinking: { type: "enabled", budget_tokens: 2000 },
      top_k: 5,
    };
    const { thinking, ...plain } = asked;
    expect(translated(plain).body.additionalModelRequestFields).toEqual({ top_k: 5 });
    // While it thinks Claude takes none, which the mends know.
    expect(translated(asked)).toMatchObject({
      body: { additionalModelRequestFields: { thinking } },
      dropped: ["additionalModelRequestFields.top_k"],
    });
    const other = translated(asked, nova);
    expect(other.body.additionalModelRequestFields).toEqual({ inferenceConfig: { topK: 5 } });
    expect(other.dropped).toEqual(["reasoning_effort"]);
  });

  test("encodeRequest() asks others than Claude to reason in their own words", () => {
    const unbounded: CompletionRequest = {
      ...{ model: "m", stream: false, streamUsage: true, messages: [], tools: [], stop: [], n: 1, extensions: {} },
    };
    const nova2 = targetOf("bedrock", "bedrock-converse", "us.amazon.nova-2-lite-v1:0");
    const oss = targetOf("bedrock", "bedrock-converse", "openai.gpt-oss-120b-1:0");
    const asked = { messages: [{ role: "user", content: "q" }], thinking: { type: "enabled", budget_tokens: 20_000 } };
    // It thinks hard only where nothing bounds its answer.
    const bounded = translated({ ...asked, max_tokens: 30_000 }, nova2);
    expect(bounded.body.additionalModelRequestFields).toMatchObject({
      reasoningConfig: { maxReasoningEffort: "medium" },
    });
    expect(bounded.dropped).toEqual(["reasoning_effort"]);
    const fields = encodeExtraFields({ ...unbounded, reasoning: { enabled: true, effort: "max" } }, nova2, 1, []);
    expect(fields).toEqual({ reasoningConfig: { type: "enabled", maxReasoningEffort: "high" } });
    expect(translated(asked, oss).body.additionalModelRequestFields).toEqual({ reasoning_effort: "high" });
  });

  test("encodeRequest() offers tools that are only remembered, and begins with the user", () => {
    const { body } = translated({
      messages: [
        { role: "assistant", content: [{ type: "tool_use", id: "a", name: "look", input: {} }] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "a", content: "warm" }] },
      ],
    });
    expect(body.toolConfig).toMatchObject({ tools: [{ toolSpec: { name: "look" } }] });
    expect(body.messages).toMatchObject([{ role: "user", content: [{ text: "Continue." }] }, {}, {}]);
  });

  test("encodeRequest() writes no marker behind tools for Nova, and names it", () => {
    const tools = [{ name: "look", input_schema: { type: "object" }, cache_control: { type: "ephemeral" } }];
    const request = { messages: [{ role: "user", content: "q" }], tools };
    expect(translated(request).body.toolConfig).toMatchObject({ tools: [{}, { cachePoint: { type: "default" } }] });
    const { body, dropped } = translated(request, nova);
    expect(body.toolConfig).toMatchObject({ tools: [{ toolSpec: { name: "look" } }] });
    expect(JSON.stringify(body.toolConfig)).not.toContain("cachePoint");
    expect(dropped).toContain("tools[0].cache_control");
  });

  test("encodeRequest() answers calls that nobody answered, and says results without their call in the open", () => {
    const { body, dropped } = translated({
      messages: [
        { role: "user", content: "q" },
        { role: "assistant", content: [{ type: "tool_use", id: "a", name: "look", input: {} }] },
        { role: "user", content: "stop" },
        { role: "assistant", content: "Well." },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "gone", content: "warm" }] },
      ],
    });
    const noResult = { toolUseId: "a", content: [{ text: "There is no result." }], status: "error" };
    expect(body.messages).toMatchObject([
      {},
      {},
      { role: "user", content: [{ toolResult: noResult }, { text: "stop" }] },
      {},
      { role: "user", content: [{ text: "warm" }] },
    ]);
    expect(dropped).toEqual(["messages[4].tool_call_id"]);
  });

  test("encodeRequest() takes the format of a document from its name where its type says nothing", () => {
    const { body } = translated({
      messages: [
        {
          role: "user",
          content: [
            {
              type: "document",
              title: "a.DOCX",
              source: { type: "base64", media_type: "application/octet-stream", data: "aGk=" },
            },
          ],
        },
      ],
    });
    expect(body.messages).toMatchObject([{ content: [{ document: { format: "docx", name: "a DOCX" } }, {}] }]);
  });

  test("decodeRequest() reads what encodeRequest() writes", () => {
    const request: JsonObject = {
      model: "m",
      stream: false,
      system: [{ text: "S" }, { cachePoint: { type: "default" } }],
      messages: [
        {
          role: "user",
          content: [
            { text: "look at these" },
            { image: { format: "png", source: { bytes: "aGk=" } } },
            { document: { format: "pdf", name: "My file", source: { bytes: "aGk=" }, citations: { enabled: true } } },
            { video: { format: "mp4", source: { bytes: "aGk=" } } },
            { guardContent: { text: { text: "guarded", qualifiers: ["query"] } } },
            { cachePoint: { type: "default", ttl: "1h" } },
          ],
        },
        {
          role: "assistant",
          content: [
            { reasoningContent: { reasoningText: { text: "Since", signature: "c2ln" } } },
            { toolUse: { toolUseId: "a", name: "look", input: { at: 1 } } },
          ],
        },
        {
          role: "user",
          content: [{ toolResult: { toolUseId: "a", content: [{ json: { ok: true } }, { text: "t" }] } }],
        },
      ],
      inferenceConfig: { maxTokens: 4000, temperature: 0.5, stopSequences: ["END"] },
      toolConfig: {
        tools: [{ toolSpec: { name: "look", description: "d", inputSchema: { json: { type: "object" } } } }],
        toolChoice: { any: {} },
      },
      guardrailConfig: { guardrailIdentifier: "abc", guardrailVersion: "1" },
      performanceConfig: { latency: "optimized" },
      requestMetadata: { team: "search" },
      outputConfig: {
        textFormat: {
          type: "json_schema",
          structure: { jsonSchema: { schema: '{"type":"object","additionalProperties":false}', name: "n" } },
        },
      },
      serviceTier: { type: "flex" },
    };
    const { model: _model, stream: _stream, ...sent } = request;
    const decoded = bedrockConverseEndpoint.decodeRequest(request);
    expect(bedrockConverseCodec.encodeRequest(decoded, claude)).toMatchObject({ body: sent, dropped: [] });
  });

  for (const [path, request] of [
    ["messages", { messages: "x" }],
    ["messages[0].role", { messages: [{ role: "tool", content: [] }] }],
    ["messages[0].content", { messages: [{ role: "user", content: "text" }] }],
    ["messages[0].content[0]", { messages: [{ role: "user", content: [{}] }] }],
    ["inferenceConfig.maxTokens", { messages: [], inferenceConfig: { maxTokens: 0 } }],
    [
      "toolConfig.toolChoice",
      { messages: [{ role: "user", content: [{ text: "x" }] }], toolConfig: { toolChoice: {} } },
    ],
  ] as const)
    test(`decodeRequest() refuses a wrong ${path} by name`, () => {
      expect(() => bedrockConverseEndpoint.decodeRequest({ model: "m", ...request })).toThrow(`"${path}"`);
    });
});

describe("names", () => {
  test("encodeCallId() keeps what is taken, and tells others apart", () => {
    expect(encodeCallId("tooluse_a.b:c-d")).toBe("tooluse_a.b:c-d");
    for (const id of ["call|1", "ü", "hgid_x", ""]) expect(decodeCallId(encodeCallId(id))).toBe(id);
    const long = ["a", "b"].map((end) => encodeCallId(`${"x|".repeat(60)}${end}`));
    expect(new Set(long).size).toBe(2);
    for (const id of long) expect(id).toMatch(/^[a-zA-Z0-9_.:-]{1,64}$/);
  });

  test("createDocumentNames() gives names of the alphabet that differ", () => {
    const nameOf = createDocumentNames();
    const names = [
      "Bob's r_1.pdf",
      "Bob's r_1.pdf",
      "分期.pdf",
      undefined,
      "x  y\n[1] (a)",
      "z".repeat(300),
      "z".repeat(300),
    ].map(nameOf);
    expect(names.slice(0, 5)).toEqual(["Bob s r 1 pdf", "Bob s r 1 pdf (2)", "pdf", "document", "x y [1] (a)"]);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^(?!.*\s\s)[A-Za-z0-9\s()[\]-]{1,200}$/);
  });
});

test("encodeStreamError() and errorHeaders() word errors as AWS does", () => {
  const limited = new GatewayError("rate_limited", "Wait");
  expect(errorHeaders(limited)).toEqual({ "x-amzn-errortype": "ThrottlingException" });
  expect(encodeStreamError(limited)).toBe('!throttlingException {"message":"Wait"}\n');
  expect(errorHeaders(new GatewayError("invalid_request", "No"))).toEqual({
    "x-amzn-errortype": "ValidationException",
  });
  const theirs = new GatewayError("upstream_error", "No", { status: 404, upstreamType: "ModelNotReadyException" });
  expect(errorHeaders(theirs)).toEqual({ "x-amzn-errortype": "ModelNotReadyException" });
});

test("failureOfAnswer() finds an exception beside an answer", () => {
  const answer = { output: { message: { role: "assistant", content: [{ text: "half" }] } }, stopReason: "end_turn" };
  expect(failureOfAnswer(answer)).toBeUndefined();
  expect(failureOfAnswer({ ...answer, __type: "InternalServerException", message: "lost a node" })).toMatchObject({
    message: "lost a node",
  });
  expect(failureOfAnswer({ ...answer, message: "slow down" })?.message).toBe("slow down");
});

test("readUsage() knows both spellings of cached tokens", () => {
  const told = { inputTokens: 4, outputTokens: 1, cacheReadInputTokenCount: 30, cacheWriteInputTokenCount: 20 };
  expect(readUsage(told)).toMatchObject({ input: 4, output: 1, cacheRead: 30, cacheWrite: 20 });
  expect(readUsage({ ...told, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 })).toMatchObject({ cacheRead: 0 });
});
