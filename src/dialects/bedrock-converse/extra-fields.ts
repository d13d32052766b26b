import type { CompletionRequest, ReasoningRequest } from "#core/completion";
import type { Draft } from "#lib/draft";
import { compileGlob } from "#lib/glob";
import { isObject, type JsonObject } from "#lib/json";
import { encodeThinking } from "../anthropic-messages/thinking";
import { dialect as anthropic } from "../anthropic-messages/wire";
import { effortOfBudget, nearestEffort } from "../efforts";
import { isEmpty } from "../fields";
import type { TargetFacts } from "../target-facts";
import { isNova } from "./nova";
import { own } from "./wire";

/** How a family of models takes `top_k`, which Converse has no word for. */
const topKFields: readonly {
  readonly fits: (model: string) => boolean;
  readonly write: (topK: number) => JsonObject;
  readonly source: string;
}[] = [
  {
    fits: compileGlob("*anthropic.*"),
    write: (topK) => ({ top_k: topK }),
    source: "https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html",
  },
  {
    fits: compileGlob("*mistral.*"),
    write: (topK) => ({ top_k: topK }),
    source: "https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-mistral-text-completion.html",
  },
  {
    fits: compileGlob("*amazon.nova*"),
    write: (topK) => ({ inferenceConfig: { topK } }),
    source: "https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html",
  },
];

/** `additionalModelRequestFields`: what a family of models takes beyond Converse. What a Bedrock client wrote goes first. */
export function encodeExtraFields(
  request: CompletionRequest,
  target: TargetFacts,
  maxTokens: number,
  dropped: string[],
): JsonObject | undefined {
  const kept = own(request.extensions).additionalModelRequestFields;
  const extra: Draft<JsonObject> = isObject(kept) ? { ...kept } : {};
  writeReasoning(extra, request, target, maxTokens, dropped);
  const { topK } = request;
  const family = topKFields.find(({ fits }) => fits(target.model.toLowerCase()));
  if (topK !== undefined && family !== undefined) Object.assign(extra, family.write(topK));
  if (topK !== undefined && family === undefined) dropped.push("top_k");
  return isEmpty(extra) ? undefined : extra;
}

/** In the words of whoever made the model: Claude's `thinking`, or an effort. */
function writeReasoning(
  extra: Draft<JsonObject>,
  request: CompletionRequest,
  target: TargetFacts,
  maxTokens: number,
  dropped: string[],
): void {
  const { reasoning } = request;
  const [way] = target.traits.reasoning ?? [];
  if (reasoning === undefined) return;
  if (way === "effort") {
    writeEffort(extra, request, reasoning, target, dropped);
    return;
  }
  if (way === undefined) {
    if (reasoning.enabled && reasoning.effort !== "none") dropped.push("reasoning_effort");
    return;
  }
  const { effort, thinking } = encodeThinking(request, target.traits, maxTokens, dropped);
  if (thinking !== undefined) extra.thinking = thinking;
  const config = request.extensions[anthropic]?.output_config;
  const asked = effort ?? (isObject(config) && typeof config.effort === "string" ? config.effort : undefined);
  if (asked !== undefined) extra.output_config = { effort: asked };
}

/**
 * Nova 2 has a word of its own, and may think hard only where nothing bounds its answer: then its effort gives way
 * (https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html).
 */
function writeEffort(
  extra: Draft<JsonObject>,
  request: CompletionRequest,
  { budgetTokens, effort, enabled }: ReasoningRequest,
  { model, traits: { efforts = [], reasons_by_default: byDefault } }: TargetFacts,
  dropped: string[],
): void {
  const wanted = effort ?? (budgetTokens === undefined ? "medium" : effortOfBudget(budgetTokens));
  if (!enabled || wanted === "none") {
    if (byDefault === true) dropped.push("reasoning_effort");
    return;
  }
  const { maxOutputTokens, temperature, topP } = request;
  const asksNova = isNova(model);
  const isBounded = (maxOutputTokens ?? temperature ?? topP) !== undefined;
  const known = asksNova && isBounded ? efforts.filter((each) => each !== "high") : efforts;
  const written = nearestEffort(wanted, known);
  if (written !== wanted && effort !== undefined) dropped.push("reasoning_effort");
  if (written === undefined) return;
  if (asksNova) extra.reasoningConfig = { type: "enabled", maxReasoningEffort: written };
  else extra.reasoning_effort = written;
}
