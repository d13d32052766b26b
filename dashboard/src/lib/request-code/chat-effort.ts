import type { JsonObject } from "../json";

/**
 * The reasoning effort of a chat completion in Anthropic's and AWS's words, where `low` is the least; undefined where none is
 * asked for.
 */
export function chatEffort({ reasoning_effort: effort }: JsonObject): unknown {
  return effort === "minimal" ? "low" : effort;
}

/**
 * The same as a budget of tokens, by Google's own table (https://ai.google.dev/gemini-api/docs/openai#thinking): all of its models
 * take one, and a level only those from Gemini 3 on.
 */
export function effortBudget({ reasoning_effort: effort }: JsonObject): number | undefined {
  return budgets.get(effort);
}

const budgets: ReadonlyMap<unknown, number> = new Map([
  ["minimal", 1024],
  ["low", 1024],
  ["medium", 8192],
  ["high", 24_576],
]);
