import { checkMessagesRequest } from "./anthropic-messages-check.ts";
import { type FakeAnswer, type FakeDialect, refuse, wholeOnly } from "./dialect.ts";
import {
  countSaid,
  countTokens,
  isRecord,
  type Prompt,
  type Reply,
  recordsOf,
  replyTo,
  textIn,
  textUntilStop,
  words,
} from "./reply.ts";
import type { ScriptedEvent } from "./script.ts";
import { thinkingSignature } from "./thinking-signature.ts";

/** Messages and count_tokens the way Anthropic answers them. */
export const anthropicMessages: FakeDialect = {
  keyHeader: "x-api-key",
  wrongKey: { status: 401, message: () => "invalid x-api-key" },
  streamType: "text/event-stream; charset=utf-8",
  answer({ endpoint, body, headers, id }) {
    if (headers["anthropic-version"] === undefined) refuse(400, "anthropic-version: header is required");
    checkMessagesRequest(body, endpoint.endsWith("/count_tokens"), headers["anthropic-beta"]);
    if (endpoint.endsWith("/count_tokens")) return wholeOnly({ input_tokens: inputTokens(body) });
    return message(body, id);
  },
  errorBody: (status, message) => ({
    type: "error",
    error: { type: errorTypes[status] ?? (status >= 500 ? "api_error" : "invalid_request_error"), message },
    request_id: "req_011FakeFakeFake",
  }),
  headers: (id) => ({
    "request-id": `req_011Fake${id}`,
    "anthropic-organization-id": "3f0c8e1a-upstream-account",
    "anthropic-ratelimit-requests-limit": "4000",
    "anthropic-ratelimit-requests-remaining": "3999",
    "anthropic-ratelimit-requests-reset": "2026-01-01T00:00:00Z",
    "set-cookie": "_cfuvid=upstream-cookie; path=/; HttpOnly",
  }),
};

const errorTypes: { readonly [status: number]: string } = {
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  409: "conflict_error",
  413: "request_too_large",
  429: "rate_limit_error",
  504: "timeout_error",
  529: "overloaded_error",
};

type Body = { readonly [key: string]: unknown };
type Block = { readonly start: object; readonly deltas: readonly object[]; readonly whole: object };

/** The answer to a request that has been checked. */
export function message(body: Body, id: number): FakeAnswer {
  const prompt = readPrompt(body);
  const reply = replyTo(prompt);
  if (reply.status !== undefined) refuse(reply.status, `The test asked for ${reply.status}`);
  const blocks = blocksOf(reply, body);
  const base = { id: `msg_01Fake${id}`, type: "message", role: "assistant", model: body.model };
  const usage = usageOf(body, reply);
  const stop = stopOf(reply);
  return {
    stream: body.stream === true,
    whole: { ...base, content: blocks.map((block) => block.whole), ...stop, usage },
    events: events(
      { ...base, content: [], stop_reason: null, stop_sequence: null, usage: { ...usage, output_tokens: 1 } },
      blocks,
      stop,
      usage,
    ),
    terminator: "",
    delayMs: reply.delayMs,
  };
}

function events(
  start: object,
  blocks: readonly Block[],
  stop: object,
  usage: { readonly output_tokens: number },
): ScriptedEvent[] {
  const event = (data: { readonly type: string; readonly [key: string]: unknown }): ScriptedEvent => ({
    event: data.type,
    data,
  });
  return [
    event({ type: "message_start", message: start }),
    ...blocks.flatMap((block, index) => [
      event({ type: "content_block_start", index, content_block: block.start }),
      ...(index === 0 ? [event({ type: "ping" })] : []),
      ...block.deltas.map((delta) => event({ type: "content_block_delta", index, delta })),
      event({ type: "content_block_stop", index }),
    ]),
    event({ type: "message_delta", delta: stop, usage: { output_tokens: usage.output_tokens } }),
    event({ type: "message_stop" }),
  ];
}

function blocksOf(reply: Reply, body: Body): Block[] {
  const blocks: Block[] = [];
  const thinks = isRecord(body.thinking) && body.thinking.type !== "disabled";
  const reasoning = reply.reasoning || (thinks ? "Let me think" : "");
  if (reasoning && thinks) {
    const signature = thinkingSignature(reasoning);
    blocks.push({
      start: { type: "thinking", thinking: "", signature: "" },
      deltas: [
        ...words(reasoning).map((thinking) => ({ type: "thinking_delta", thinking })),
        { type: "signature_delta", signature },
      ],
      whole: { type: "thinking", thinking: reasoning, signature },
    });
  }
  const text = textUntilStop(reply);
  if (text && reply.stop.kind !== "refusal") {
    blocks.push({
      start: { type: "text", text: "" },
      deltas: words(text).map((piece) => ({ type: "text_delta", text: piece })),
      whole: { type: "text", text },
    });
  }
  for (const [at, call] of reply.toolCalls.entries()) {
    const start = { type: "tool_use", id: `toolu_01Fake${at}AbCdEfGhIjKlMnOp`, name: call.name };
    blocks.push({
      start: { ...start, input: {} },
      deltas: ["", ...(call.arguments.match(/.{1,7}/gs) ?? [])].map((partial_json) => ({
        type: "input_json_delta",
        partial_json,
      })),
      whole: { ...start, input: JSON.parse(call.arguments) },
    });
  }
  return blocks;
}

function stopOf(reply: Reply): object {
  if (reply.stop.kind === "sequence") return { stop_reason: "stop_sequence", stop_sequence: reply.stop.sequence };
  const reasons = {
    end: reply.toolCalls.length > 0 ? "tool_use" : "end_turn",
    length: "max_tokens",
    refusal: "refusal",
    filter: "refusal",
  };
  return { stop_reason: reasons[reply.stop.kind], stop_sequence: null };
}

function usageOf(body: Body, reply: Reply) {
  const input = inputTokens(body);
  const cacheRead = Math.min(reply.cachedTokens, input);
  const cacheWrite = JSON.stringify(body).includes('"cache_control"') ? Math.min(10, input - cacheRead) : 0;
  return {
    input_tokens: input - cacheRead - cacheWrite,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: cacheWrite, ephemeral_1h_input_tokens: 0 },
    output_tokens: Math.max(1, countSaid(reply)),
    service_tier: "standard",
  };
}

function readPrompt(body: Body): Prompt {
  const messages = recordsOf(body.messages);
  const last = messages.at(-1);
  const lastContent = recordsOf(last?.content);
  const lastUser = messages.findLast((entry) => entry.role === "user");
  return {
    lastUserText: textIn(lastUser?.content),
    toolResults: lastContent
      .filter((block) => block.type === "tool_result")
      .map((block) => ({ id: String(block.tool_use_id), text: textIn(block.content) })),
    media: recordsOf(lastUser?.content).flatMap(describeMedia),
    tools: recordsOf(body.tools).map((tool) => ({ name: String(tool.name), schema: tool.input_schema })),
    forcedTool: forcedTool(body.tool_choice),
    schema: outputSchema(body),
  };
}

function outputSchema(body: Body): unknown {
  const config = isRecord(body.output_config) ? body.output_config : {};
  const format = isRecord(config.format) ? config.format : isRecord(body.output_format) ? body.output_format : {};
  return format.schema;
}

function forcedTool(choice: unknown): string | undefined {
  if (!isRecord(choice)) return undefined;
  if (choice.type === "any") return "any";
  return choice.type === "tool" ? String(choice.name) : undefined;
}

function describeMedia(block: Body): string[] {
  if (block.type !== "image" && block.type !== "document") return [];
  const source = isRecord(block.source) ? block.source : {};
  return [`${block.type} ${source.url ?? source.media_type ?? source.file_id}`];
}

function inputTokens(body: Body): number {
  return countTokens(
    [
      textIn(body.system),
      textIn(body.messages),
      recordsOf(body.tools)
        .map((tool) => JSON.stringify(tool))
        .join(" "),
    ].join(" "),
  );
}
