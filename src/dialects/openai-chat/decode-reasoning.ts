import type { ReasoningRequest } from "#core/completion";
import { isObject, type JsonObject, numberOf, stringOf } from "#lib/json";
import { effortNamed } from "../efforts";
import { invalidField, optionalString } from "../fields";

/** `reasoning_effort`, else OpenRouter's `reasoning`, else Anthropic's `thinking` as clients of look-alikes send it. */
export function decodeReasoning(body: JsonObject): ReasoningRequest | undefined {
  const effort = optionalString(body, "", "reasoning_effort");
  if (effort !== undefined) return fromEffort(effort, "reasoning_effort");
  if (isObject(body.reasoning)) {
    const named = stringOf(body.reasoning, "effort");
    if (named !== undefined) return fromEffort(named, "reasoning.effort");
    const budget = numberOf(body.reasoning, "max_tokens");
    return { enabled: body.reasoning.enabled !== false, ...(budget !== undefined && { budgetTokens: budget }) };
  }
  if (!isObject(body.thinking)) return undefined;
  const budget = numberOf(body.thinking, "budget_tokens");
  const adaptive = body.thinking.type === "adaptive";
  return {
    enabled: body.thinking.type !== "disabled",
    ...(adaptive && { adaptive }),
    ...(budget !== undefined && { budgetTokens: budget }),
  };
}

function fromEffort(word: string, path: string): ReasoningRequest | undefined {
  const effort = effortNamed(word);
  // Groq's `default`: the model decides.
  if (word === "default") return { enabled: true };
  if (effort === undefined) throw invalidField(path, "none, minimal, low, medium, high, xhigh or max", word);
  return { enabled: effort !== "none", effort };
}
