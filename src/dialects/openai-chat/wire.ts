import type { Finish, FinishReason } from "#core/completion";
import { createOwnExtensions } from "../extensions";
import type { AnswerContext } from "../translation";

// The words of Chat Completions that more than one file here needs.

export const dialect = "openai-chat" as const;

/** What only this dialect knows of a request, message or part. */
export const { own, keep } = createOwnExtensions(dialect);

/** `format` of reasoning details that hold Anthropic's signatures and redacted blocks, as OpenRouter writes them. */
export const anthropicReasoningFormat = "anthropic-claude-v1";

const finishReasons: ReadonlyMap<string, FinishReason> = new Map([
  ["stop", "stop"],
  ["length", "length"],
  ["tool_calls", "tool-calls"],
  ["function_call", "tool-calls"],
  ["content_filter", "content-filter"],
  // Look-alikes: Together, Mistral.
  ["eos", "stop"],
  ["model_length", "length"],
]);

/** Some providers say `stop` although the model called tools; a client that waits for calls must be told. */
export function readFinishReason(raw: string | undefined, calledTools: boolean): FinishReason {
  const reason = raw === undefined ? "other" : (finishReasons.get(raw) ?? "other");
  return calledTools && (reason === "stop" || reason === "other") ? "tool-calls" : reason;
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
      return "length";
    case "tool-calls":
      return "tool_calls";
    case "content-filter":
    case "refusal":
      return "content_filter";
    case "stop":
    case "stop-sequence":
    case "pause":
    case "other":
      return "stop";
  }
}

/** Whether the client asked with `functions`, and so looks for `function_call` in the answer. */
export function usesLegacyFunctions(context: AnswerContext): boolean {
  return own(context.request?.spelling).functions !== undefined;
}
