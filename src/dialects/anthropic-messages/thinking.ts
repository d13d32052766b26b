import type { CompletionRequest, ReasoningEffort, ReasoningRequest } from "#core/completion";
import { isObject, type JsonObject, numberOf, stringOf } from "#lib/json";
import type { Traits } from "#traits/vocabulary";
import { effortOfBudget, nearestEffort } from "../efforts";
import { budgetOf } from "./budgets";
import { own } from "./wire";

/** Reads `thinking` and `output_config.effort`. Both also stay in the extensions, word for word. */
export function decodeReasoning(
  thinking: JsonObject | undefined,
  outputConfig: JsonObject,
): ReasoningRequest | undefined {
  const effort = effortNamed(stringOf(outputConfig, "effort"));
  switch (thinking?.type) {
    case "disabled":
      return { enabled: false };
    case "adaptive":
      return { enabled: true, adaptive: true, ...(effort && { effort }) };
    case "enabled": {
      const budgetTokens = numberOf(thinking, "budget_tokens");
      if (budgetTokens === undefined) return { enabled: true, ...(effort && { effort }) };
      return { enabled: true, effort: effort ?? effortOfBudget(budgetTokens), budgetTokens };
    }
    default:
      return effort && { enabled: true, effort };
  }
}

function effortNamed(name: string | undefined): ReasoningEffort | undefined {
  switch (name) {
    case "low":
    case "medium":
    case "high":
    case "xhigh":
    case "max":
      return name;
    default:
      return undefined;
  }
}

export type EncodedThinking = { readonly thinking?: JsonObject; readonly effort?: string };

/**
 * `thinking` and the effort for a target. What an Anthropic client wrote goes back as it was; for the others an
 * effort becomes what the target takes: a budget below `max_tokens`, or adaptive thinking of that effort. Anthropic refuses
 * thinking together with a forced tool: then thinking gives way and is named.
 */
export function encodeThinking(
  request: CompletionRequest,
  traits: Traits,
  maxTokens: number,
  dropped: string[],
): EncodedThinking {
  const kept = own(request.extensions);
  if (kept.thinking !== undefined || kept.output_config !== undefined) {
    return isObject(kept.thinking) ? { thinking: kept.thinking } : {};
  }
  const reasoning = request.reasoning;
  if (!reasoning) return {};
  if (!reasoning.enabled || reasoning.effort === "none") {
    return traits.reasoning?.length === 0 ? {} : { thinking: { type: "disabled" } };
  }
  const encoded = forcesTool(request) ? undefined : encodeEnabled(reasoning, traits, maxTokens);
  if (!encoded) dropped.push("reasoning_effort");
  return encoded ?? {};
}

function encodeEnabled(reasoning: ReasoningRequest, traits: Traits, maxTokens: number): EncodedThinking | undefined {
  const { budgetTokens, effort } = reasoning;
  const { efforts = [], reasoning: [way] = ["budget"] } = traits;
  if (way === "adaptive") {
    const asked = effort ?? (budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens));
    const known = asked === undefined ? undefined : nearestEffort(asked, efforts);
    return { thinking: { type: "adaptive" }, ...(known !== undefined && { effort: known }) };
  }
  const budget = way === "budget" ? budgetOf(budgetTokens ?? effort ?? "medium", maxTokens) : undefined;
  return budget === undefined ? undefined : { thinking: { type: "enabled", budget_tokens: budget } };
}

function forcesTool(request: CompletionRequest): boolean {
  const choice = request.toolChoice;
  if (!choice || request.tools.length === 0) return false;
  return choice.type === "required" || choice.type === "tool" || (choice.type === "allowed" && choice.required);
}
