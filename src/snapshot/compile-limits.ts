import type { BudgetConfig, LimitsConfig, RateLimitConfig } from "#config/limit-schema";
import type { LimitForm } from "#core/key-profile";
import type { Budget, ConcurrencyLimit, Limit, LimitScope, LimitTerms, RateLimit, TargetMatch } from "#core/limit";
import { escapeIdPart } from "#core/limit-id";
import type { PeriodAlignment, PeriodRule } from "#core/period";
import type { SlotRef } from "#core/slot-ref";
import { nanoDollars } from "./compile-price";

/** A limit before it has its slot; a period that counts from the creation is anchored at zero until then. */
export type PlannedLimit = Omit<Budget, "slot"> | Omit<RateLimit, "slot"> | Omit<ConcurrencyLimit, "slot">;

/** The limits of one scope. `owner` begins their ids, e.g. `team:search`; `match` holds for all of them. */
export function planLimits(
  owner: string,
  scope: LimitScope,
  config: LimitsConfig,
  match: TargetMatch = noMatch,
): readonly PlannedLimit[] {
  return planForms(config, match).map(({ suffix, terms }) => ({ ...terms, id: owner + suffix, scope }));
}

/** Limits of whatever scope is configured so. */
export function planForms(
  { budgets = [], rate_limits: rateLimits = [] }: LimitsConfig,
  match: TargetMatch = noMatch,
): readonly LimitForm[] {
  const planned = [
    ...budgets.map((budget) => planBudget(budget, match)),
    ...rateLimits.map((limit) => planRateLimit(limit, match)),
  ];
  return planned.length <= 1 ? planned : numbered(planned);
}

export function withSlot(planned: PlannedLimit, slot: SlotRef, createdAtMs: number): Limit {
  if (planned.kind !== "budget") return { ...planned, slot };
  return { ...planned, slot, period: anchoredAt(planned.period, createdAtMs) };
}

/** The same object where its period does not count from the creation. */
export function anchoredForm(form: LimitForm, createdAtMs: number): LimitForm {
  const { suffix, terms } = form;
  if (terms.kind !== "budget") return form;
  const period = anchoredAt(terms.period, createdAtMs);
  return period === terms.period ? form : { suffix, terms: { ...terms, period } };
}

const noMatch: TargetMatch = {};

function planBudget(config: BudgetConfig, match: TargetMatch): LimitForm {
  const { limit_usd: usd, limit_tokens: tokens = 0, mode = "hard", thresholds } = config;
  const merged = withTarget(match, config);
  const rule = periodRule(config);
  const cut = rule.kind === "none" ? [] : [rule.align.to === "anchor" ? "creation" : rule.align.timeZone];
  const terms: LimitTerms = {
    kind: "budget",
    unit: usd === undefined ? "tokens" : "nanodollars",
    amount: usd === undefined ? tokens : nanoDollars(usd),
    period: rule,
    mode,
    ...(thresholds === undefined ? {} : { thresholds }),
    match: merged,
  };
  return { suffix: idSuffix(["budget", usd === undefined ? "tokens" : "usd", config.period, ...cut], merged), terms };
}

function planRateLimit(config: RateLimitConfig, match: TargetMatch): LimitForm {
  const merged = withTarget(match, config);
  const { requests, tokens, concurrent, per = "", strict = false } = config;
  if (concurrent !== undefined) {
    const suffix = idSuffix(["concurrent"], merged);
    return { suffix, terms: { kind: "concurrency", unit: "requests", amount: concurrent, match: merged } };
  }
  const unit = requests === undefined ? "tokens" : "requests";
  const suffix = idSuffix(["rate", unit, per], merged);
  const amount = requests ?? tokens ?? 0;
  return {
    suffix,
    terms: { kind: "rate", unit, amount, windowMs: windowMs(per), ...(strict && { strict }), match: merged },
  };
}

/** Two limits of one scope that count the same get ids by their order. */
function numbered(forms: readonly LimitForm[]): readonly LimitForm[] {
  const seen = new Map<string, number>();
  return forms.map((form) => {
    const count = (seen.get(form.suffix) ?? 0) + 1;
    seen.set(form.suffix, count);
    return count === 1 ? form : { ...form, suffix: `${form.suffix}/${count}` };
  });
}

function withTarget(match: TargetMatch, { model, provider }: BudgetConfig | RateLimitConfig): TargetMatch {
  if (model === undefined && provider === undefined) return match;
  return { ...match, ...(model === undefined ? {} : { model }), ...(provider === undefined ? {} : { provider }) };
}

function idSuffix(parts: readonly string[], match: TargetMatch): string {
  const { tags = {}, model, provider, providerKey } = match;
  const conditions = [
    ...Object.entries(tags)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, value]) => `tag:${name}=${value}`),
    ...(model === undefined ? [] : [`model=${model}`]),
    ...(provider === undefined ? [] : [`provider=${provider}`]),
    ...(providerKey === undefined ? [] : [`provider_key=${providerKey}`]),
  ];
  return [...parts, ...conditions].map((part) => `/${escapeIdPart(part)}`).join("");
}

function anchoredAt(period: PeriodRule, createdAtMs: number): PeriodRule {
  if (period.kind === "none" || period.align.to === "calendar") return period;
  return { ...period, align: { to: "anchor", anchorMs: createdAtMs } };
}

function periodRule({ period, align = "calendar", time_zone: timeZone = "UTC" }: BudgetConfig): PeriodRule {
  if (period === "none") return prepaid;
  const unit = periodUnits.find((candidate) => period.replace(/^\d+/, "") === candidate) ?? "d";
  const to: PeriodAlignment = align === "calendar" ? { to: "calendar", timeZone } : unanchored;
  return { kind: "repeating", unit, count: Number.parseInt(period, 10), align: to };
}

const prepaid: PeriodRule = { kind: "none" };
const unanchored: PeriodAlignment = { to: "anchor", anchorMs: 0 };
const periodUnits = ["m", "h", "d", "w", "mo", "q", "y"] as const;

/** Windows slide, so their units have one length each. */
const unitMs: { readonly [unit: string]: number } = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  mo: 30 * 86_400_000,
  q: 91 * 86_400_000,
  y: 365 * 86_400_000,
};

function windowMs(per: string): number {
  return Number.parseInt(per, 10) * (unitMs[per.replace(/^\d+/, "")] ?? 0);
}
