import type { Budget, RateLimit } from "#api/schema.gen";
import { formatMoney } from "#lib/format-money";
import { formatCompact, formatCount } from "#lib/format-number";
import { periodWords } from "#lib/period-words";

/** A budget or rate limit as figures of one unit, ready to be drawn. */
export type LimitUse = {
  readonly id: string;
  /** `$10.00 a month`, `60 requests a minute`. */
  readonly label: string;
  /** `key:ci`, `team:search`. */
  readonly scope: string;
  readonly used: number;
  readonly held: number;
  readonly remaining: number;
  /** What holds now: with its override and top-ups. */
  readonly limit: number;
  /** Of 1: how much of it is used or held. */
  readonly share: number;
  readonly format: (amount: number) => string;
  readonly resetsAt?: string | undefined;
  /** Which requests it counts, where not all. */
  readonly only?: string | undefined;
  readonly budget?: Budget | undefined;
};

export function budgetUse(budget: Budget): LimitUse {
  const isMoney = budget.spent_usd !== undefined;
  const amount = (usd: string | undefined, tokens: number | undefined) => Number((isMoney ? usd : tokens) ?? 0);
  const own = amount(budget.limit_usd, budget.limit_tokens);
  const { override } = budget;
  const base = override === undefined ? own : amount(override.limit_usd, override.limit_tokens);
  const limit = base + amount(budget.top_ups_usd, budget.top_ups_tokens);
  const used = amount(budget.spent_usd, budget.spent_tokens);
  const held = amount(budget.held_usd, budget.held_tokens);
  const size = isMoney ? formatMoney(limit) : `${formatCompact(limit)} tokens`;
  return {
    id: budget.id,
    label: `${size} ${periodWords(budget.period)}`,
    scope: budget.scope,
    used,
    held,
    remaining: amount(budget.remaining_usd, budget.remaining_tokens),
    limit,
    share: shareOf(used + held, limit),
    format: isMoney ? formatMoney : formatCompact,
    resetsAt: budget.resets_at,
    only: onlyWords(budget),
    budget,
  };
}

export function rateLimitUse(rate: RateLimit): LimitUse {
  const { used, remaining, requests, tokens, concurrent, per = "" } = rate;
  const limit = requests ?? tokens ?? concurrent ?? 0;
  const unit = tokens !== undefined ? "tokens" : limit === 1 ? "request" : "requests";
  const when = concurrent !== undefined ? "at the same time" : periodWords(per);
  return {
    id: rate.id,
    label: `${formatCount(limit)} ${unit} ${when}`,
    scope: rate.scope,
    used,
    held: 0,
    remaining,
    limit,
    share: shareOf(used, limit),
    format: formatCompact,
    only: onlyWords(rate),
  };
}

/** Those that know their state; a key that is revoked has limits without one. */
export function limitUses(limits: {
  readonly budgets?: readonly (Budget | object)[] | undefined;
  readonly rate_limits?: readonly (RateLimit | object)[] | undefined;
}): readonly LimitUse[] {
  const { budgets = [], rate_limits: rates = [] } = limits;
  return [
    ...budgets.flatMap((each) => (isBudget(each) ? [budgetUse(each)] : [])),
    ...rates.flatMap((each) => (isRateLimit(each) ? [rateLimitUse(each)] : [])),
  ];
}

/** The one that is nearest to its end. */
export function nearest(uses: readonly LimitUse[]): LimitUse | undefined {
  return uses.toSorted((a, b) => b.share - a.share)[0];
}

/** `$3.20 used, $0.10 held, $6.70 left`. */
export function usedText({ used, held, remaining, format }: LimitUse): string {
  const parts = [`${format(used)} used`, ...(held > 0 ? [`${format(held)} held`] : []), `${format(remaining)} left`];
  return parts.join(", ");
}

function isBudget(limit: Budget | object): limit is Budget {
  return "id" in limit && "mode" in limit;
}

function isRateLimit(limit: RateLimit | object): limit is RateLimit {
  return "id" in limit && "used" in limit;
}

function shareOf(amount: number, limit: number): number {
  return limit <= 0 ? 1 : amount / limit;
}

function onlyWords({ model, provider, provider_key: key, tags = {} }: Budget | RateLimit): string | undefined {
  const parts = [
    ...(model === undefined ? [] : [model]),
    ...(provider === undefined ? [] : [`provider ${provider}`]),
    ...(key === undefined ? [] : [`provider key ${key}`]),
    ...Object.entries(tags).map(([name, value]) => `${name}:${value}`),
  ];
  return parts.length === 0 ? undefined : `only ${parts.join(", ")}`;
}
