import { type FakeAnswer, type FakeDialect, fakeModels, refuse, wholeOnly } from "./dialect.ts";
import { checkChatRequest } from "./openai-chat-check.ts";
import {
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

/** Chat completions, embeddings and models the way OpenAI answers them. */
export const openaiChat: FakeDialect = {
  wrongKey: {
    status: 401,
    code: "invalid_api_key",
    message: (key) => `Incorrect API key provided: ${mask(key)}.`,
  },
  streamType: "text/event-stream",
  answer({ endpoint, body, id }) {
    if (endpoint === "/embeddings") return embeddings(body);
    checkChatRequest(body);
    return chatCompletion(body, id);
  },
  errorBody: (status, message, code, param) => ({
    error: {
      message,
      type: errorTypes[status] ?? (status >= 500 ? "server_error" : "invalid_request_error"),
      param: param ?? null,
      code: code ?? null,
    },
  }),
  headers: (id) => ({
    "x-request-id": `req_fake_${id}`,
    "openai-organization": "org-upstream-account",
    "openai-processing-ms": "5",
    "openai-version": "2020-10-01",
    "x-ratelimit-limit-requests": "10000",
    "x-ratelimit-remaining-requests": "9999",
    "set-cookie": "__cf_bm=upstream-cookie; path=/; HttpOnly",
  }),
};

function mask(key: string): string {
  return `${key.slice(0, 4)}****${key.slice(-2)}`;
}

const errorTypes: { readonly [status: number]: string } = { 401: "invalid_request_error", 429: "requests" };

type Body = { readonly [key: string]: unknown };

/** The answer to a request that has been checked. */
export function chatCompletion(body: Body, id: number): FakeAnswer {
  const prompt = readPrompt(body);
  const reply = replyTo(prompt);
  if (reply.status !== undefined)
    refuse(
      reply.status,
      `The test asked for ${reply.status}`,
      reply.status === 429 ? "rate_limit_exceeded" : undefined,
    );
  const base = {
    id: `chatcmpl-fake${id}`,
    created: 1_780_000_000,
    model: body.model,
    service_tier: "default",
    system_fingerprint: "fp_fake",
  };
  const choices = Array.from({ length: typeof body.n === "number" ? body.n : 1 }, (_, index) => ({ index, reply }));
  const usage = usageOf(body, reply, choices.length);
  return {
    stream: body.stream === true,
    whole: {
      ...base,
      object: "chat.completion",
      choices: choices.map((choice) => wholeChoice(choice.index, reply, body)),
      usage,
    },
    events: chunks(base, choices, body, usage),
    terminator: "data: [DONE]\n\n",
    delayMs: reply.delayMs,
  };
}

function wholeChoice(index: number, reply: Reply, body: Body): unknown {
  const refused = reply.stop.kind === "refusal";
  const message = {
    role: "assistant",
    content: refused || (reply.text === "" && reply.toolCalls.length > 0) ? null : textUntilStop(reply),
    refusal: refused ? reply.text : null,
    ...(reply.reasoning && { reasoning_content: reply.reasoning }),
    ...(reply.toolCalls.length > 0 && {
      tool_calls: reply.toolCalls.map((call, at) => ({ id: callId(at), type: "function", function: call })),
    }),
    annotations: [],
  };
  return {
    index,
    message,
    logprobs: body.logprobs === true ? { content: logprobs(reply.text), refusal: null } : null,
    finish_reason: finishReason(reply),
  };
}

function chunks(
  base: object,
  choices: readonly { index: number; reply: Reply }[],
  body: Body,
  usage: unknown,
): ScriptedEvent[] {
  const withUsage = isRecord(body.stream_options) && body.stream_options.include_usage === true;
  const events: ScriptedEvent[] = [];
  const send = (chunkChoices: readonly unknown[], chunkUsage: unknown = null) => {
    events.push({
      data: {
        ...base,
        object: "chat.completion.chunk",
        choices: chunkChoices,
        ...(withUsage && { usage: chunkUsage }),
      },
    });
  };
  for (const { index, reply } of choices) {
    const delta = (value: object, finish: string | null = null, more: object = {}) =>
      send([{ index, delta: value, logprobs: null, finish_reason: finish, ...more }]);
    delta({ role: "assistant", content: reply.toolCalls.length > 0 && reply.text === "" ? null : "", refusal: null });
    for (const piece of words(reply.reasoning)) delta({ reasoning_content: piece });
    for (const piece of words(textUntilStop(reply))) {
      if (reply.stop.kind === "refusal") delta({ refusal: piece });
      else
        delta(
          { content: piece },
          null,
          body.logprobs === true ? { logprobs: { content: logprobs(piece), refusal: null } } : {},
        );
    }
    for (const [at, call] of reply.toolCalls.entries()) {
      delta({
        tool_calls: [{ index: at, id: callId(at), type: "function", function: { name: call.name, arguments: "" } }],
      });
      for (const piece of call.arguments.match(/.{1,7}/gs) ?? [])
        delta({ tool_calls: [{ index: at, function: { arguments: piece } }] });
    }
    delta({}, finishReason(reply));
  }
  if (withUsage) send([], usage);
  return events;
}

function finishReason(reply: Reply): string {
  if (reply.stop.kind === "length") return "length";
  if (reply.stop.kind === "filter") return "content_filter";
  return reply.toolCalls.length > 0 ? "tool_calls" : "stop";
}

function callId(at: number): string {
  return `call_fake${at}AbCdEfGhIjKlMnOp`;
}

function logprobs(text: string): unknown[] {
  return words(text).map((token) => ({
    token,
    logprob: -0.5,
    bytes: [...new TextEncoder().encode(token)],
    top_logprobs: [],
  }));
}

function usageOf(body: Body, reply: Reply, choices: number): unknown {
  const prompt = countTokens(textIn(body.messages));
  const reasoning = countTokens(reply.reasoning);
  const completion =
    choices *
    (countTokens(reply.text) + reasoning + countTokens(reply.toolCalls.map((call) => call.arguments).join(" ")));
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: Math.min(reply.cachedTokens, prompt), audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function readPrompt(body: Body): Prompt {
  const messages = recordsOf(body.messages);
  const lastUserAt = messages.findLastIndex((message) => message.role === "user");
  // Several in a row are one turn.
  const lastTurn = messages.slice(
    messages.findLastIndex((message, index) => index < lastUserAt && message.role !== "user") + 1,
    lastUserAt + 1,
  );
  const trailing = messages.slice(messages.findLastIndex((message) => message.role !== "tool") + 1);
  const format = isRecord(body.response_format) ? body.response_format : {};
  const schema = isRecord(format.json_schema) ? format.json_schema.schema : undefined;
  return {
    lastUserText: lastTurn.map((message) => textIn(message.content)).join("\n"),
    toolResults: trailing.map((message) => ({ id: String(message.tool_call_id), text: textIn(message.content) })),
    media: lastTurn.flatMap((message) => recordsOf(message.content).flatMap(describeMedia)),
    tools: recordsOf(body.tools).flatMap((tool) =>
      isRecord(tool.function) ? [{ name: String(tool.function.name), schema: tool.function.parameters }] : [],
    ),
    forcedTool: forcedTool(body.tool_choice),
    schema: format.type === "json_object" ? { type: "object" } : schema,
  };
}

function forcedTool(choice: unknown): string | undefined {
  if (choice === "required") return "any";
  return isRecord(choice) && isRecord(choice.function) ? String(choice.function.name) : undefined;
}

function describeMedia(part: Body): string[] {
  if (part.type === "image_url" && isRecord(part.image_url))
    return [`image ${/^data:([^;]+)/.exec(String(part.image_url.url))?.[1] ?? part.image_url.url}`];
  if (part.type === "file" && isRecord(part.file))
    return [`file ${String(part.file.filename ?? part.file.file_id ?? "unnamed")}`];
  return [];
}

function embeddings(body: Body): FakeAnswer {
  if (typeof body.model !== "string") refuse(400, "you must provide a model parameter");
  if (!fakeModels.some((model) => model === body.model))
    refuse(404, `The model \`${body.model}\` does not exist or you do not have access to it.`, "model_not_found");
  const inputs = Array.isArray(body.input) ? body.input : [body.input];
  if (
    inputs.length === 0 ||
    inputs.some((input) => typeof input !== "string" && typeof input !== "number" && !Array.isArray(input))
  ) {
    refuse(
      400,
      "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
    );
  }
  const floats = inputs.map((_, index) => [0.5, -0.25, index]);
  const encoded = (vector: number[]) => Buffer.from(new Float32Array(vector).buffer).toString("base64");
  const tokens = countTokens(inputs.map(String).join(" "));
  return wholeOnly({
    object: "list",
    data: floats.map((vector, index) => ({
      object: "embedding",
      index,
      embedding: body.encoding_format === "base64" ? encoded(vector) : vector,
    })),
    model: body.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}
