import { describe, expect, test } from "bun:test";
import type { CompletionRequest, Part } from "#core/completion";
import { tryParseJson } from "#lib/json";
import type { Codec, Endpoint } from "./fixtures/parts";
import {
  anthropicMessagesCodec,
  anthropicMessagesEndpoint,
  openaiChatCodec,
  openaiChatEndpoint,
} from "./fixtures/parts";
import { readRecordings } from "./fixtures/recordings";

const chatFiles = ["openai", "groq", "mistral", "deepseek", "xai", "openrouter", "together", "perplexity", "cerebras"];
const target = { model: "claude-sonnet-4-5", traits: {} };

type Pair = {
  readonly name: string;
  readonly client: Endpoint;
  readonly codec: Codec;
  /** Reads the translated request as its provider does. */
  readonly provider: Endpoint;
  readonly requests: readonly { readonly id: string; readonly provider: string; readonly decoded: CompletionRequest }[];
};

const pairs: readonly Pair[] = [
  {
    name: "openai-chat → anthropic-messages",
    client: openaiChatEndpoint,
    codec: anthropicMessagesCodec,
    provider: anthropicMessagesEndpoint,
    requests: readRequests(openaiChatEndpoint, chatFiles, "chat.completions"),
  },
  {
    name: "anthropic-messages → openai-chat",
    client: anthropicMessagesEndpoint,
    codec: openaiChatCodec,
    provider: openaiChatEndpoint,
    requests: readRequests(anthropicMessagesEndpoint, ["anthropic"], "messages"),
  },
];

for (const { name, codec, provider, requests } of pairs) {
  describe(`recorded requests, ${name}`, () => {
    for (const { id, provider: recordedAt, decoded } of requests) {
      test(`${recordedAt} ${id} says the same`, () => {
        if (decoded.n > 1 && codec.dialect === "anthropic-messages") {
          expect(() => codec.encodeRequest(decoded, target)).toThrow('"n" must be 1');
          return;
        }
        const { body, dropped } = codec.encodeRequest(decoded, target);
        const arrived = provider.decodeRequest(body);
        expect(viewOf(arrived)).toEqual(viewOf(decoded));
        for (const path of dropped) expect(path).toMatch(/^[a-z_]+(?:\[\d+\])?(?:\.[a-z_]+(?:\[\d+\])?)*$/);
      });
    }
  });
}

function readRequests(client: Endpoint, files: readonly string[], op: string): Pair["requests"] {
  return readRecordings(files, op).flatMap(({ id, provider, request, status }) => {
    // Requests that the provider itself refused prove nothing.
    if (!request || status >= 400) return [];
    return [{ id, provider, decoded: client.decodeRequest(request) }];
  });
}

/** What must survive: every word said, every call and result, every image, every function offered. */
function viewOf(request: CompletionRequest) {
  const parts = request.messages.flatMap((message) => message.content);
  return {
    // Together, because instructions alone become the user's turn for Anthropic.
    asked: textOf(request, ["system", "developer"]) + textOf(request, ["user"]),
    assistant: textOf(request, ["assistant"]),
    calls: parts.flatMap((part) =>
      part.type === "tool-call" ? [{ ...part, arguments: argumentsOf(part.arguments) }] : [],
    ),
    results: parts.flatMap((part) => (part.type === "tool-result" ? [[part.callId, textsOf(part.content)]] : [])),
    images: parts.flatMap((part) => (part.type === "image" ? [part.source] : [])),
    tools: request.tools.flatMap((tool) => (tool.type === "function" ? [tool.name] : [])),
    stop: request.stop.filter((sequence) => sequence.trim() !== ""),
    stream: request.stream,
  };
}

/** Arguments by value; text that is no JSON is wrapped where a dialect wants an object. */
function argumentsOf(text: string) {
  return tryParseJson(text || "{}") ?? { INVALID_JSON: text };
}

function textOf(request: CompletionRequest, roles: readonly string[]): string {
  const said = request.messages.filter((message) => roles.includes(message.role));
  return said.map((message) => textsOf(message.content)).join("");
}

function textsOf(parts: readonly Part[]): string {
  return parts.map((part) => (part.type === "text" || part.type === "refusal" ? part.text : "")).join("");
}
