import type { Budget, ConcurrencyLimit, Limit, LimitScope, RateLimit, TargetMatch } from "#core/limit";
import { formatDollars } from "#core/money";
import type { LedgerAdmin } from "#ledger/admin";
import { windowParts } from "#ledger/ledger";
import type { JsonObject } from "#lib/json";
import { type Allowances, readAllowances } from "#snapshot/allowances";
import type { ConfigStore } from "#store/config/config-store";
import { periodText, readBudgetUse } from "./budget-use";

export type LimitStateParts = {
  readonly store: ConfigStore;
  readonly readSlot: LedgerAdmin["readSlot"];
  readonly readWindow: LedgerAdmin["readWindow"];
  readonly nowMs: () => number;
  readonly machineMs: () => number;
};

/** Budgets and rate limits as configured, each with its id and what the ledger says of it now. */
export type LimitStates = { readonly budgets: readonly JsonObject[]; readonly rate_limits: readonly JsonObject[] };

/** Reads overrides and top-ups once; what it gives shows any limits. */
export async function readLimitStates(parts: LimitStateParts): Promise<(limits: readonly Limit[]) => LimitStates> {
  const allowances = await readAllowances(parts.store, parts.nowMs());
  return (limits) => ({
    budgets: limits.flatMap((limit) => (limit.kind === "budget" ? [showBudget(limit, allowances, parts)] : [])),
    rate_limits: limits.flatMap((limit) => (limit.kind === "budget" ? [] : [showRateLimit(limit, parts)])),
  });
}

export function showBudget(budget: Budget, allowances: Allowances, { readSlot, nowMs }: LimitStateParts): JsonObject {
  const { period, spent, held, allowance, previousSpent } = readBudgetUse(budget, readSlot, nowMs());
  const amount = (name: string, value: number): JsonObject => showAmount(budget, name, value);
  const override = allowances.override(budget.id);
  const prepaid = budget.period.kind === "none";
  return {
    id: budget.id,
    scope: showScope(budget.scope),
    ...amount("limit", budget.amount),
    ...amount("spent", spent),
    ...amount("held", held),
    ...amount("remaining", Math.max(0, allowance - spent - held)),
    ...showPeriod(budget),
    ...(prepaid ? {} : { period_started_at: time(period.startMs), resets_at: time(period.endMs) }),
    mode: budget.mode,
    ...(budget.thresholds === undefined ? {} : { thresholds: [...budget.thresholds] }),
    ...showMatch(budget.match),
    ...(override === undefined
      ? {}
      : {
          override: {
            ...amount("limit", override.amount),
            until: time(override.untilMs),
            ...(override.reason === undefined ? {} : { reason: override.reason }),
          },
        }),
    ...(prepaid ? amount("top_ups", allowances.toppedUp(budget.id)) : { previous: amount("spent", previousSpent) }),
  };
}

/** `team:search`: how scopes are named in the API. */
export function showScope({ kind, name }: LimitScope): string {
  return `${kind}:${name}`;
}

type Amount = { readonly [name: string]: string | number };

/** An amount of a budget under its unit's name: `spent_usd` as a decimal text, `spent_tokens` as a number. */
export function showAmount({ unit }: Pick<Budget, "unit">, name: string, amount: number): Amount {
  return unit === "nanodollars" ? { [`${name}_usd`]: formatDollars(amount) } : { [`${name}_tokens`]: amount };
}

function showPeriod({ period }: Budget): JsonObject {
  if (period.kind === "none") return { period: "none" };
  const { align } = period;
  const cut = align.to === "anchor" ? { align: "creation" } : { align: "calendar", time_zone: align.timeZone };
  return { period: periodText(period), ...cut };
}

function showRateLimit(limit: RateLimit | ConcurrencyLimit, parts: LimitStateParts): JsonObject {
  const { slot, amount, match } = limit;
  const used = limit.kind === "rate" ? usedInWindow(limit, parts) : running(slot, parts);
  return {
    id: limit.id,
    scope: showScope(limit.scope),
    ...(limit.kind === "rate" ? { [limit.unit]: amount, per: windowText(limit.windowMs) } : { concurrent: amount }),
    ...showMatch(match),
    used,
    remaining: Math.max(0, amount - used),
  };
}

function usedInWindow({ slot, windowMs }: RateLimit, { readWindow, machineMs }: LimitStateParts): number {
  const state = readWindow(slot.index, Math.floor(machineMs() / (windowMs / windowParts)));
  return state.tag === slot.tag ? state.used : 0;
}

function running(slot: ConcurrencyLimit["slot"], { readSlot }: LimitStateParts): number {
  const { tag, held } = readSlot(slot.index);
  return tag === slot.tag ? held : 0;
}

export function showMatch({ model, provider, providerKey, tags }: TargetMatch): JsonObject {
  return {
    ...(model === undefined ? {} : { model }),
    ...(provider === undefined ? {} : { provider }),
    ...(providerKey === undefined ? {} : { provider_key: providerKey }),
    ...(tags === undefined ? {} : { tags }),
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

function time(ms: number): string {
  return new Date(ms).toISOString();
}
