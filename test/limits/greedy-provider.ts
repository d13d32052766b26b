/**
 * A provider in the test's own process that uses the most that a request allows, in every dialect by its path, and says so: `[[input:N]]`
 * in a request is what it reads, `[[class:hour]]` (or `audio`) as what.
 */
export type GreedyProvider = {
  /** Without a path: all dialects are below `/v1`, but for Converse, which is below `/model`. */
  readonly url: string;
  /** What it was asked, oldest first: bodies as they came. */
  readonly bodies: Body[];
  /** Of the answers to come. */
  delayMs: number;
  /** The most that its model writes by itself, and reads and writes together. */
  readonly model: { maxOutput: number; context: number };
  stop(): Promise<void>;
};

type Body = { readonly [field: string]: unknown };
type Said = {
  readonly input: number;
  readonly output: number;
  readonly finish: "stop" | "length";
  readonly inputClass: string | undefined;
  /** More searches than the request allows, where it has any. */
  readonly searches: number;
};

export function startGreedyProvider(): GreedyProvider {
  const bodies: Body[] = [];
  const provider = { delayMs: 0, model: { maxOutput: 64_000, context: Number.POSITIVE_INFINITY } };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      const text = await request.text();
      const body = JSON.parse(text);
      bodies.push(body);
      const { pathname } = new URL(request.url);
      const said = mostOf(body, text, provider.model);
      if (provider.delayMs > 0) await Bun.sleep(provider.delayMs);
      if (said.input + (limitOf(body) ?? 0) > provider.model.context) return tooLong();
      if (pathname.endsWith("/converse")) return Response.json(wholeConverse(said));
      const { events: eventsOf, whole } = spokenAt(pathname);
      if (body.stream !== true) return Response.json(whole(said));
      const events = eventsOf(said);
      return new Response(events.join(""), { headers: { "content-type": "text/event-stream" } });
    },
  });
  return Object.assign(provider, {
    url: `http://127.0.0.1:${server.port}`,
    bodies,
    stop: () => server.stop(true),
  });
}

/** What of a path's dialect is said: as one document, and as events. */
function spokenAt(pathname: string) {
  if (pathname.endsWith("/messages")) return { whole: wholeMessage, events: messageEvents };
  if (pathname.endsWith("/responses")) return { whole: wholeResponse, events: responseEvents };
  return { whole: wholeChat, events: chatEvents };
}

function limitOf(body: Body): number | undefined {
  const { inferenceConfig } = body;
  const inner = typeof inferenceConfig === "object" ? { ...inferenceConfig } : {};
  const limits = ["max_tokens", "max_completion_tokens", "max_output_tokens", "maxTokens"]
    .map((name) => new Map(Object.entries({ ...body, ...inner })).get(name))
    .filter((limit) => typeof limit === "number");
  return limits.length === 0 ? undefined : Math.max(...limits);
}

/** A token a byte, unless the request says what else. */
function mostOf(body: Body, text: string, model: GreedyProvider["model"]): Said {
  const limit = limitOf(body);
  const each = Math.min(limit ?? model.maxOutput, model.maxOutput);
  const answers = typeof body.n === "number" ? body.n : 1;
  return {
    input: Number(/\[\[input:(\d+)\]\]/.exec(text)?.[1] ?? Buffer.byteLength(text)),
    inputClass: /\[\[class:(\w+)\]\]/.exec(text)?.[1],
    output: each * answers,
    searches: 10 * Number(/"max_uses":(\d+)/.exec(text)?.[1] ?? 0),
    finish: limit === undefined || limit > model.maxOutput ? "stop" : "length",
  };
}

function tooLong(): Response {
  const message = "This model's maximum context length is exceeded: reduce the length of the messages or completion";
  return Response.json(
    { error: { message, type: "invalid_request_error", param: "messages", code: "context_length_exceeded" } },
    { status: 400 },
  );
}

const chat = { id: "chatcmpl-greedy", created: 1_700_000_000, model: "fake-gpt" };

function wholeChat(said: Said): object {
  return {
    ...chat,
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: "yes" }, finish_reason: said.finish }],
    usage: chatUsage(said),
  };
}

function chatEvents(said: Said): readonly string[] {
  const chunk = (choices: readonly object[], usage: object | null = null) =>
    `data: ${JSON.stringify({ ...chat, object: "chat.completion.chunk", choices, usage })}\n\n`;
  return [
    chunk([{ index: 0, delta: { role: "assistant", content: "yes" }, finish_reason: null }]),
    chunk([{ index: 0, delta: {}, finish_reason: said.finish }]),
    chunk([], chatUsage(said)),
    "data: [DONE]\n\n",
  ];
}

function chatUsage({ input, inputClass, output }: Said): object {
  const isAudio = inputClass === "audio";
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { audio_tokens: isAudio ? input : 0 },
    completion_tokens_details: { reasoning_tokens: isAudio ? 0 : output, audio_tokens: isAudio ? output : 0 },
  };
}

function wholeResponse({ finish, input, output }: Said): object {
  const isCut = finish === "length";
  const content = [{ type: "output_text", text: "yes", annotations: [], logprobs: [] }];
  return {
    ...{ id: "resp_greedy", object: "response", created_at: 1_700_000_000, model: "fake-gpt", error: null },
    status: isCut ? "incomplete" : "completed",
    incomplete_details: isCut ? { reason: "max_output_tokens" } : null,
    output: [{ type: "message", id: "msg_greedy", role: "assistant", status: "completed", content }],
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: output },
      total_tokens: input + output,
    },
  };
}

function responseEvents(said: Said): readonly string[] {
  const response = wholeResponse(said);
  const item = { type: "message", id: "msg_greedy", role: "assistant", status: "in_progress", content: [] };
  const place = { item_id: "msg_greedy", output_index: 0, content_index: 0 };
  const part = { type: "output_text", text: "", annotations: [] };
  const done = { ...item, status: "completed", content: [{ ...part, text: "yes" }] };
  const isCut = said.finish === "length";
  return [
    { type: "response.created", response: { ...response, status: "in_progress", output: [], usage: null } },
    { type: "response.output_item.added", output_index: 0, item },
    { type: "response.content_part.added", ...place, part },
    { type: "response.output_text.delta", ...place, delta: "yes", logprobs: [] },
    { type: "response.output_text.done", ...place, text: "yes", logprobs: [] },
    { type: "response.content_part.done", ...place, part: { ...part, text: "yes" } },
    { type: "response.output_item.done", output_index: 0, item: done },
    { type: isCut ? "response.incomplete" : "response.completed", response },
  ].map((event, index) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: index })}\n\n`);
}

/** Written to a cache: there tokens cost the most. */
function wholeConverse({ finish, input, output }: Said): object {
  return {
    output: { message: { role: "assistant", content: [{ text: "yes" }] } },
    stopReason: finish === "length" ? "max_tokens" : "end_turn",
    usage: { inputTokens: 0, cacheWriteInputTokens: input, outputTokens: output, totalTokens: input + output },
    metrics: { latencyMs: 1 },
  };
}

const message = { id: "msg_greedy", type: "message", role: "assistant", model: "fake-claude" };

function wholeMessage(said: Said): object {
  return {
    ...message,
    content: [{ type: "text", text: "yes" }],
    stop_reason: stopReason(said),
    stop_sequence: null,
    usage: { ...messageInput(said), output_tokens: said.output },
  };
}

function messageEvents(said: Said): readonly string[] {
  const event = (data: { readonly type: string; readonly [field: string]: unknown }) =>
    `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
  const start = { ...message, content: [], stop_reason: null, usage: { ...messageInput(said), output_tokens: 1 } };
  return [
    event({ type: "message_start", message: start }),
    event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
    event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "yes" } }),
    event({ type: "content_block_stop", index: 0 }),
    event({
      type: "message_delta",
      delta: { stop_reason: stopReason(said), stop_sequence: null },
      usage: { output_tokens: said.output },
    }),
    event({ type: "message_stop" }),
  ];
}

/** Written to a cache: there tokens cost the most. */
function messageInput({ input, inputClass, searches }: Said): object {
  const hour = inputClass === "hour" ? input : 0;
  return {
    ...(searches > 0 && { server_tool_use: { web_search_requests: searches } }),
    input_tokens: 0,
    cache_creation_input_tokens: input,
    cache_creation: { ephemeral_5m_input_tokens: input - hour, ephemeral_1h_input_tokens: hour },
  };
}

function stopReason({ finish }: Said): string {
  return finish === "length" ? "max_tokens" : "end_turn";
}
