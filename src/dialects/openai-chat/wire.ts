import type { Finish, FinishReason } from "#core/completion";
import { createOwnExtensions } from "../extensions";
import { freeFormNames } from "../free-form";
import type { AnswerContext } from "../translation";

// The words of Chat Completions that more than one file here needs.

export const dialect = "openai-chat" as const;

/** What only this dialect knows of a request, message or part. */
export const { own, keep } = createOwnExtensions(dialect);

/** `format` of reasoning details that hold Anthropic's signatures and redacted blocks, as OpenRouter writes them. */
export const anthropicReasoningFormat = "anthropic-claude-v1";

/** `format` of reasoning details that hold the signature of a thought of Gemini's, as OpenRouter names it. */
export const thoughtFormat = "google-gemini-v1";

/** That of encrypted reasoning items of Responses, as OpenRouter writes it. */
export const responsesFormat = "openai-responses-v1";

/** OpenAI's words, and those of look-alikes; some write them in capitals. */
const finishReasons: ReadonlyMap<string, FinishReason> = new Map([
  ["stop", "stop"],
  ["length", "length"],
  ["tool_calls", "tool-calls"],
  ["function_call", "tool-calls"],
  ["content_filter", "content-filter"],
  // Together: https://docs.together.ai/reference/chat-completions-1
  ["eos", "stop"],
  // TGI: https://huggingface.co/docs/text-generation-inference/reference/api_reference
  ["eos_token", "stop"],
  ["stop_sequence", "stop"],
  // Mistral: https://docs.mistral.ai/api
  ["model_length", "length"],
  // Gateways that pass on another API's word: https://github.com/theopenco/llmgateway/issues/3492
  ["end_turn", "stop"],
  ["max_tokens", "length"],
  ["max_output_tokens", "length"],
  ["incomplete", "length"],
  ["tool_use", "tool-calls"],
  ["tool_call", "tool-calls"],
  ["refusal", "refusal"],
  ["model_context_window_exceeded", "context-length"],
  // Gemini: https://ai.google.dev/api/generate-content#FinishReason
  ["safety", "content-filter"],
  ["recitation", "content-filter"],
  ["blocklist", "content-filter"],
  ["prohibited_content", "content-filter"],
  ["spii", "content-filter"],
  // Zhipu: https://docs.bigmodel.cn/api-reference
  ["sensitive", "content-filter"],
]);

/**
 * A word that is not known may stand for an answer that broke off, and is none of the others. Some providers say `stop`,
 * or nothing, although the model called tools; a client that waits for calls must be told.
 */
export function readFinishReason(raw: string | undefined, calledTools: boolean): FinishReason {
  const reason = raw ? (finishReasons.get(raw.toLowerCase()) ?? "other") : "stop";
  return calledTools && reason === "stop" ? "tool-calls" : reason;
}

const ownFinishWords: ReadonlySet<string> = new Set([
  "stop",
  "length",
  "tool_calls",
  "function_call",
  "content_filter",
]);

/** The word for a finish reason: the provider's own where it is one of this dialect. */
export function writeFinishReason(finish: Finish, legacy: boolean): string {
  if (legacy && finish.reason === "tool-calls") return "function_call";
  if (finish.raw !== undefined && ownFinishWords.has(finish.raw)) return finish.raw;
  switch (finish.reason) {
    case "length":
    case "context-length":
    // Never the word for an answer that is whole.
    case "other":
      return "length";
    case "tool-calls":
      return "tool_calls";
    case "content-filter":
    case "refusal":
      return "content_filter";
    case "stop":
    case "stop-sequence":
    case "pause":
      return "stop";
  }
}

/** How a client wants to be told calls: as legacy `function_call`, and those of its custom tools with their text. */
export type CallForms = { readonly legacy: boolean; readonly custom: ReadonlySet<string> };

/** One that asked with `functions` looks for `function_call` in the answer. */
export function callFormsOf({ request }: AnswerContext): CallForms {
  return { legacy: own(request?.spelling).functions !== undefined, custom: freeFormNames(request) };
}
