import type { ReasoningEffort } from "#core/completion";

/** From the least to the most. */
const efforts = [
  "none",
  "minimal",
  "low",
  "medium",
  "high",
  "xhigh",
  "max",
] as const satisfies readonly ReasoningEffort[];

/** The effort nearest to a budget, for targets that know no budgets. */
export function effortOfBudget(budgetTokens: number): ReasoningEffort {
  if (budgetTokens <= 4096) return "low";
  return budgetTokens <= 16_384 ? "medium" : "high";
}

/** Undefined for a word that is none. */
export function effortNamed(word: string): ReasoningEffort | undefined {
  return efforts.find((effort) => effort === word);
}

/** The one of some efforts that is nearest to another: of two the lower. Undefined where there is none. */
export function nearestEffort(asked: string, known: readonly string[]): string | undefined {
  if (known.includes(asked)) return asked;
  const wanted = placeOf(asked);
  // Groq's word for "as much as the model likes".
  if (wanted < 0 || (asked !== "none" && known.includes("default"))) return known.find((effort) => effort !== "none");
  const others = asked === "none" ? known : known.filter((effort) => effort !== "none");
  return others.toSorted(
    (a, b) => Math.abs(placeOf(a) - wanted) - Math.abs(placeOf(b) - wanted) || placeOf(a) - placeOf(b),
  )[0];
}

function placeOf(effort: string): number {
  const known: readonly string[] = efforts;
  return known.indexOf(effort);
}
