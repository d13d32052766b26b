/** What the upstreams answer, in both dialects: whole, and as the parts of a stream. */

const words = "All work and no play makes a benchmark a dull one. ".repeat(16);
/** Stands in every whole answer, whoever words it. */
export const answerText = words.slice(0, 600);
/** Stands once in every event of a stream that carries text. */
export const streamWord = " benchmark";

export const wholeAnswers = {
  "openai-chat": JSON.stringify({
    id: "chatcmpl-bench",
    object: "chat.completion",
    created: 1,
    model: "bench",
    choices: [{ index: 0, message: { role: "assistant", content: answerText }, finish_reason: "stop" }],
    usage: { prompt_tokens: 200, completion_tokens: 150, total_tokens: 350 },
  }),
  "anthropic-messages": JSON.stringify({
    id: "msg_bench",
    type: "message",
    role: "assistant",
    model: "bench",
    content: [{ type: "text", text: answerText }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 200, output_tokens: 150 },
  }),
} as const;

export type StreamParts = { readonly start: Buffer; readonly word: Buffer; readonly end: Buffer };

export function openaiStream(words: number): StreamParts {
  const chunk = (fields: object) =>
    `data: ${JSON.stringify({ id: "chatcmpl-bench", object: "chat.completion.chunk", created: 1, model: "bench", ...fields })}\n\n`;
  const delta = (fields: object, reason: string | null) =>
    chunk({ choices: [{ index: 0, delta: fields, finish_reason: reason }] });
  const usage = { prompt_tokens: 10, completion_tokens: words, total_tokens: words + 10 };
  return {
    start: Buffer.from(delta({ role: "assistant", content: "" }, null)),
    word: Buffer.from(delta({ content: streamWord }, null)),
    end: Buffer.from(`${delta({}, "stop")}${chunk({ choices: [], usage })}data: [DONE]\n\n`),
  };
}

export function anthropicStream(words: number): StreamParts {
  const event = (fields: { readonly type: string; readonly [field: string]: unknown }) =>
    `event: ${fields.type}\ndata: ${JSON.stringify(fields)}\n\n`;
  const message = { id: "msg_bench", type: "message", role: "assistant", model: "bench", content: [] };
  const usage = { input_tokens: 10, output_tokens: 1 };
  const stop = { stop_reason: "end_turn", stop_sequence: null };
  return {
    start: Buffer.from(
      event({ type: "message_start", message: { ...message, stop_reason: null, stop_sequence: null, usage } }) +
        event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
    ),
    word: Buffer.from(
      event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: streamWord } }),
    ),
    end: Buffer.from(
      event({ type: "content_block_stop", index: 0 }) +
        event({ type: "message_delta", delta: stop, usage: { output_tokens: words } }) +
        event({ type: "message_stop" }),
    ),
  };
}
