import type { Finish, FinishReason } from "#core/completion";
import * as anthropic from "../anthropic-messages/stop-reason";

/**
 * The finish reason behind Bedrock's word: Anthropic's words, some of which it passes on from Claude, and its own.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export function decodeStopReason(stopReason: string | undefined): FinishReason {
  switch (stopReason) {
    case "guardrail_intervened":
    case "content_filtered":
      return "content-filter";
    // `malformed_model_output`, `malformed_tool_use`: what came is not what the model meant.
    default:
      return anthropic.decodeStopReason(stopReason);
  }
}

/** Bedrock's word for a finish reason. */
export function encodeStopReason(finish: Finish | undefined, refused: boolean): string {
  // No word of this dialect: never the one for an answer that is whole.
  if (finish?.reason === "pause" && !refused) return "max_tokens";
  const word = anthropic.encodeStopReason(finish, refused);
  return word === "refusal" ? "content_filtered" : word;
}
