import type { Budget, ConcurrencyLimit, Limit, LimitScope, RateLimit, TargetMatch } from "#core/limit";
import type { PeriodAlignment, PeriodRule } from "#core/period";
import type { SlotRef } from "#core/snapshot";
import { nanoDollars } from "./compile-price";
import type { BudgetConfig, LimitsConfig, RateLimitConfig } from "./limit-schema";

/** A limit before it has its slot; a period that counts from the creation is anchored at zero until then. */
export type PlannedLimit = Omit<Budget, "slot"> | Omit<RateLimit, "slot"> | Omit<ConcurrencyLimit, "slot">;

/** The limits of one scope. `owner` begins their ids, e.g. `team:search`; `match` holds for all of them. */
export function planLimits(
  owner: string,
  scope: LimitScope,
  { budgets = [], rate_limits: rateLimits = [] }: LimitsConfig,
  match: TargetMatch = noMatch,
): readonly PlannedLimit[] {
  if (budgets.length + rateLimits.length === 0) return [];
  const planned = [
    ...budgets.map((budget) => planBudget(owner, scope, budget, match)),
    ...rateLimits.map((limit) => planRateLimit(owner, scope, limit, match)),
  ];
  return planned.length === 1 ? planned : numbered(planned);
}

export function withSlot(planned: PlannedLimit, slot: SlotRef, createdAtMs: number): Limit {
  if (planned.kind !== "budget") return { ...planned, slot };
  const { period } = planned;
  if (period.kind === "none" || period.align.to === "calendar") return { ...planned, slot };
  return { ...planned, slot, period: { ...period, align: { to: "anchor", anchorMs: createdAtMs } } };
}

/** The beginning of the ids of a scope's limits. */
export function ownerId(kind: LimitScope["kind"], name: string): string {
  return `${kind}:${escapePart(name)}`;
}

const noMatch: TargetMatch = {};

function planBudget(owner: string, scope: LimitScope, config: BudgetConfig, match: TargetMatch): PlannedLimit {
  const { limit_usd: usd, limit_tokens: tokens = 0, mode = "hard", thresholds } = config;
  const merged = withTarget(match, config);
  const rule = periodRule(config);
  const cut = rule.kind === "none" ? [] : [rule.align.to === "anchor" ? "creation" : rule.align.timeZone];
  return {
    kind: "budget",
    id: limitId(owner, ["budget", usd === undefined ? "tokens" : "usd", config.period, ...cut], merged),
    scope,
    unit: usd === undefined ? "tokens" : "nanodollars",
    amount: usd === undefined ? tokens : nanoDollars(usd),
    period: rule,
    mode,
    ...(thresholds === undefined ? {} : { thresholds }),
    match: merged,
  };
}

function planRateLimit(owner: string, scope: LimitScope, config: RateLimitConfig, match: TargetMatch): PlannedLimit {
  const merged = withTarget(match, config);
  const { requests, tokens, concurrent, per = "" } = config;
  if (concurrent !== undefined) {
    const id = limitId(owner, ["concurrent"], merged);
    return { kind: "concurrency", id, scope, unit: "requests", amount: concurrent, match: merged };
  }
  const unit = requests === undefined ? "tokens" : "requests";
  const id = limitId(owner, ["rate", unit, per], merged);
  return { kind: "rate", id, scope, unit, amount: requests ?? tokens ?? 0, windowMs: windowMs(per), match: merged };
}

/** Two limits of one scope that count the same are told apart by their order. */
function numbered(limits: readonly PlannedLimit[]): readonly PlannedLimit[] {
  const seen = new Map<string, number>();
  return limits.map((limit) => {
    const count = (seen.get(limit.id) ?? 0) + 1;
    seen.set(limit.id, count);
    return count === 1 ? limit : { ...limit, id: `${limit.id}/${count}` };
  });
}

function withTarget(match: TargetMatch, { model, provider }: BudgetConfig | RateLimitConfig): TargetMatch {
  if (model === undefined && provider === undefined) return match;
  return { ...match, ...(model === undefined ? {} : { model }), ...(provider === undefined ? {} : { provider }) };
}

function limitId(owner: string, parts: readonly string[], match: TargetMatch): string {
  const id = `${owner}/${parts.map(escapePart).join("/")}`;
  if (match === noMatch) return id;
  const { tags = {}, model, provider, providerKey } = match;
  const conditions = [
    ...Object.entries(tags)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, value]) => `tag:${name}=${value}`),
    ...(model === undefined ? [] : [`model=${model}`]),
    ...(provider === undefined ? [] : [`provider=${provider}`]),
    ...(providerKey === undefined ? [] : [`provider_key=${providerKey}`]),
  ];
  return [id, ...conditions.map(escapePart)].join("/");
}

/** Keeps an id's parts apart, and ids fit for a log line; everything else stays readable. */
function escapePart(part: string): string {
  return plain.test(part) ? part : part.replace(/[%/?#\s\p{Cc}]/gu, encodeURIComponent);
}

const plain = /^[\w.:*=@-]*$/;

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
