import { type FakeAnswer, type FakeDialect, refuse, wholeOnly } from "./dialect.ts";
import { openaiChat } from "./openai-chat.ts";
import { checkResponsesRequest } from "./openai-responses-check.ts";
import { callItem, encryptReasoning, itemId } from "./openai-responses-items.ts";
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

/** Responses the way OpenAI answers them, with nothing stored. */
export const openaiResponses: FakeDialect = {
  ...openaiChat,
  streamType: "text/event-stream; charset=utf-8",
  answer({ endpoint, body, id }) {
    if (endpoint === "/responses/input_tokens") {
      checkResponsesRequest(body);
      return wholeOnly({ object: "response.input_tokens", input_tokens: inputTokens(body) });
    }
    if (endpoint !== "/responses") refuse(404, `Invalid URL (POST /v1${endpoint})`);
    checkResponsesRequest(body);
    return response(body, id);
  },
};

type Body = { readonly [key: string]: unknown };
type Fields = { readonly [key: string]: unknown };
/** One item of the output: as it begins, what its events say, and as it ended. */
type Item = { readonly start: Fields; readonly events: readonly Fields[]; readonly whole: Fields };

/** The answer to a request that has been checked. */
export function response(body: Body, id: number): FakeAnswer {
  const prompt = readPrompt(body);
  const reply = replyTo(prompt);
  if (reply.status !== undefined)
    refuse(
      reply.status,
      `The test asked for ${reply.status}`,
      reply.status === 429 ? "rate_limit_exceeded" : undefined,
    );
  const items = itemsOf(reply, body, id);
  const head = responseHead(body, id);
  const closed = {
    ...head,
    ...endOf(reply),
    output: items.map(({ whole }) => whole),
    usage: usageOf(body, reply),
  };
  return {
    stream: body.stream === true,
    whole: closed,
    events: streamOf(head, items, closed),
    terminator: "",
    delayMs: reply.delayMs,
  };
}

function responseHead(body: Body, id: number): Fields {
  return {
    id: itemId("resp", id, false, 0),
    object: "response",
    created_at: 1_780_000_000,
    status: "in_progress",
    background: false,
    completed_at: null,
    error: null,
    frequency_penalty: 0,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    model: body.model,
    output: [],
    max_tool_calls: body.max_tool_calls ?? null,
    presence_penalty: 0,
    prompt_cache_key: body.prompt_cache_key ?? null,
    safety_identifier: body.safety_identifier ?? null,
    top_logprobs: body.top_logprobs ?? 0,
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: { effort: isRecord(body.reasoning) ? (body.reasoning.effort ?? null) : null, summary: null },
    service_tier: "default",
    store: body.store ?? true,
    temperature: body.temperature ?? 1,
    text: body.text ?? { format: { type: "text" } },
    tool_choice: body.tool_choice ?? "auto",
    tools: recordsOf(body.tools).map((tool) =>
      tool.type === "function" ? { description: null, parameters: null, strict: true, ...tool } : tool,
    ),
    top_p: body.top_p ?? 1,
    truncation: "disabled",
    usage: null,
    metadata: body.metadata ?? {},
  };
}

function endOf({ stop }: Reply): Fields {
  if (stop.kind === "length") return { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
  if (stop.kind === "filter") return { status: "incomplete", incomplete_details: { reason: "content_filter" } };
  return { status: "completed", completed_at: 1_780_000_001 };
}

function streamOf(head: Fields, items: readonly Item[], closed: Fields): ScriptedEvent[] {
  const events: ScriptedEvent[] = [];
  const send = (type: unknown, fields: Fields) =>
    events.push({ event: String(type), data: { type, sequence_number: events.length, ...fields } });
  send("response.created", { response: head });
  send("response.in_progress", { response: head });
  for (const [output_index, { start, events: inner, whole }] of items.entries()) {
    send("response.output_item.added", { output_index, item: start });
    for (const { type, ...fields } of inner) send(type, { item_id: start.id, output_index, ...fields });
    send("response.output_item.done", { output_index, item: whole });
  }
  send(`response.${closed.status}`, { response: closed });
  return events;
}

function itemsOf(reply: Reply, body: Body, id: number): Item[] {
  const items: Item[] = [];
  const asked = Array.isArray(body.include) && body.include.includes("reasoning.encrypted_content");
  const reasons = reply.reasoning !== "" || (isRecord(body.reasoning) && body.reasoning.effort !== "none");
  if (reasons) items.push(reasoningItem(reply.reasoning, asked, itemId("rs", id, true, 0)));
  const text = textUntilStop(reply);
  if (text !== "" || reply.stop.kind === "refusal")
    items.push(messageItem(text, reply.stop.kind === "refusal", itemId("msg", id, reasons, 0)));
  for (const [at, call] of reply.toolCalls.entries()) {
    const isCustom = recordsOf(body.tools).some((tool) => tool.type === "custom" && tool.name === call.name);
    items.push(toolItem(callItem(call, isCustom, { id, at, reasons })));
  }
  return items;
}

function reasoningItem(summary: string, isEncrypted: boolean, id: string): Item {
  const start = { id, type: "reasoning", summary: [] };
  const part = { type: "summary_text", text: summary };
  const place = { summary_index: 0 };
  const events =
    summary === ""
      ? []
      : [
          { type: "response.reasoning_summary_part.added", ...place, part: { type: "summary_text", text: "" } },
          ...words(summary).map((delta) => ({ type: "response.reasoning_summary_text.delta", ...place, delta })),
          { type: "response.reasoning_summary_text.done", ...place, text: summary },
          { type: "response.reasoning_summary_part.done", ...place, part },
        ];
  const whole = {
    ...start,
    summary: summary === "" ? [] : [part],
    ...(isEncrypted && { encrypted_content: encryptReasoning(id) }),
  };
  return { start, events, whole };
}

function messageItem(text: string, isRefusal: boolean, id: string): Item {
  const start = { id, type: "message", status: "in_progress", role: "assistant", content: [] };
  const partOf = (said: string) =>
    isRefusal ? { type: "refusal", refusal: said } : { type: "output_text", text: said, annotations: [], logprobs: [] };
  const place = { content_index: 0 };
  const name = isRefusal ? "response.refusal" : "response.output_text";
  return {
    start,
    events: [
      { type: "response.content_part.added", ...place, part: partOf("") },
      ...words(text).map((delta) => ({ type: `${name}.delta`, ...place, delta, ...(!isRefusal && { logprobs: [] }) })),
      { type: `${name}.done`, ...place, ...(isRefusal ? { refusal: text } : { text, logprobs: [] }) },
      { type: "response.content_part.done", ...place, part: partOf(text) },
    ],
    whole: { ...start, status: "completed", content: [partOf(text)] },
  };
}

function toolItem(whole: Fields): Item {
  const isCustom = whole.type === "custom_tool_call";
  const field = isCustom ? "input" : "arguments";
  const name = isCustom ? "response.custom_tool_call_input" : "response.function_call_arguments";
  const said = String(whole[field]);
  return {
    start: { ...whole, status: "in_progress", [field]: "" },
    events: [
      ...(said.match(/.{1,7}/gs) ?? []).map((delta) => ({ type: `${name}.delta`, delta })),
      { type: `${name}.done`, [field]: said },
    ],
    whole,
  };
}

function usageOf(body: Body, reply: Reply): unknown {
  const input_tokens = inputTokens(body);
  const output_tokens = Math.max(1, countSaid(reply));
  return {
    input_tokens,
    input_tokens_details: { cached_tokens: Math.min(reply.cachedTokens, input_tokens) },
    output_tokens,
    output_tokens_details: { reasoning_tokens: countTokens(reply.reasoning) },
    total_tokens: input_tokens + output_tokens,
  };
}

function inputTokens(body: Body): number {
  const tools = recordsOf(body.tools).map((tool) => JSON.stringify(tool));
  return countTokens([textIn(body.instructions), textIn(body.input), ...tools].join(" "));
}

function readPrompt(body: Body): Prompt {
  const items = typeof body.input === "string" ? [{ role: "user", content: body.input }] : recordsOf(body.input);
  const isUser = (item: Fields | undefined) => item?.role === "user";
  const lastUserAt = items.findLastIndex(isUser);
  // Several in a row are one turn.
  const turn = items.slice(
    items.findLastIndex((item, index) => index < lastUserAt && !isUser(item)) + 1,
    lastUserAt + 1,
  );
  const isResult = (item: Fields | undefined) => /_call_output$/.test(String(item?.type));
  const results = isResult(items.at(-1)) ? items.slice(items.findLastIndex((item) => !isResult(item)) + 1) : [];
  const format = isRecord(body.text) && isRecord(body.text.format) ? body.text.format : {};
  return {
    lastUserText: turn.map(({ content }) => textIn(content)).join("\n"),
    toolResults: results.map((item) => ({ id: String(item.call_id), text: textIn(item.output) })),
    media: turn.flatMap(({ content }) => recordsOf(content).flatMap(describeMedia)),
    tools: recordsOf(body.tools)
      .flatMap((tool) => (tool.type === "namespace" ? recordsOf(tool.tools) : [tool]))
      .map(({ name, parameters }) => ({ name: String(name), schema: parameters })),
    forcedTool: forcedTool(body.tool_choice),
    schema: format.type === "json_object" ? { type: "object" } : format.schema,
  };
}

function forcedTool(choice: unknown): string | undefined {
  if (choice === "required") return "any";
  return isRecord(choice) && typeof choice.name === "string" ? choice.name : undefined;
}

function describeMedia(part: Fields): string[] {
  if (part.type === "input_image")
    return [`image ${/^data:([^;]+)/.exec(String(part.image_url))?.[1] ?? part.image_url ?? part.file_id}`];
  if (part.type === "input_file") return [`file ${part.filename ?? part.file_url ?? part.file_id}`];
  return [];
}
