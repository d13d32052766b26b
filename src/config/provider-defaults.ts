import type { Provider, Timeouts } from "#core/snapshot";

/** Long enough for a reasoning model that answers whole: its headers come when it is done. */
export const defaultTimeouts: Timeouts = {
  connectMs: 5_000,
  headersMs: 300_000,
  firstTokenMs: 120_000,
  idleMs: 120_000,
  totalMs: 900_000,
};

export const defaultRetries: Provider["retries"] = { max: 2, backoffInitialMs: 250, backoffMaxMs: 4_000 };
