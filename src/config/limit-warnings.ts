import type { LimitsConfig } from "./limit-schema";
import { isInMinutes } from "./period";
import type { Path, Problem } from "./problem";

/** What is allowed but probably not meant of the limits of one entry. Paths begin at the entry. */
export function limitWarnings(entry: LimitsConfig & { readonly model?: string }): readonly Problem[] {
  return [...periodsInMinutes(entry), ...pointlessLimits(entry)];
}

/** `1m` is a minute; a month is `1mo`. */
function periodsInMinutes({ budgets = [] }: LimitsConfig): readonly Problem[] {
  return budgets.flatMap(({ period }, budget) => {
    if (!isInMinutes(period)) return [];
    const count = Number.parseInt(period, 10);
    const meaning = count === 1 ? "a minute" : `${count} minutes`;
    return [
      { path: ["budgets", budget, "period"], message: `period ${period} means ${meaning}; a month is ${count}mo` },
    ];
  });
}

/** Limits of zero, and those that hold for no target. */
function pointlessLimits(entry: LimitsConfig & { readonly model?: string }): readonly Problem[] {
  const { budgets = [], rate_limits: rateLimits = [] } = entry;
  return [
    ...targetWarnings(entry, []),
    ...budgets.flatMap((budget, index) => {
      const at = ["budgets", index];
      const { limit_usd: usd, limit_tokens: tokens, mode = "hard" } = budget;
      const amount = usd === undefined ? tokens : Number(usd);
      return [...zeroWarning(mode === "warn" ? undefined : amount, at), ...targetWarnings(budget, at)];
    }),
    ...rateLimits.flatMap((limit, index) => {
      const at = ["rate_limits", index];
      const amount = limit.requests ?? limit.tokens ?? limit.concurrent;
      return [...zeroWarning(amount, at), ...targetWarnings(limit, at)];
    }),
  ];
}

function zeroWarning(amount: number | undefined, path: Path): readonly Problem[] {
  return amount === 0 ? [{ path, message: "a limit of 0 admits nothing" }] : [];
}

function targetWarnings({ model }: { readonly model?: string }, path: Path): readonly Problem[] {
  if (model === undefined || model.includes("/") || model.startsWith("*") || model.endsWith("*")) return [];
  return [{ path: [...path, "model"], message: `"${model}" matches no target: write provider/${model} or */${model}` }];
}
