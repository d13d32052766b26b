import type { Budget, PostTeamsBody, RateLimit } from "#api/schema.gen";

export const limitKinds = ["usd", "budget_tokens", "requests", "tokens", "concurrent"] as const;
export type LimitKind = (typeof limitKinds)[number];
export type BudgetMode = "hard" | "soft" | "warn";

type BudgetConfig = NonNullable<PostTeamsBody["budgets"]>[number];
type RateConfig = NonNullable<PostTeamsBody["rate_limits"]>[number];

/** A budget or rate limit as it is being written. */
export type LimitDraft = {
  /** Tells it from the others of the form. */
  readonly key: string;
  readonly kind: LimitKind;
  readonly amount: string;
  readonly period: string;
  readonly mode: BudgetMode;
  readonly model: string;
  /** Of token limits: counts the most that a request may use, not what it probably does. */
  readonly strict: boolean;
  /** What the form does not show and must not lose. */
  readonly kept: Pick<BudgetConfig, "provider" | "align" | "time_zone" | "thresholds">;
};

export function newLimitDraft(kind: LimitKind): LimitDraft {
  const period = kind === "usd" || kind === "budget_tokens" ? "1mo" : "1m";
  return { key: crypto.randomUUID(), kind, amount: "", period, mode: "hard", model: "", strict: false, kept: {} };
}

export function isBudgetKind(kind: LimitKind): boolean {
  return kind === "usd" || kind === "budget_tokens";
}

/** Of limits as the API shows them, with their state or without. */
export function limitDrafts(limits: {
  readonly budgets?: readonly (Budget | BudgetConfig)[] | undefined;
  readonly rate_limits?: readonly (RateLimit | RateConfig)[] | undefined;
}): readonly LimitDraft[] {
  return [...(limits.budgets ?? []).map(budgetDraft), ...(limits.rate_limits ?? []).map(rateDraft)];
}

function budgetDraft(budget: Budget | BudgetConfig, index: number): LimitDraft {
  const { limit_usd: usd, limit_tokens: tokens, period, mode = "hard", model = "", provider, align } = budget;
  const { time_zone: zone, thresholds } = budget;
  return {
    key: `budget-${index}`,
    kind: usd === undefined ? "budget_tokens" : "usd",
    amount: String(usd ?? tokens ?? ""),
    period,
    mode,
    model,
    strict: false,
    kept: {
      ...(provider !== undefined && { provider }),
      ...(align === "creation" && { align }),
      ...(zone !== undefined && zone !== "UTC" && { time_zone: zone }),
      ...(thresholds !== undefined && { thresholds }),
    },
  };
}

function rateDraft(rate: RateLimit | RateConfig, index: number): LimitDraft {
  const { requests, tokens, concurrent, per = "1m", model = "", provider, strict = false } = rate;
  const kind = requests !== undefined ? "requests" : tokens !== undefined ? "tokens" : "concurrent";
  const amount = String(requests ?? tokens ?? concurrent ?? "");
  const kept = provider === undefined ? {} : { provider };
  return { key: `rate-${index}`, kind, amount, period: per, mode: "hard", model, strict, kept };
}

/** As the API takes them; what is no number is sent as it stands, and refused there by its name. */
export function limitsFrom(drafts: readonly LimitDraft[]): {
  readonly budgets: readonly BudgetConfig[];
  readonly rate_limits: readonly RateConfig[];
} {
  return {
    budgets: drafts.filter(({ kind }) => isBudgetKind(kind)).map(budgetFrom),
    rate_limits: drafts.filter(({ kind }) => !isBudgetKind(kind)).map(rateFrom),
  };
}

function budgetFrom({ kind, amount, period, mode, model, kept }: LimitDraft): BudgetConfig {
  const { time_zone: zone, ...rest } = kept;
  return {
    ...(kind === "usd" ? { limit_usd: plain(amount) } : { limit_tokens: Number(plain(amount)) }),
    period,
    ...(mode !== "hard" && { mode }),
    ...(model.trim() !== "" && { model: model.trim() }),
    ...rest,
    // A calendar matters from the day on.
    ...(zone !== undefined && /[dwqyo]$/.test(period) && { time_zone: zone }),
  };
}

function rateFrom({ kind, amount, period, model, strict, kept: { provider } }: LimitDraft): RateConfig {
  const count = Number(plain(amount));
  return {
    ...(kind === "requests" && { requests: count, per: period }),
    ...(kind === "tokens" && { tokens: count, per: period, ...(strict && { strict }) }),
    ...(kind === "concurrent" && { concurrent: count }),
    ...(model.trim() !== "" && { model: model.trim() }),
    ...(provider !== undefined && { provider }),
  };
}

/** `1,000,000` → `1000000`. */
function plain(amount: string): string {
  return amount.replaceAll(/[\s,_$]/g, "");
}
