import type { CompletionRequest, ReasoningEffort, ReasoningRequest } from "#core/completion";
import type { Draft } from "#lib/draft";
import { isObject, type Json, type JsonObject } from "#lib/json";
import type { Traits } from "#traits/vocabulary";
import { nearestEffort } from "../efforts";
import { optionalNumber, optionalString } from "../fields";
import { field, nameIn } from "./wire";

// https://ai.google.dev/gemini-api/docs/thinking: a budget of tokens up to Gemini 2.5 (0 is none, -1 as much as the model
// likes), a level from Gemini 3 on.

/** Whether a request tells the model to think, or not to; undefined where it says nothing. */
export function thinkingAsked(config: Json | undefined): boolean | undefined {
  if (!isObject(config)) return undefined;
  const budget = field(config, "thinkingBudget");
  if (typeof budget === "number") return budget !== 0;
  return typeof field(config, "thinkingLevel") === "string" ? true : undefined;
}

export function decodeThinking(config: JsonObject | undefined): ReasoningRequest | undefined {
  if (config === undefined) return undefined;
  const path = "generationConfig.thinkingConfig";
  const budget = optionalNumber(config, path, nameIn(config, "thinkingBudget"));
  const level = optionalString(config, path, nameIn(config, "thinkingLevel"))?.toLowerCase();
  if (budget === 0) return { enabled: false };
  const effort = effortOfLevel(level) ?? (budget === undefined || budget < 0 ? undefined : effortOfBudget(budget));
  const asked: Draft<ReasoningRequest> = { enabled: true };
  if (budget !== undefined && budget > 0) asked.budgetTokens = budget;
  else if (effort === undefined) asked.adaptive = true;
  if (effort !== undefined) asked.effort = effort;
  return budget === undefined && effort === undefined && field(config, "includeThoughts") !== true ? undefined : asked;
}

function effortOfLevel(level: string | undefined): ReasoningEffort | undefined {
  switch (level) {
    case "minimal":
    case "low":
    case "medium":
    case "high":
      return level;
    default:
      return undefined;
  }
}

/** Google's own table for its OpenAI surface: https://ai.google.dev/gemini-api/docs/openai#thinking */
const budgets = { minimal: 1024, low: 1024, medium: 8192, high: 24_576, xhigh: 24_576, max: 24_576 } as const;

function effortOfBudget(budget: number): ReasoningEffort {
  if (budget <= budgets.low) return "low";
  return budget <= budgets.medium ? "medium" : "high";
}

/**
 * `thinkingConfig` for a target; undefined where nothing is to be said. Who asks for reasoning is shown it: thoughts are left
 * out unless they are asked for.
 */
export function encodeThinking(
  { reasoning }: CompletionRequest,
  traits: Traits,
  drop: (path: string) => void,
): JsonObject | undefined {
  if (reasoning === undefined) return undefined;
  const [way] = traits.reasoning ?? ["budget"];
  const isOff = !reasoning.enabled || reasoning.effort === "none";
  if (way === undefined) {
    if (!isOff) drop("reasoning_effort");
    return undefined;
  }
  if (way === "effort")
    return isOff ? switchedOff(traits, drop) : { includeThoughts: true, ...levelOf(reasoning, traits) };
  if (isOff && traits.can_stop_reasoning === false) return switchedOff(traits, drop);
  return isOff ? { thinkingBudget: 0 } : { includeThoughts: true, ...budgetFor(reasoning) };
}

/** The least that there is, where it cannot be none. */
function switchedOff(
  { efforts = [], reasoning: [way] = ["budget"] }: Traits,
  drop: (path: string) => void,
): JsonObject | undefined {
  if (way === "budget") {
    drop("reasoning_effort");
    return { thinkingBudget: leastBudget };
  }
  const level = nearestEffort("none", efforts);
  if (level === undefined) drop("reasoning_effort");
  return level === undefined ? undefined : { thinkingLevel: level.toUpperCase() };
}

/** Of Gemini 2.5 Pro. */
const leastBudget = 128;

function levelOf({ budgetTokens, effort }: ReasoningRequest, { efforts = [] }: Traits): JsonObject {
  const asked = effort ?? (budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens));
  const level = asked === undefined ? undefined : nearestEffort(asked, efforts);
  return level === undefined ? {} : { thinkingLevel: level.toUpperCase() };
}

function budgetFor({ adaptive, budgetTokens, effort }: ReasoningRequest): JsonObject {
  if (budgetTokens !== undefined) return { thinkingBudget: Math.min(budgetTokens, mostBudget) };
  if (effort !== undefined && effort !== "none") return { thinkingBudget: budgets[effort] };
  return adaptive === true ? { thinkingBudget: -1 } : {};
}

/** More is refused: https://ai.google.dev/gemini-api/docs/thinking#set-budget */
const mostBudget = 24_576;

/** Whether the client wants to see thoughts. */
export function showsThoughts(config: Json | undefined): boolean {
  return isObject(config) && field(config, "includeThoughts") === true;
}
