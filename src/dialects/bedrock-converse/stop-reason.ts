import type { Finish, FinishReason } from "#core/completion";

/** The finish reason behind Bedrock's word: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
export function decodeStopReason(stopReason: string | undefined): FinishReason {
  switch (stopReason) {
    case "end_turn":
    case undefined:
      return "stop";
    case "max_tokens":
      return "length";
    case "stop_sequence":
      return "stop-sequence";
    case "tool_use":
      return "tool-calls";
    case "guardrail_intervened":
    case "content_filtered":
      return "content-filter";
    // Of Claude, which it passes on.
    case "refusal":
      return "refusal";
    case "pause_turn":
      return "pause";
    case "model_context_window_exceeded":
      return "context-length";
    // `malformed_model_output`, `malformed_tool_use`: what came is not what the model meant.
    default:
      return "other";
  }
}

/** Bedrock's word for a finish reason. */
export function encodeStopReason(finish: Finish | undefined, refused: boolean): string {
  if (refused) return "content_filtered";
  switch (finish?.reason) {
    case "length":
    // No words of this dialect: never the one for an answer that is whole.
    case "pause":
    case "other":
      return "max_tokens";
    case "tool-calls":
      return "tool_use";
    case "content-filter":
    case "refusal":
      return "content_filtered";
    case "stop-sequence":
      return "stop_sequence";
    case "context-length":
      return "model_context_window_exceeded";
    case "stop":
    case undefined:
      return "end_turn";
  }
}
