import type { Charge } from "#core/record";
import type { Histogram } from "./metric-layout";

/** What a request wants to hold in one slot. Amounts are integers below 2⁵³; by convention the virtual key's slot comes first. */
export type HoldEntry = Charge;

/** A running request's row in the ledger. */
export type Hold = {
  /** Row number in this worker's seat; also where recovery finds it. */
  readonly row: number;
  /** Tells this use of the row from the next one, so that a second `settle` finds nothing to do. */
  readonly ticket: number;
  /**
   * What is held, with the periods that count: a slot's period never goes back, so an entry that asked for an older one
   * was moved to the newer. Charges journaled for this request must carry these periods.
   */
  readonly entries: readonly HoldEntry[];
};

/**
 * Why nothing was taken: the entry that did not fit its slot's allowance; `no-row`: too many running requests in this
 * worker; `stale-slot`: an entry names a slot that was given to somebody else since the snapshot; `busy`: the lock's
 * owner died or hangs. The last three pass by themselves.
 */
export type Refusal = HoldEntry | "no-row" | "stale-slot" | "busy";

export type Reservation =
  | { readonly ok: true; readonly hold: Hold }
  | { readonly ok: false; readonly refusedBy: Refusal };

/** How far a request has come, for recovery: nothing sent → release; something sent → charge as interrupted. */
export const holdPhases = ["reserved", "sent", "relaying", "recorded"] as const;
export type HoldPhase = (typeof holdPhases)[number];

/** A worker's view of the mapped file that all processes share. Every call is synchronous and takes about a microsecond. */
export type Ledger = {
  /** Takes all entries (at most 12) or none; never exceeds a slot's allowance. `id` is the request's 32 hex digits. */
  readonly reserve: (id: string, entries: readonly HoldEntry[]) => Reservation;
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
  /** Gives the seat back; while holds are left it stays taken, for recovery to find them. */
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
