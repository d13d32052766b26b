import { ControlError } from "#core/control-error";
import type { Budget } from "#core/limit";
import type { SnapshotContent } from "#core/snapshot";
import { scaleDecimal } from "#lib/decimal";
import { allBudgets } from "#limits/all-limits";
import { invalidFields } from "../parse-input";
import type { ApiServices } from "../services";
import type { LimitServices } from "./limit-view";

export type BudgetServices = LimitServices & Pick<ApiServices, "configuration" | "newId">;

export function findBudget(id: string, content: SnapshotContent): Budget {
  for (const budget of allBudgets(content)) if (budget.id === id) return budget;
  throw new ControlError("not_found", `Cannot find the budget: there is none with the id "${id}"`);
}

/** Nano-dollars or tokens, whichever the budget is in; exactly that must be given. */
export function amountOf(
  { unit }: Budget,
  { usd, tokens }: { readonly usd: string | undefined; readonly tokens: number | undefined },
  word: "limit" | "amount",
): number {
  const isMoney = unit === "nanodollars";
  const amount = !isMoney ? tokens : usd === undefined ? undefined : scaleDecimal(usd, 9);
  const stray = isMoney ? tokens : usd;
  if (amount !== undefined && stray === undefined) return amount;
  const message = "is needed for this budget, and nothing else that says how much";
  throw invalidFields([{ path: [isMoney ? `${word}_usd` : `${word}_tokens`], message }], "body");
}
