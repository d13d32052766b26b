import type { Provider, Timeouts } from "#core/snapshot";

/**
 * Headers: long enough for a reasoning model that answers whole, whose headers come when it is done. First token: short
 * where a fallback may answer sooner, long where there is nothing else to wait for or the provider shows that it works.
 */
export const defaultTimeouts = {
  connectMs: 5_000,
  headersMs: 300_000,
  firstTokenMs: 12_000,
  patientFirstTokenMs: 120_000,
  idleMs: 30_000,
  totalMs: 900_000,
} as const satisfies Timeouts;

export const defaultRetries: Provider["retries"] = { max: 2, backoffInitialMs: 250, backoffMaxMs: 4_000 };
