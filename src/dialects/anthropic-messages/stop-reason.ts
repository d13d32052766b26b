import type { Finish, FinishReason } from "#core/completion";

/** The finish reason behind Anthropic's word. */
export function decodeStopReason(stopReason: string | undefined): FinishReason {
  switch (stopReason) {
    case "end_turn":
      return "stop";
    case "max_tokens":
      return "length";
    case "stop_sequence":
      return "stop-sequence";
    case "tool_use":
      return "tool-calls";
    case "pause_turn":
      return "pause";
    case "refusal":
      return "refusal";
    case "model_context_window_exceeded":
      return "context-length";
    default:
      return "other";
  }
}

/** Anthropic's word for a finish reason; `refused` when the answer holds a refusal, which OpenAI finishes with `stop`. */
export function encodeStopReason(finish: Finish | undefined, refused: boolean): string {
  if (refused) return "refusal";
  switch (finish?.reason) {
    case "length":
      return "max_tokens";
    case "tool-calls":
      return "tool_use";
    case "content-filter":
    case "refusal":
      return "refusal";
    case "stop-sequence":
      return "stop_sequence";
    case "pause":
      return "pause_turn";
    case "context-length":
      return "model_context_window_exceeded";
    case "other":
      // Anthropic's own beta word; those of other dialects mean nothing to an Anthropic client.
      return finish.raw === "compaction" ? finish.raw : "end_turn";
    case "stop":
    case undefined:
      return "end_turn";
  }
}
