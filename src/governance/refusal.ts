import { GatewayError } from "#core/errors";
import type { Budget, Limit, RateLimit } from "#core/limit";
import { formatDollars } from "#core/money";
import type { RefusedBy } from "#core/refused-by";
import { type NoRoom, type Refusal, windowParts } from "#ledger/ledger";
import type { LimitClock, PeriodFinder } from "./limit-clock";

/** What a request needs of a hard budget as it was asked, and what would do. */
export type Need = {
  readonly amounts: { readonly nanodollars: number; readonly tokens: number };
  readonly why: string;
  /** What would fit, where that is less. */
  readonly fits: string | undefined;
  /** Only holds of running requests stand in the way. */
  readonly isBusy: boolean;
};

/** Words a refusal of the ledger: which limit (undefined when the ledger could not be asked), what it counts, what was asked for and when it passes. */
export function refusalError(
  refusal: Refusal,
  limit: Limit | undefined,
  clock: LimitClock,
  periodOf: PeriodFinder,
  need?: Need,
): GatewayError {
  if (refusal.reason !== "no-room" || limit === undefined) {
    return new GatewayError("overloaded", "Cannot take the request: too many requests are running", {
      retryAfterS: 1,
      detail: `the ledger refused: ${refusal.reason}`,
    });
  }
  const refusedBy = refusedByOf(limit, refusal);
  switch (limit.kind) {
    case "budget":
      return overBudget(limit, refusedBy, periodOf(limit.period, clock.nowMs).endMs, need);
    case "rate":
      return overRate(limit, refusedBy, refusal.fitsAt, clock.machineMs);
    case "concurrency":
      return tooManyRunning(refusedBy);
  }
}

function refusedByOf(limit: Limit, { allowance, charged, held, entry }: NoRoom): RefusedBy {
  return { limit: limit.id, limitName: nameOf(limit), unit: limit.unit, allowance, charged, held, asked: entry.amount };
}

function tooManyRunning(refusedBy: RefusedBy): GatewayError {
  const { limitName, allowance, held } = refusedBy;
  return new GatewayError(
    "too_many_concurrent",
    `Cannot take the request: ${limitName} allows ${allowance} running requests, found ${held}`,
    allowance < 1 ? { refusedBy, shouldRetry: false } : { refusedBy, retryAfterS: 1 },
  );
}

function overBudget(limit: Budget, found: RefusedBy, endMs: number, need: Need | undefined): GatewayError {
  const refusedBy = need === undefined ? found : { ...found, asked: need.amounts[limit.unit] };
  const { limitName, charged, held, allowance, asked } = refusedBy;
  const amount = limit.unit === "nanodollars" ? inDollars : inTokens;
  const parts = [
    `Cannot take the request: ${limitName} has ${amount(allowance)} ${spanOf(limit)}, ` +
      `found ${amount(charged)} spent and ${amount(held)} held by running requests, ` +
      `needed up to ${amount(asked)}${need === undefined ? "" : ` (${need.why})`}`,
    need?.fits,
    need?.isBusy === true ? "only running requests stand in the way, try again" : undefined,
    resetOf(endMs),
  ];
  const message = parts.filter((part) => part !== undefined).join("; ");
  return need?.isBusy === true
    ? new GatewayError("budget_busy", message, { refusedBy, shouldRetry: true, retryAfterS: busyRetryS })
    : new GatewayError("budget_exceeded", message, { refusedBy, shouldRetry: false });
}

/** It has waited about as long, and SDKs ask twice more. */
const busyRetryS = 2;

function overRate(
  { unit, windowMs }: RateLimit,
  refusedBy: RefusedBy,
  fitsAt: number | undefined,
  machineMs: number,
): GatewayError {
  const { limitName, charged, held, allowance, asked } = refusedBy;
  const found = charged + held;
  const needed = unit === "tokens" ? `, needed up to ${asked}` : "";
  const message =
    `Cannot take the request: ${limitName} allows ${allowance} ${unit} per ${durationName(windowMs)}, ` +
    `found ${found} counted${needed}`;
  if (fitsAt === undefined) {
    return new GatewayError("rate_limited", `${message}; it never fits`, { shouldRetry: false, refusedBy });
  }
  const waitMs = fitsAt * (windowMs / windowParts) - machineMs;
  const retryAfterS = Math.max(1, Math.ceil(waitMs / 1000));
  return new GatewayError("rate_limited", `${message}; it fits in ${retryAfterS} s`, {
    retryAfterS,
    refusedBy,
    ...(retryAfterS > longestWaitS ? { shouldRetry: false } : {}),
  });
}

/**
 * As long as a minute's window can ask for. Of a longer wait OpenAI's SDKs take no notice and ask again at once, and
 * Anthropic's wait for days without a word.
 */
const longestWaitS = 64;

const kindNames = { budget: "budget", rate: "rate limit", concurrency: "concurrency limit" } as const;

/** E.g. `the budget of the team "search" for the model "openai/*"`. */
export function nameOf(limit: Limit): string {
  const { model, provider, providerKey } = limit.match;
  const parts = [
    `the ${kindNames[limit.kind]} of`,
    `the ${limit.scope.kind} "${limit.scope.name}"`,
    model === undefined ? "" : `for the model "${model}"`,
    provider === undefined ? "" : `for the provider "${provider}"`,
    providerKey === undefined ? "" : `for the provider key "${providerKey}"`,
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function spanOf({ period }: Budget): string {
  return period.kind === "none" ? "in all" : `per ${period.count}${period.unit}`;
}

function resetOf(endMs: number): string {
  // The largest moment that a Date can hold.
  return endMs <= 8.64e15 ? `it resets at ${new Date(endMs).toISOString()}` : "it is prepaid and needs a top-up";
}

function inDollars(amount: number): string {
  return `$${formatDollars(amount)}`;
}

function inTokens(amount: number): string {
  return `${amount} tokens`;
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

/** A window as configuration writes it, in the largest unit that divides it. */
function durationName(ms: number): string {
  const [name, unitMs] = units.find(([, unitMs]) => ms % unitMs === 0) ?? ["ms", 1];
  return `${ms / unitMs}${name}`;
}
