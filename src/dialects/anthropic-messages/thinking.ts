import type { CompletionRequest, ReasoningEffort, ReasoningRequest } from "#core/completion";
import { isObject, type JsonObject, numberOf, stringOf } from "#lib/json";
import { modelTraits } from "./model-traits";
import { own } from "./wire";

/** Tokens that an effort may think for on models that take a budget. */
const budgets = {
  none: 0,
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 24576,
  xhigh: 32768,
  max: 65536,
} as const satisfies { [E in ReasoningEffort]: number };

const smallestBudget = 1024;

/** The effort nearest to a budget, for dialects that know no budgets. */
export function effortOfBudget(budgetTokens: number): ReasoningEffort {
  if (budgetTokens <= 4096) return "low";
  return budgetTokens <= 16384 ? "medium" : "high";
}

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
 * `thinking` and the effort for this model. What an Anthropic client wrote goes back as it was; for the others an
 * effort becomes a budget below `max_tokens` or, on newer models, adaptive thinking of that effort. Anthropic refuses
 * thinking together with a forced tool: then thinking gives way and is named.
 */
export function encodeThinking(
  request: CompletionRequest,
  model: string,
  maxTokens: number,
  dropped: string[],
): EncodedThinking {
  const kept = own(request.extensions);
  if (kept.thinking !== undefined || kept.output_config !== undefined) {
    return isObject(kept.thinking) ? { thinking: kept.thinking } : {};
  }
  const reasoning = request.reasoning;
  if (!reasoning) return {};
  if (!reasoning.enabled || reasoning.effort === "none") return { thinking: { type: "disabled" } };
  const encoded = forcesTool(request) ? undefined : encodeEnabled(reasoning, model, maxTokens);
  if (!encoded) dropped.push("reasoning_effort");
  return encoded ?? {};
}

export function thinks(encoded: EncodedThinking): boolean {
  return encoded.thinking !== undefined && encoded.thinking.type !== "disabled";
}

function encodeEnabled(reasoning: ReasoningRequest, model: string, maxTokens: number): EncodedThinking | undefined {
  const traits = modelTraits(model);
  const { budgetTokens, effort } = reasoning;
  if (traits.thinking === "adaptive") {
    const asked = effort ?? (budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens));
    return { thinking: { type: "adaptive" }, ...(asked && { effort: wireEffort(asked, traits.xhigh) }) };
  }
  // Some of the limit is left for the answer itself.
  const room = Math.max(smallestBudget, maxTokens - smallestBudget);
  const budget = Math.max(smallestBudget, Math.min(budgetTokens ?? budgets[effort ?? "medium"], room));
  return budget < maxTokens ? { thinking: { type: "enabled", budget_tokens: budget } } : undefined;
}

function wireEffort(effort: ReasoningEffort, knowsXhigh: boolean): string {
  if (effort === "minimal") return "low";
  return effort === "xhigh" && !knowsXhigh ? "high" : effort;
}

function forcesTool(request: CompletionRequest): boolean {
  const choice = request.toolChoice;
  if (!choice || request.tools.length === 0) return false;
  return choice.type === "required" || choice.type === "tool" || (choice.type === "allowed" && choice.required);
}
