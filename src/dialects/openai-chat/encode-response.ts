import type { Completion, Finish, Item } from "#core/completion";
import type { Draft } from "#lib/draft";
import type { JsonObject } from "#lib/json";
import { servedTier } from "../served-tier";
import type { AnswerContext } from "../translation";
import { encodeLogprobs, encodeMessage } from "./encode-message";
import { writeUsage } from "./usage";
import { type CallForms, callFormsOf, own, writeFinishReason } from "./wire";

/** Writes a whole answer as a `chat.completion`. */
export function encodeResponse(completion: Completion, context: AnswerContext): JsonObject {
  const forms = callFormsOf(context);
  const answer: Draft<JsonObject> = {
    ...own(completion.extensions),
    id: completion.id === "" ? `chatcmpl-${context.id}` : completion.id,
    object: "chat.completion",
    created: completion.createdS ?? context.nowS,
    model: completion.model,
    choices: completion.finishes.map((finish) => encodeChoice(finish, itemsOf(completion, finish.choice), forms)),
  };
  if (completion.usage !== undefined) answer.usage = writeUsage(completion.usage);
  if (completion.serviceTier !== undefined) answer.service_tier = servedTier(completion.serviceTier);
  return answer;
}

function encodeChoice(finish: Finish, items: readonly Item[], forms: CallForms): JsonObject {
  return {
    index: finish.choice,
    message: encodeMessage(items, forms),
    logprobs: encodeLogprobs(items),
    finish_reason: writeFinishReason(finish, forms.legacy),
  };
}

/** Most answers have one choice, and all items are of it. */
function itemsOf({ items }: Completion, choice: number): readonly Item[] {
  return items.every((item) => item.choice === choice) ? items : items.filter((item) => item.choice === choice);
}
