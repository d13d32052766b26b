/**
 * How a target (or a provider key) has behaved, as all workers see it. Times are `Clock.machineMs`. What the numbers lead to
 * is decided in `routing/`; where they are kept is the ledger's business.
 */
export type HealthState = {
  /** Failures since the last success. */
  readonly consecutiveErrors: number;
  /** Ejections since it last proved healthy: each makes the next cooldown longer. */
  readonly ejections: number;
  /** Taken out until then; 0 when it is not. */
  readonly ejectedUntilMs: number;
  /** A single request is trying it; until it reports or this time passes, no other does. 0 without one. */
  readonly probeUntilMs: number;
  /** Told to wait (`retry-after`, a refused key) until then; 0 when it was not. */
  readonly heldUntilMs: number;
  /** Requests and errors of the current and the previous window, for the error ratio. */
  readonly windowStartMs: number;
  readonly windowRequests: number;
  readonly windowErrors: number;
  readonly previousRequests: number;
  readonly previousErrors: number;
  /** Retries that may still be made: requests add a fifth each, retries take one. */
  readonly retryTokens: number;
  /** When it last failed, and the status then (0 where none came). */
  readonly lastErrorAtMs: number;
  readonly lastStatus: number;
  /** Smoothed time to headers or first token, milliseconds; 0 before the first success. */
  readonly latencyMs: number;
  /** Since the ledger was made. */
  readonly requests: number;
  readonly errors: number;
  readonly retries: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costNanodollars: number;
};

/** What an attempt used, added to the sums of its target. */
export type HealthUse = Pick<HealthState, "inputTokens" | "outputTokens" | "costNanodollars">;

/** Rows of health, found by name: `provider/model#key` for a target, `provider#key` for a provider key. */
export type HealthTable = {
  /** The row of a name, made when there is none; -1 when no row is to be had, whose health is then not kept. */
  readonly row: (name: string) => number;
  readonly read: (row: number) => HealthState;
  /** Changes a row as one step for all processes; gives what it is now. A row of -1 stays as it is: new. */
  readonly update: (row: number, change: (state: HealthState) => HealthState) => HealthState;
  /** Adds to three sums as one step: `update` reads and writes all numbers, which takes three times as long. */
  readonly addUse: (row: number, use: HealthUse) => void;
  readonly list: () => readonly { readonly name: string; readonly state: HealthState }[];
};

export const newHealth: HealthState = {
  consecutiveErrors: 0,
  ejections: 0,
  ejectedUntilMs: 0,
  probeUntilMs: 0,
  heldUntilMs: 0,
  windowStartMs: 0,
  windowRequests: 0,
  windowErrors: 0,
  previousRequests: 0,
  previousErrors: 0,
  retryTokens: 10,
  lastErrorAtMs: 0,
  lastStatus: 0,
  latencyMs: 0,
  requests: 0,
  errors: 0,
  retries: 0,
  inputTokens: 0,
  outputTokens: 0,
  costNanodollars: 0,
};

/** Whether a target has ever answered: one that has not may be a made-up name. */
export function hasServed({ latencyMs, inputTokens, outputTokens, costNanodollars }: HealthState): boolean {
  return latencyMs > 0 || inputTokens + outputTokens + costNanodollars > 0;
}
