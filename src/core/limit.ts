import type { PeriodRule } from "./period";
import type { SlotRef } from "./slot-ref";

/**
 * One budget or rate limit, ready to be held against: it has a slot of its own in the ledger, whose allowance is what
 * decides (an override or a top-up changes it there). A request is held against every limit of its key, team, customer
 * and of the gateway whose `match` covers the target it is sent to.
 */
export type Limit = Budget | RateLimit | ConcurrencyLimit;

export type Budget = LimitBase & {
  readonly kind: "budget";
  /** Amounts are nano-dollars or tokens, in and out. */
  readonly unit: "nanodollars" | "tokens";
  readonly period: PeriodRule;
  /** Refuse what could exceed it; refuse once it is exceeded; only tell. */
  readonly mode: "hard" | "soft" | "warn";
  /** Shares of the limit at which the control plane records an event; absent: 0.8 and 1. */
  readonly thresholds?: readonly number[];
};

/** Over any window of `windowMs`, never more than `amount` (of tokens that are not `strict`: as estimated): counted in sixteenths of it. */
export type RateLimit = LimitBase & {
  readonly kind: "rate";
  readonly unit: "requests" | "tokens";
  readonly windowMs: number;
  /** Of tokens: holds what a request may use at most, not what it probably does, and is never exceeded. */
  readonly strict?: boolean;
};

export type ConcurrencyLimit = LimitBase & { readonly kind: "concurrency"; readonly unit: "requests" };

/** A limit but for what ties it to its holder. */
export type LimitTerms = Omit<Budget, Tie> | Omit<RateLimit, Tie> | Omit<ConcurrencyLimit, Tie>;

type Tie = "id" | "scope" | "slot";

type LimitBase = {
  /** Names the slot and outlives changes of the amount, e.g. `key:0198…/budget/usd/1d/calendar/UTC//`. */
  readonly id: string;
  readonly scope: LimitScope;
  /** As configured, for messages and headers; without overrides and top-ups. */
  readonly amount: number;
  readonly slot: SlotRef;
  readonly match: TargetMatch;
};

export type LimitScope = {
  /** `limit`: an entry of the configuration's `limits`, which may be held against tags, models, providers and their keys. */
  readonly kind: "key" | "team" | "customer" | "limit";
  readonly name: string;
};

/** Which targets count, and whose requests. All that is there must match; nothing there matches everything. */
export type TargetMatch = {
  /** Glob over `provider/model`, by any name of the model (`core/model-names.ts`). */
  readonly model?: string;
  /** Glob over the provider's id. */
  readonly provider?: string;
  /** Glob over the provider key's name. */
  readonly providerKey?: string;
  /** Tags that the virtual key must carry. */
  readonly tags?: { readonly [name: string]: string };
};
