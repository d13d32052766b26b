import type { Completion } from "#core/completion";
import type { JsonObject } from "#lib/json";
import type { AnswerContext } from "../translation";
import { encodeLogprobs, encodeMessage } from "./encode-message";
import { writeUsage } from "./usage";
import { own, usesLegacyFunctions, writeFinishReason } from "./wire";

/** Writes a whole answer as a `chat.completion`. */
export function encodeResponse(completion: Completion, context: AnswerContext): JsonObject {
  const legacy = usesLegacyFunctions(context);
  return {
    ...own(completion.extensions),
    id: completion.id === "" ? `chatcmpl-${context.id}` : completion.id,
    object: "chat.completion",
    created: completion.createdS ?? context.nowS,
    model: completion.model,
    choices: completion.finishes.map((finish) => {
      const items = completion.items.filter((item) => item.choice === finish.choice);
      return {
        index: finish.choice,
        message: encodeMessage(items, legacy),
        logprobs: encodeLogprobs(items),
        finish_reason: writeFinishReason(finish, legacy),
      };
    }),
    ...(completion.usage && { usage: writeUsage(completion.usage) }),
    ...(completion.serviceTier !== undefined && { service_tier: completion.serviceTier }),
  };
}
