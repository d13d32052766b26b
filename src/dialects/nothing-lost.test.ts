import { describe, expect, test } from "bun:test";
import type { CompletionRequest, Message, Part } from "#core/completion";
import { isObject, type Json, type JsonObject, parseJson } from "#lib/json";
import { scanTopLevel } from "#lib/json-scan";
import { writeJson } from "#lib/json-text";
import type { Traits } from "#traits/vocabulary";
import { pathOfClient } from "./client-words";
import { mendEncoded } from "./mend-encoded";
import { dialects } from "./registry";

const pixel = "iVBORw0KGgo=";
const image: Part = { type: "image", source: { type: "base64", mediaType: "image/png", data: pixel } };
const pdf: Part = { type: "document", source: { type: "base64", mediaType: "application/pdf", data: "JVBERi0=" } };
const base: CompletionRequest = {
  ...{ model: "m", stream: false, streamUsage: true, tools: [], stop: [], n: 1, extensions: {}, messages: [] },
};
const providers = Object.values(dialects).filter(({ operations }) => operations.completion?.translation !== undefined);

function encode(provider: string, messages: readonly Message[], traits: Traits = {}) {
  const codec = dialects[provider]?.operations.completion?.translation?.codec;
  if (codec === undefined) throw new TypeError(`${provider} has no codec`);
  const { body, dropped } = codec.encodeRequest({ ...base, messages }, { model: "m", traits });
  return {
    body: JSON.stringify(
      parseJson(
        Buffer.from(mendEncoded({ body, dropped, headers: {} }, [], scanTopLevel(Buffer.from("{}"))).body).toString(),
      ),
    ),
    dropped,
  };
}

describe("a result that holds no text", () => {
  const asked: Message = { role: "user", content: [{ type: "text", text: "What is there?" }] };
  const call: Message = {
    role: "assistant",
    content: [{ type: "tool-call", id: "call_1", name: "look", arguments: "{}" }],
  };
  const answered = (content: readonly Part[]): Message => ({
    role: "user",
    content: [{ type: "tool-result", callId: "call_1", content, isError: false }],
  });

  for (const { name } of providers)
    for (const [what, parts, bytes] of [
      ["an image", [image], pixel],
      ["a document", [pdf], "JVBERi0="],
      ["an image beside an empty text", [{ type: "text", text: "" }, image], pixel],
    ] as const)
      test(`but ${what} reaches ${name} beside a result that is not empty`, () => {
        const { body, dropped } = encode(name, [asked, call, answered(parts)]);
        expect(dropped).toEqual([]);
        expect(body).toContain(bytes);
        for (const empty of [/"content":""/, /"output":""/, /"content":\[\]/, /"text":""/, /"output":\[\]/])
          expect(body).not.toMatch(empty);
      });
});

describe("a cache marker on a blank text", () => {
  const marked: Part = { type: "text", text: "", cache: { ttl: "1h" } };
  const generous: Traits = { cache_markers: ["parts"] };
  const markers = /"(?:cache_control|cachePoint)":\{"type":"(?:ephemeral|default)","ttl":"1h"\}/g;

  for (const { name } of providers) {
    test(`stands on the part before it at ${name}, or is named`, () => {
      const { body, dropped } = encode(
        name,
        [{ role: "user", content: [{ type: "text", text: "Hi" }, marked] }],
        generous,
      );
      if (dropped.length > 0) expect(dropped).toEqual(["cache_control"]);
      else expect(body.match(markers)).toHaveLength(1);
    });

    test(`is named where nothing stands before it at ${name}, or is written`, () => {
      const { body, dropped } = encode(
        name,
        [{ role: "user", content: [marked, { type: "text", text: "Hi" }] }],
        generous,
      );
      if (dropped.length === 0) expect(body.match(markers)).toHaveLength(1);
      else expect(dropped.join()).toContain("cache_control");
    });
  }

  test("within a result is the result's where no point may stand within", () => {
    const call: Message = {
      role: "assistant",
      content: [{ type: "tool-call", id: "call_1", name: "look", arguments: "{}" }],
    };
    const result: Part = {
      type: "tool-result",
      callId: "call_1",
      isError: false,
      content: [{ ...marked, text: "warm" }],
    };
    const { body, dropped } = encode("bedrock-converse", [call, { role: "user", content: [result] }]);
    expect(dropped).toEqual([]);
    expect(body).toContain('"content":[{"text":"warm"}]}},{"cachePoint":{"type":"default","ttl":"1h"}}');
  });

  for (const { name } of providers)
    test(`on a call and its result is written or named at ${name}`, () => {
      const cache = { ttl: "1h" } as const;
      const call: Message = {
        role: "assistant",
        content: [{ type: "tool-call", id: "call_1", name: "look", arguments: "{}", cache }],
      };
      const result: Part = {
        type: "tool-result",
        callId: "call_1",
        isError: false,
        content: [{ type: "text", text: "warm" }],
        cache,
      };
      const { body, dropped } = encode(name, [call, { role: "user", content: [result] }]);
      if (dropped.length === 0) expect(body.match(markers)).toHaveLength(2);
      else expect(dropped).toContain("cache_control");
    });
});

/** A request of each dialect's clients in which nothing is said. */
const silent: { readonly [client: string]: { readonly body: JsonObject; readonly field: string } } = {
  "openai-chat": { body: { messages: [{ role: "user", content: "" }] }, field: "messages" },
  "anthropic-messages": { body: { messages: [{ role: "user", content: "" }], max_tokens: 1 }, field: "messages" },
  "bedrock-converse": { body: { messages: [{ role: "user", content: [{ text: "" }] }] }, field: "messages" },
  "bedrock-invoke": {
    body: { messages: [{ role: "user", content: "" }], max_tokens: 1, anthropic_version: "bedrock-2023-05-31" },
    field: "messages",
  },
  "openai-responses": { body: { input: [{ role: "user", content: "" }] }, field: "input" },
  gemini: { body: { contents: [{ role: "user", parts: [{ text: "" }] }] }, field: "contents" },
};

describe("errors about what a client wrote", () => {
  const read = (client: string, body: JsonObject): CompletionRequest => {
    const decoded = dialects[client]?.operations.completion?.decodeRequest?.({ model: "m", ...body });
    if (decoded === undefined) throw new TypeError(`${client} reads no request`);
    return decoded;
  };

  for (const [client, { body, field }] of Object.entries(silent))
    for (const name of ["anthropic-messages", "bedrock-converse", "bedrock-invoke", "gemini"])
      test(`name ${field} where a client of ${client} says nothing to ${name}`, () => {
        const codec = dialects[name]?.operations.completion?.translation?.codec;
        expect(() => codec?.encodeRequest(read(client, body), { model: "m", traits: {} })).toThrow(
          `"${field}" must hold a text`,
        );
      });

  test("name input where a client of Responses gives none", () => {
    for (const input of [[], null, undefined])
      expect(() => read("openai-responses", input === undefined ? {} : { input })).toThrow(
        '"input" must be a string or an array of at least one item',
      );
  });

  test("name choices as the client does", () => {
    const google = read("gemini", { contents: [{ parts: [{ text: "Hi" }] }], generationConfig: { candidateCount: 2 } });
    const chat = read("openai-chat", { messages: [{ role: "user", content: "Hi" }], n: 2 });
    for (const name of ["anthropic-messages", "bedrock-converse", "openai-responses"]) {
      const codec = dialects[name]?.operations.completion?.translation?.codec;
      const at = { model: "m", traits: {} };
      expect(() => codec?.encodeRequest(google, at)).toThrow('"generationConfig.candidateCount" must be 1');
      expect(() => codec?.encodeRequest(chat, at)).toThrow('"n" must be 1');
    }
  });
});

describe("pathOfClient() names a loss as the client of each dialect says it", () => {
  const said: { readonly [client: string]: Json } = {
    "openai-chat": {
      seed: 1,
      stop: ["a"],
      user: "u",
      reasoning_effort: "low",
      response_format: {},
      tool_choice: "auto",
    },
    "anthropic-messages": {
      top_k: 1,
      stop_sequences: ["a"],
      metadata: {},
      thinking: {},
      output_config: {},
      tool_choice: {},
    },
    "openai-responses": { top_logprobs: 1, safety_identifier: "u", reasoning: {}, text: {}, tool_choice: "auto" },
    gemini: { generationConfig: {}, toolConfig: {}, serviceTier: "flex" },
    "gemini in snake case": { generation_config: {}, tool_config: {} },
    "bedrock-converse": {
      inferenceConfig: {},
      toolConfig: {},
      requestMetadata: {},
      additionalModelRequestFields: {},
      serviceTier: {},
    },
  };
  const names: readonly (readonly [client: string, pivot: string, named: string])[] = [
    ["openai-chat", "seed", "seed"],
    ["openai-chat", "thinking", "reasoning_effort"],
    ["openai-chat", "additionalModelRequestFields.thinking", "reasoning_effort"],
    ["anthropic-messages", "stop", "stop_sequences"],
    ["anthropic-messages", "top_k", "top_k"],
    ["anthropic-messages", "user", "metadata"],
    ["anthropic-messages", "response_format", "output_config"],
    ["anthropic-messages", "outputConfig.textFormat", "output_config"],
    ["anthropic-messages", "parallel_tool_calls", "tool_choice"],
    ["anthropic-messages", "reasoning_effort", "thinking"],
    ["openai-responses", "logprobs", "top_logprobs"],
    ["openai-responses", "user", "safety_identifier"],
    ["openai-responses", "response_format", "text.format"],
    ["openai-responses", "reasoning_effort", "reasoning"],
    ["gemini", "top_k", "generationConfig.topK"],
    ["gemini", "seed", "generationConfig.seed"],
    ["gemini", "stop", "generationConfig.stopSequences"],
    ["gemini", "frequency_penalty", "generationConfig.frequencyPenalty"],
    ["gemini", "logprobs", "generationConfig.responseLogprobs"],
    ["gemini", "response_format", "generationConfig.responseMimeType"],
    ["gemini", "reasoning_effort", "generationConfig.thinkingConfig"],
    ["gemini", "max_tokens", "generationConfig.maxOutputTokens"],
    ["gemini", "tool_choice", "toolConfig"],
    ["gemini", "service_tier", "serviceTier"],
    ["gemini in snake case", "top_k", "generation_config.topK"],
    ["bedrock-converse", "top_p", "inferenceConfig.topP"],
    ["bedrock-converse", "stop", "inferenceConfig.stopSequences"],
    ["bedrock-converse", "metadata", "requestMetadata"],
    ["bedrock-converse", "service_tier", "serviceTier"],
    ["bedrock-converse", "top_k", "additionalModelRequestFields.top_k"],
  ];
  for (const [client, pivot, named] of names)
    test(`${pivot} of ${client}`, () => {
      const body = said[client];
      expect(pathOfClient(pivot, isObject(body) ? Object.keys(body) : [])).toBe(named);
    });
});

type Nested = {
  readonly client: string;
  readonly body: JsonObject;
  /** How it is named, or what arrives of it. */
  readonly lost: string;
  readonly arrives?: { readonly [provider: string]: RegExp };
};

const hi = { role: "user", content: "Hi" } as const;
const chat = (more: JsonObject): JsonObject => ({ messages: [hi], ...more });
const claude = (more: JsonObject): JsonObject => ({ max_tokens: 9, messages: [hi], ...more });
const google = (more: JsonObject): JsonObject => ({ contents: [{ role: "user", parts: [{ text: "Hi" }] }], ...more });
const chatTool = (more: JsonObject) => chat({ tools: [{ type: "function", function: { name: "f" }, ...more }] });
const claudeTool = (more: JsonObject) => claude({ tools: [{ name: "f", input_schema: { type: "object" }, ...more }] });
const blocks = (block: JsonObject) =>
  claude({ messages: [{ role: "user", content: [{ type: "text", text: "Hi" }, block] }] });
const file = { type: "document", source: { type: "base64", media_type: "application/pdf", data: "JVBERi0=" } };
const called = { role: "model", parts: [{ functionCall: { name: "f", args: {} } }] };
const isMarked = /"(?:cache_control|cachePoint)"/;
const marked: Nested["arrives"] = {
  "anthropic-messages": isMarked,
  "bedrock-invoke": isMarked,
  "bedrock-converse": isMarked,
};

/** Fields below the top that only one dialect has. */
const nested: readonly Nested[] = [
  { client: "openai-chat", body: chatTool({ defer_loading: true }), lost: "tools[0].defer_loading" },
  {
    client: "openai-chat",
    body: chat({ messages: [hi, { role: "assistant", content: "Yes", audio: { id: "a" } }, hi] }),
    lost: "messages[1].audio",
  },
  { client: "openai-chat", body: chat({ messages: [{ ...hi, weight: 1 }] }), lost: "messages[0].weight" },
  {
    client: "openai-chat",
    body: chat({ messages: [{ role: "user", content: [{ type: "text", text: "Hi", tone: "low" }] }] }),
    lost: "messages[0].content[0].tone",
  },
  {
    client: "openai-chat",
    body: chat({
      messages: [
        { role: "user", content: [{ type: "text", text: "Hi", prompt_cache_breakpoint: { mode: "explicit" } }] },
      ],
    }),
    lost: "cache_control",
    arrives: marked,
  },
  {
    client: "openai-responses",
    body: {
      input: [
        { role: "user", content: [{ type: "input_text", text: "Hi", prompt_cache_breakpoint: { mode: "explicit" } }] },
      ],
    },
    lost: "cache_control",
    arrives: marked,
  },
  {
    client: "openai-responses",
    body: { input: "Hi", reasoning: { effort: "high", mode: "pro" } },
    lost: "reasoning.mode",
  },
  { client: "openai-responses", body: { input: "Hi", reasoning: { context: "all_turns" } }, lost: "reasoning.context" },
  {
    client: "openai-responses",
    body: { input: "Hi", tools: [{ type: "function", name: "f", defer_loading: true }] },
    lost: "tools[0].defer_loading",
  },
  {
    client: "openai-responses",
    body: { input: [{ role: "assistant", content: "Hm", phase: "commentary" }, hi] },
    lost: "input[0].phase",
  },
  { client: "anthropic-messages", body: claudeTool({ defer_loading: true }), lost: "tools[0].defer_loading" },
  {
    client: "anthropic-messages",
    body: claudeTool({ allowed_callers: ["code_execution_20260120"] }),
    lost: "tools[0].allowed_callers",
  },
  { client: "anthropic-messages", body: claudeTool({ input_examples: [{ a: 1 }] }), lost: "tools[0].input_examples" },
  {
    client: "anthropic-messages",
    body: blocks({ ...file, citations: { enabled: true } }),
    lost: "messages[0].content[1].citations",
    arrives: { "bedrock-converse": /"citations":\{"enabled":true\}/ },
  },
  {
    client: "anthropic-messages",
    body: blocks({ ...file, context: "CONTEXT" }),
    lost: "",
    arrives: Object.fromEntries(providers.map(({ name }) => [name, /CONTEXT/])),
  },
  {
    client: "gemini",
    body: google({ tools: [{ functionDeclarations: [{ name: "f", behavior: "NON_BLOCKING" }] }] }),
    lost: "tools[0].behavior",
  },
  {
    client: "gemini",
    body: google({ tools: [{ functionDeclarations: [{ name: "f", response: { type: "STRING" } }] }] }),
    lost: "tools[0].response",
  },
  {
    client: "gemini",
    body: google({
      contents: [
        {
          parts: [
            { text: "Hi" },
            { inlineData: { mimeType: "image/png", data: pixel }, mediaResolution: { level: "MEDIA_RESOLUTION_HIGH" } },
          ],
        },
      ],
    }),
    lost: "contents[0].content[1].mediaResolution",
  },
  {
    client: "gemini",
    body: google({
      contents: [
        { parts: [{ text: "Hi" }] },
        called,
        { parts: [{ functionResponse: { name: "f", response: {}, scheduling: "SILENT" } }] },
      ],
    }),
    lost: "contents[2].content[0].scheduling",
  },
];

describe("a field within a message or a tool that another dialect has no words for", () => {
  for (const { client, body, lost, arrives = {} } of nested)
    for (const { name, operations } of providers) {
      if (name === client || (client.startsWith("anthropic") && name === "bedrock-invoke")) continue;
      test(`${lost || "what is said of a document"} of ${client} at ${name}`, () => {
        const request = dialects[client]?.operations.completion?.decodeRequest?.({ model: "m", ...body });
        const codec = operations.completion?.translation?.codec;
        if (request === undefined || codec === undefined) throw new TypeError("no codec");
        const { body: sent, dropped } = codec.encodeRequest(request, { model: "m", traits: {} });
        const place = arrives[name];
        if (place === undefined) expect(dropped).toContain(lost);
        else {
          expect(writeJson(sent)).toMatch(place);
          expect(dropped).toEqual([]);
        }
      });
    }

  test("is not named where it says nothing, or was only brought back", () => {
    const echo = {
      role: "assistant",
      content: "Yes",
      annotations: [{ type: "url_citation" }],
      audio: null,
      function_call: null,
      refusal: null,
    };
    const calls = {
      role: "assistant",
      content: null,
      tool_calls: [{ index: 0, id: "c1", type: "function", function: { name: "f", arguments: "{}" } }],
    };
    const history = chat({
      messages: [hi, echo, hi, calls, { role: "tool", tool_call_id: "c1", name: "f", content: "1" }],
    });
    const asked = {
      role: "assistant",
      content: [{ type: "tool_use", id: "c1", name: "f", input: {}, caller: { type: "direct" } }],
    };
    const answer = { role: "user", content: [{ type: "tool_result", tool_use_id: "c1", content: "1" }] };
    const session = claude({
      messages: [hi, asked, answer],
      tools: [
        {
          type: "custom",
          name: "f",
          input_schema: { type: "object" },
          eager_input_streaming: true,
          allowed_callers: ["direct"],
        },
      ],
    });
    for (const [client, body] of [
      ["openai-chat", history],
      ["anthropic-messages", session],
    ] as const)
      for (const { name, operations } of providers) {
        const request = dialects[client]?.operations.completion?.decodeRequest?.({ model: "m", ...body });
        if (request === undefined || name === client) continue;
        const written = operations.completion?.translation?.codec.encodeRequest(request, { model: "m", traits: {} });
        expect(written?.dropped).toEqual([]);
      }
  });
});
