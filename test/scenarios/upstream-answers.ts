import type { Answer, ScriptedEvent } from "../fake-provider/script.ts";
import type { Dialect, Upstream } from "./scenario.ts";

/** Answers with an error of this status for ever, in its dialect's own words. */
export function failingWith(status: number): Upstream {
  return { script: [{ answer: { kind: "error", status }, times: 0 }] };
}

export function errorBody(
  dialect: Dialect,
  message: string,
  code: string | null = null,
  type = "invalid_request_error",
): object {
  return dialect === "openai-chat"
    ? { error: { message, type, param: null, code } }
    : { type: "error", error: { type, message }, request_id: "req_011Fake" };
}

export function providerError(dialect: Dialect, status: number, message: string, code: string | null = null): Answer {
  return { kind: "json", status, body: errorBody(dialect, message, code) };
}

export function limited(seconds: string): Answer {
  return { kind: "error", status: 429, headers: { "retry-after": seconds } };
}

/** In the words of the two providers. */
export function tooLong(dialect: Dialect): Answer {
  return dialect === "openai-chat"
    ? providerError(
        dialect,
        400,
        "This model's maximum context length is 1000 tokens. However, your messages resulted in 2000 tokens. Please reduce the length of the messages.",
        "context_length_exceeded",
      )
    : providerError(dialect, 400, "prompt is too long: 2000 tokens > 1000 maximum");
}

export function filtered(dialect: Dialect): Answer {
  return dialect === "openai-chat"
    ? providerError(
        dialect,
        400,
        "The response was filtered due to the prompt triggering content management policy.",
        "content_filter",
      )
    : providerError(dialect, 400, "Output blocked by content filtering policy");
}

export function htmlPage(status: number): Answer {
  const body = "<!doctype html><html><head><title>Bad gateway</title></head><body>cloud ray 123</body></html>";
  return { kind: "text", status, contentType: "text/html; charset=utf-8", body };
}

/** An error under status 200: the whole answer, or an event of the stream. */
export function errorInside(dialect: Dialect): object {
  return dialect === "openai-chat"
    ? { error: { message: "The engine is overloaded", type: "server_error", param: null, code: null } }
    : { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
}

export function errorEvent(dialect: Dialect): ScriptedEvent {
  return dialect === "openai-chat" ? { data: errorInside(dialect) } : { event: "error", data: errorInside(dialect) };
}

/** The beginning of a stream, with as many words. */
export function openingEvents(dialect: Dialect, words: number): readonly ScriptedEvent[] {
  const pieces = Array.from({ length: words }, (_, index) => (index === 0 ? "word0" : ` word${index}`));
  if (dialect === "openai-chat") {
    const chunk = (delta: object): ScriptedEvent => ({
      data: {
        id: "chatcmpl-fake",
        object: "chat.completion.chunk",
        created: 1_780_000_000,
        model: "fake-gpt",
        choices: [{ index: 0, delta, logprobs: null, finish_reason: null }],
      },
    });
    return [chunk({ role: "assistant", content: "" }), ...pieces.map((content) => chunk({ content }))];
  }
  const event = (data: { readonly type: string }): ScriptedEvent => ({ event: data.type, data });
  const message = {
    id: "msg_01Fake",
    type: "message",
    role: "assistant",
    model: "fake-claude",
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 2, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 },
  };
  const text = (piece: string) => ({
    type: "content_block_delta",
    index: 0,
    delta: { type: "text_delta", text: piece },
  });
  const block = { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } };
  return [
    event({ type: "message_start", ...{ message } }),
    event({ type: "ping" }),
    ...(words === 0 ? [] : [event(block), ...pieces.map((piece) => event(text(piece)))]),
  ];
}
