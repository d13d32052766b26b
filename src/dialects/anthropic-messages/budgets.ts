import type { ReasoningEffort } from "#core/completion";

/** Tokens that an effort may think for on models that take a budget. */
const budgets: { readonly [effort: string]: number } = {
  none: 0,
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 24576,
  xhigh: 32768,
  max: 65536,
} satisfies { [E in ReasoningEffort]: number };

/** Anthropic refuses less. */
export const smallestBudget = 1024;

/** The budget of an effort, or a number of tokens, below an output limit of which some is left for the answer; undefined without room. */
export function budgetOf(asked: string | number, maxTokens: number): number | undefined {
  const wanted = typeof asked === "number" ? asked : (budgets[asked] ?? smallestBudget);
  const room = Math.max(smallestBudget, maxTokens - smallestBudget);
  const budget = Math.max(smallestBudget, Math.min(wanted, room));
  return budget < maxTokens ? budget : undefined;
}
