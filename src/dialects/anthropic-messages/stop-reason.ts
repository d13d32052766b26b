import type { Finish, FinishReason } from "#core/completion";
import type { JsonObject } from "#lib/json";

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
    // Of a beta: the context was compacted, and the turn goes on with the client's next request.
    case "compaction":
      return "pause";
    case "refusal":
      return "refusal";
    case "model_context_window_exceeded":
      return "context-length";
    case undefined:
      return "stop";
    default:
      return "other";
  }
}

/**
 * `stop_details` for what another provider says of an end, as far as it ends with this word; undefined where there is no place
 * for it: https://docs.claude.com/en/api/messages#response-stop-details
 */
export function encodeStopDetails(finish: Finish | undefined, stopReason: string): JsonObject | undefined {
  if (finish?.message === undefined || stopReason !== "refusal") return undefined;
  return { type: "refusal", category: null, explanation: finish.message };
}

/** Anthropic's word for a finish reason; `refused` when the answer holds a refusal, which OpenAI finishes with `stop`. */
export function encodeStopReason(finish: Finish | undefined, refused: boolean): string {
  if (refused) return "refusal";
  switch (finish?.reason) {
    case "length":
    // No word of this dialect: never the one for an answer that is whole.
    case "other":
      return "max_tokens";
    case "tool-calls":
      return "tool_use";
    case "content-filter":
    case "refusal":
      return "refusal";
    case "stop-sequence":
      return "stop_sequence";
    case "pause":
      return finish.raw === "compaction" ? finish.raw : "pause_turn";
    case "context-length":
      return "model_context_window_exceeded";
    case "stop":
    case undefined:
      return "end_turn";
  }
}
