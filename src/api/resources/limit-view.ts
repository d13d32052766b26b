import * as z from "zod";
import type { Budget, ConcurrencyLimit, Limit, LimitScope, RateLimit, TargetMatch } from "#core/limit";
import { formatDollars } from "#core/money";
import { windowParts } from "#ledger/ledger";
import { periodText, readBudgetUse } from "#limits/budget-use";
import { type Allowances, readAllowances } from "#snapshot/allowances";
import type { ApiServices } from "../services";
import { count, dollars, list, showTime, tags, time } from "../view-fields";

export const tokens = z.int().min(0).meta({ description: "Tokens, in and out." });

/** An amount under the name of its unit: `spent_usd` or `spent_tokens`, by what the budget is in. */
export const limitAmount = { limit_usd: dollars.exactOptional(), limit_tokens: tokens.exactOptional() };
export const spentAmount = { spent_usd: dollars.exactOptional(), spent_tokens: tokens.exactOptional() };

export const scopeName = z
  .string()
  .meta({ description: "Kind and name: `key:NAME`, `team:NAME`, `customer:NAME` or `limit:NAME`." });

/** The same in one, and apart. */
export const scopeFields = {
  scope: scopeName,
  scope_kind: z.enum(["key", "team", "customer", "limit"]),
  scope_name: z.string(),
};

const matchFields = {
  model: z.string().exactOptional().meta({ description: "Only these served targets: a glob." }),
  provider: z.string().exactOptional().meta({ description: "Only these providers: a glob." }),
  provider_key: z.string().exactOptional().meta({ description: "Only these provider keys: a glob." }),
  tags: tags.exactOptional().meta({ description: "Only virtual keys with all of these." }),
};

export const budgetView = z
  .strictObject({
    id: z.string(),
    ...scopeFields,
    ...limitAmount,
    ...spentAmount,
    held_usd: dollars.exactOptional().meta({ description: "Set aside for running requests." }),
    held_tokens: tokens.exactOptional(),
    remaining_usd: dollars.exactOptional().meta({ description: "Of the limit with its override and top-ups." }),
    remaining_tokens: tokens.exactOptional(),
    period: z.string().meta({ description: "`1d`, `1mo`, …; `none` for a prepaid budget." }),
    align: z.enum(["calendar", "creation"]).exactOptional(),
    time_zone: z.string().exactOptional(),
    period_started_at: time.exactOptional(),
    resets_at: time.exactOptional(),
    mode: z.enum(["hard", "soft", "warn"]),
    thresholds: list(z.number()).exactOptional().meta({ description: "Shares of the limit." }),
    ...matchFields,
    override: z
      .strictObject({ ...limitAmount, until: time, reason: z.string().exactOptional() })
      .exactOptional()
      .meta({ description: "Holds in place of the limit until its time." }),
    top_ups_usd: dollars.exactOptional().meta({ description: "Sum of a prepaid budget's top-ups." }),
    top_ups_tokens: z.int().exactOptional(),
    previous: z.strictObject(spentAmount).exactOptional().meta({ description: "The period before." }),
  })
  .meta({ id: "Budget", description: "A budget and what the ledger says of it now." });

export const rateLimitView = z
  .strictObject({
    id: z.string(),
    ...scopeFields,
    requests: count.exactOptional(),
    tokens: count.exactOptional(),
    per: z.string().exactOptional().meta({ description: "The window: `10s`, `1m`, …" }),
    strict: z.boolean().exactOptional().meta({ description: "Of tokens: counts what a request may use at most." }),
    concurrent: count.exactOptional().meta({ description: "Requests at the same time." }),
    ...matchFields,
    used: count,
    remaining: count,
  })
  .meta({ id: "RateLimit", description: "A rate limit and what is used of it now." });

export const limitStatesView = { budgets: list(budgetView), rate_limits: list(rateLimitView) };

export type BudgetView = z.output<typeof budgetView>;
export type RateLimitView = z.output<typeof rateLimitView>;

/** Where the state of limits is read. */
export type LimitServices = Pick<ApiServices, "store" | "readSlot" | "readWindow" | "nowMs" | "machineMs">;

/** Budgets and rate limits as configured, each with its id and what the ledger says of it now. */
export type LimitStates = { readonly budgets: readonly BudgetView[]; readonly rate_limits: readonly RateLimitView[] };

/** Reads overrides and top-ups once; what it gives shows any limits. */
export async function readLimitStates(services: LimitServices): Promise<(limits: readonly Limit[]) => LimitStates> {
  const allowances = await readAllowances(services.store.allowances, services.nowMs());
  return (limits) => ({
    budgets: limits.flatMap((limit) => (limit.kind === "budget" ? [showBudget(limit, allowances, services)] : [])),
    rate_limits: limits.flatMap((limit) => (limit.kind === "budget" ? [] : [showRateLimit(limit, services)])),
  });
}

export function showBudget(budget: Budget, allowances: Allowances, { readSlot, nowMs }: LimitServices): BudgetView {
  const { unit, amount, mode, thresholds, match } = budget;
  const { period, spent, held, allowance, previousSpent } = readBudgetUse(budget, readSlot, nowMs());
  const remaining = Math.max(0, allowance - spent - held);
  const override = allowances.override(budget.id);
  return {
    id: budget.id,
    ...showScope(budget.scope),
    ...showLimit(unit, amount),
    ...showSpent(unit, spent),
    ...(unit === "nanodollars"
      ? { held_usd: formatDollars(held), remaining_usd: formatDollars(remaining) }
      : { held_tokens: held, remaining_tokens: remaining }),
    ...showPeriod(budget),
    mode,
    ...(thresholds !== undefined && { thresholds }),
    ...showMatch(match),
    ...(override !== undefined && {
      override: {
        ...showLimit(unit, override.amount),
        until: showTime(override.untilMs),
        ...(override.reason !== undefined && { reason: override.reason }),
      },
    }),
    ...(budget.period.kind === "none"
      ? showTopUps(unit, allowances.toppedUp(budget.id))
      : {
          period_started_at: showTime(period.startMs),
          resets_at: showTime(period.endMs),
          previous: showSpent(unit, previousSpent),
        }),
  };
}

type Unit = Budget["unit"];

export function showLimit(unit: Unit, amount: number) {
  return unit === "nanodollars" ? { limit_usd: formatDollars(amount) } : { limit_tokens: amount };
}

export function showSpent(unit: Unit, amount: number) {
  return unit === "nanodollars" ? { spent_usd: formatDollars(amount) } : { spent_tokens: amount };
}

function showTopUps(unit: Unit, sum: number) {
  return unit === "nanodollars" ? { top_ups_usd: formatDollars(sum) } : { top_ups_tokens: sum };
}

/** `team:search`: how scopes are named in the API. */
export function showScope({ kind, name }: LimitScope) {
  return { scope: `${kind}:${name}`, scope_kind: kind, scope_name: name };
}

function showPeriod({ period }: Budget) {
  if (period.kind === "none") return { period: "none" };
  const { align } = period;
  if (align.to === "anchor") return { period: periodText(period), align: "creation" as const };
  return { period: periodText(period), align: "calendar" as const, time_zone: align.timeZone };
}

/** How much of a budget is used or held, of 1. */
export function shareOfBudget(view: BudgetView): number {
  const remaining = Number(view.remaining_usd ?? view.remaining_tokens);
  const used = Number(view.spent_usd ?? view.spent_tokens) + Number(view.held_usd ?? view.held_tokens);
  return remaining === 0 ? 1 : used / (used + remaining);
}

/** How much of a rate limit is used, of 1. */
export function shareOfRateLimit({ used, remaining }: RateLimitView): number {
  return remaining === 0 ? 1 : used / (used + remaining);
}

export function showRateLimit(limit: RateLimit | ConcurrencyLimit, services: LimitServices): RateLimitView {
  const { amount, match } = limit;
  const used = limit.kind === "rate" ? usedInWindow(limit, services) : running(limit, services);
  return {
    id: limit.id,
    ...showScope(limit.scope),
    ...showAmount(limit),
    ...showMatch(match),
    used,
    remaining: Math.max(0, amount - used),
  };
}

function showAmount(limit: RateLimit | ConcurrencyLimit) {
  const { amount } = limit;
  if (limit.kind === "concurrency") return { concurrent: amount };
  const per = windowText(limit.windowMs);
  if (limit.unit === "requests") return { requests: amount, per };
  return { tokens: amount, per, ...(limit.strict === true && { strict: true }) };
}

function usedInWindow({ slot, windowMs }: RateLimit, { readWindow, machineMs }: LimitServices): number {
  const state = readWindow(slot.index, Math.floor(machineMs() / (windowMs / windowParts)));
  return state.tag === slot.tag ? state.used : 0;
}

function running({ slot }: ConcurrencyLimit, { readSlot }: LimitServices): number {
  const { tag, held } = readSlot(slot.index);
  return tag === slot.tag ? held : 0;
}

function showMatch({ model, provider, providerKey, tags: wanted }: TargetMatch) {
  return {
    ...(model !== undefined && { model }),
    ...(provider !== undefined && { provider }),
    ...(providerKey !== undefined && { provider_key: providerKey }),
    ...(wanted !== undefined && { tags: { ...wanted } }),
  };
}

const windowUnits = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

/** In the largest unit that divides it. */
function windowText(windowMs: number): string {
  const [unit, unitMs] = windowUnits.find(([, candidate]) => windowMs % candidate === 0) ?? ["s", 1000];
  return `${windowMs / unitMs}${unit}`;
}
