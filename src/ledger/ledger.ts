import type { HealthTable } from "#core/health";
import type { Charge } from "#core/record";
import type { SlotRef } from "#core/slot-ref";
import type { Histogram } from "./metric-kinds";

/**
 * What a request wants to hold in one slot. Amounts are integers below 2⁵³; by convention the virtual key's slot comes
 * first. `period` is the number of the period, or for a window slot of the sixteenth of the window.
 */
export type HoldEntry = Charge;

/** A running request's row in the ledger. */
export type Hold = {
  /** Row number in this worker's area; also where recovery finds it. */
  readonly row: number;
  /** Tells this use of the row from the next one, so that a second `settle` finds nothing to do. */
  readonly ticket: number;
  /**
   * What is held, with the periods that count: a slot's period never goes back, so an entry that asked for an older one
   * was moved to the newer. Charges journaled for this request must carry these periods.
   */
  readonly entries: readonly HoldEntry[];
  /** What the entries' slots have left after this, in their order; Infinity where a slot never refuses. */
  readonly remaining: readonly number[];
};

/** An entry that did not fit, with what stood in its slot: in the period, or in the window that ends now. */
export type NoRoom = {
  readonly reason: "no-room";
  readonly entry: HoldEntry;
  readonly charged: number;
  readonly held: number;
  readonly allowance: number;
  /** For a window slot: the first sixteenth in which it fits if nothing else comes; absent when it never does. */
  readonly fitsAt?: number;
};

/**
 * Why nothing was taken. `no-row`: too many running requests in this worker; `stale-slot`: an entry names a slot that
 * was given to another owner since the snapshot; `busy`: the lock's owner died or hangs. These three pass by themselves.
 */
export type Refusal = NoRoom | { readonly reason: "no-row" | "stale-slot" | "busy" };

export type Reservation =
  | { readonly ok: true; readonly hold: Hold }
  | { readonly ok: false; readonly refusal: Refusal };

/** What stands in a slot, read without the lock: a hint of what fits, for `reserve` and `adjust` alone decide. */
export type Room = { readonly allowance: number; readonly charged: number; readonly held: number };

/** What recovery must know of a request to charge and record it when its worker dies. */
export type Exposure = {
  /** Input of the running attempt, estimated, in tokens. */
  readonly inputTokens: number;
  /** Micro-dollars per million tokens; 0 when the price is unknown. */
  readonly inputRate: number;
  readonly outputRate: number;
  /** What earlier attempts used and cost. */
  readonly spentTokens: number;
  readonly spent: number;
  /** What the running attempt costs beside its tokens, nano-dollars; absent: nothing. */
  readonly fee?: number;
  /** Which entries of the hold count which attempts, a bit each, the first the lowest; absent: all count all. */
  readonly counting?: { readonly running: number; readonly earlier: number };
  /** Row of the target's health, which holds its name; -1 without one. */
  readonly target: number;
  /** With a credential of its own. */
  readonly clientPays?: boolean;
};

/** How far a request has come, for recovery: nothing sent → release; something sent → charge as interrupted. */
export const holdPhases = ["reserved", "sent", "relaying", "recorded"] as const;
export type HoldPhase = (typeof holdPhases)[number];

/** A worker's view of the mapped file that all processes share. Every call is synchronous and takes about a microsecond. */
export type Ledger = {
  /**
   * Takes all entries (at most `maxEntries`) or none; never exceeds a slot's allowance. `id` is the request's 32 hex
   * digits; `label`, at most 256 bytes, is what recovery is to know of its principal.
   */
  readonly reserve: (id: string, entries: readonly HoldEntry[], label?: Uint8Array) => Reservation;
  /**
   * Replaces what a hold holds, all or nothing: entries of slots that it has already get the new amount (and stay in
   * their period; those of window slots move to the asked one), slots that are not named any more are given back.
   * Refused, it holds what it held. The new Hold takes the old one's place.
   */
  readonly adjust: (hold: Hold, entries: readonly HoldEntry[]) => Reservation;
  /** What `entry` would find in its slot, without what `own` holds there already; undefined for a stale slot. */
  readonly room: (entry: HoldEntry, own?: HoldEntry) => Room | undefined;
  /** Something is about to be sent: what is known of it, for recovery. A reserved hold is a sent one from here on. */
  readonly expose: (hold: Hold, exposure: Exposure) => void;
  /** Notes progress in the hold row. `output` is the output relayed so far, in tokens (estimated). */
  readonly progress: (hold: Hold, phase: HoldPhase, output: number) => void;
  /**
   * Ends the hold and adds `charges` (may differ from what was held; none releases it) to the slots. Idempotent per
   * hold. When the lock cannot be had the settlement is queued and done as soon as it can.
   */
  readonly settle: (hold: Hold, charges: readonly Charge[]) => void;
  /** Adds to one of this worker's metric columns: `ledger.count(metrics.responseBytes.column, 120)`. */
  readonly count: (column: number, amount: number) => void;
  /** Sets a gauge column of this worker. */
  readonly set: (column: number, value: number) => void;
  /** Adds one observation to a histogram, in the histogram's unit. */
  readonly observe: (histogram: Histogram, value: number) => void;
  /** Counts a refused request of the virtual key that owns the slot. */
  readonly countRefusal: (slot: SlotRef, kind: RefusalKind) => void;
  /** How targets and provider keys behave. */
  readonly health: HealthTable;
  /** Gives the area back; while holds are left it stays taken, for recovery to find them. */
  readonly close: () => void;
};

/** Called at named points of a transaction. Production passes nothing; tests kill the process there. */
export type CrashPoint = (point: CrashPointName) => void;

/** In the order in which a reservation or settlement passes them. */
export const crashPointNames = [
  "row-written",
  "locked",
  "redo-partial",
  "redo-written",
  "committed",
  "partly-applied",
  "applied",
  "redo-cleared",
  "unlocked",
] as const;
export type CrashPointName = (typeof crashPointNames)[number];

/** Most slots that one request may hold something in. */
export const maxEntries = 24;

/**
 * What a slot's amounts are. `count`: requests, for ever, no limit; `running`: requests that run now; `requests` and
 * `tokens` of a window slot, `tokens` and `nanodollars` of a budget.
 */
export const slotUnits = ["count", "running", "requests", "tokens", "nanodollars"] as const;
export type SlotUnit = (typeof slotUnits)[number];

/** By what the request of a virtual key was refused; `other`: by anything but limits and policies. */
export const refusalKinds = ["budget", "requests", "tokens", "concurrency", "policy", "other"] as const;
export type RefusalKind = (typeof refusalKinds)[number];

/** `hard`: charged + held + asked must fit; `soft`: what is charged must be below; `warn`: everything fits. */
export const slotModes = ["hard", "soft", "warn"] as const;
export type SlotMode = (typeof slotModes)[number];

/**
 * A window slot is a ring of seventeen sixteenths, of which the newest is `period`. What was counted leaves the sum when
 * its sixteenth is more than sixteen old, so no window of sixteen ever holds more.
 */
export const windowParts = 16;
