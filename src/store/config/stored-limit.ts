import type { LimitScope } from "#core/limit";
import type { SlotRef } from "#core/slot-ref";

/** A slot of the ledger, and when its owner was first given one. */
export type StoredSlot = {
  readonly ref: SlotRef;
  readonly createdAtMs: number;
  /** Since when its owner is gone; it keeps what was spent in case that comes back. */
  readonly releasedAtMs?: number;
};

/** A budget's amount until a time, in its unit. */
export type StoredOverride = {
  readonly amount: number;
  readonly untilMs: number;
  readonly reason?: string;
  readonly createdAtMs: number;
};

export type StoredTopUp = {
  /** Ours, time-ordered. */
  readonly id: string;
  readonly amount: number;
  readonly note?: string;
  readonly createdAtMs: number;
};

/** A budget reached a share of its limit. */
export type BudgetEvent = {
  /** Ours, time-ordered. */
  readonly id: string;
  readonly atMs: number;
  readonly limitId: string;
  readonly scope: LimitScope;
  readonly unit: "nanodollars" | "tokens";
  readonly period: number;
  readonly periodStartMs: number;
  /** Absent for a prepaid budget. */
  readonly periodEndMs?: number;
  readonly threshold: number;
  readonly spent: number;
  readonly allowance: number;
};

export type BudgetEventQuery = {
  /** Only events before this id. */
  readonly before?: string;
  readonly limit: number;
  readonly limitId?: string;
  readonly scopeKind?: string;
  readonly scopeName?: string;
};
