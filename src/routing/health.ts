import type { HealthState } from "#core/health";
import { type FailureClass, failureClasses } from "./failure-classes";

/** Whether a target may be asked: yes, by one request that finds out, or only when nobody else is left. */
export type Admission =
  | { readonly state: "open" }
  | { readonly state: "probe" }
  | { readonly state: "closed"; readonly why: "ejected" | "held" | "probed"; readonly untilMs: number };

/** The numbers of `docs/internals/failures.md`, which a test compares. Milliseconds, requests and shares of one. */
export const healthNumbers = {
  consecutiveErrors: 5,
  errorRatio: 0.5,
  errorRatioRequests: 20,
  /** Two of these are looked at. */
  stretchMs: 5000,
  cooldownMs: 1000,
  longestCooldownMs: 15_000,
  probeMs: 15_000,
  holdMs: 1000,
  longestHoldMs: 30_000,
  longestToldHoldMs: 600_000,
  keyHoldMs: 60_000,
  longestKeyHoldMs: 600_000,
  retryShare: 0.2,
  retryTokens: 10,
} as const;

/** How an attempt ended, for the row of its target. */
export type AttemptFacts = {
  readonly nowMs: number;
  readonly startedMs: number;
  /** It was a retry, which earns no further one. */
  readonly isRetry: boolean;
};

export type FailureFacts = AttemptFacts & {
  readonly failureClass: FailureClass;
  /** 0 when no status came. */
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  /** In [0, 1): spreads the ends of cooldowns. */
  readonly random: number;
};

const open: Admission = { state: "open" };
const probe: Admission = { state: "probe" };

export function admission(state: HealthState, nowMs: number): Admission {
  if (state.heldUntilMs > nowMs) return { state: "closed", why: "held", untilMs: state.heldUntilMs };
  if (state.ejectedUntilMs === 0) return open;
  if (state.ejectedUntilMs > nowMs) return { state: "closed", why: "ejected", untilMs: state.ejectedUntilMs };
  return state.probeUntilMs > nowMs ? { state: "closed", why: "probed", untilMs: state.probeUntilMs } : probe;
}

/** Makes the caller the one that probes; the state comes back as it is where another does, or nothing is to be found out. */
export function claimProbe(state: HealthState, nowMs: number): HealthState {
  return admission(state, nowMs).state === "probe" ? { ...state, probeUntilMs: nowMs + healthNumbers.probeMs } : state;
}

/** The probe was not made, or told nothing. */
export function dropProbe(state: HealthState): HealthState {
  return state.probeUntilMs === 0 ? state : { ...state, probeUntilMs: 0 };
}

/** The target answered; `latencyMs` is the time to its headers or first token, undefined for a refusal. */
export function afterSuccess(state: HealthState, facts: AttemptFacts, latencyMs: number | undefined): HealthState {
  const counted = withRequest(state, facts, false);
  const smoothed = latencyMs === undefined ? state.latencyMs : smooth(state.latencyMs, latencyMs);
  // An answer to a request from before the ejection says nothing of the time after it.
  const isStale = state.ejectedUntilMs > facts.nowMs && facts.startedMs < state.lastErrorAtMs;
  if (isStale) return { ...counted, latencyMs: smoothed };
  const isBack = state.ejectedUntilMs !== 0;
  return {
    ...counted,
    ...(isBack ? { ...freshWindow(facts.nowMs), windowRequests: 1 } : {}),
    latencyMs: smoothed,
    consecutiveErrors: 0,
    ejections: 0,
    ejectedUntilMs: 0,
    probeUntilMs: 0,
    heldUntilMs: state.heldUntilMs > facts.nowMs ? state.heldUntilMs : 0,
  };
}

export function afterFailure(state: HealthState, facts: FailureFacts): HealthState {
  switch (failureClasses[facts.failureClass].health) {
    case "error":
      return afterError(state, facts);
    case "hold-target":
      return afterRateLimit(state, facts);
    case "alive":
      return afterSuccess(state, facts, undefined);
    case "hold-key":
    case "ignore":
      return dropProbe(withRequest(state, facts, false));
  }
}

/** For the row of a provider key that was refused: held back everywhere, longer each time. */
export function afterKeyRefused(state: HealthState, { nowMs, status }: FailureFacts): HealthState {
  // Requests that were under way with it tell nothing new.
  if (state.heldUntilMs > nowMs) return state;
  const { keyHoldMs, longestKeyHoldMs } = healthNumbers;
  const refusals = state.consecutiveErrors;
  return {
    ...state,
    consecutiveErrors: refusals + 1,
    heldUntilMs: nowMs + Math.min(longestKeyHoldMs, keyHoldMs * 2 ** refusals),
    errors: state.errors + 1,
    lastErrorAtMs: nowMs,
    lastStatus: status,
  };
}

/** For the row of a provider key that was taken. */
export function afterKeyTaken(state: HealthState): HealthState {
  return isKeyDoubted(state) ? { ...state, consecutiveErrors: 0, heldUntilMs: 0 } : state;
}

export function isKeyDoubted(state: HealthState): boolean {
  return state.consecutiveErrors > 0 || state.heldUntilMs > 0;
}

/** Takes one of the retries that the target's requests have earned; the state comes back as it is when none is left. */
export function spendRetry(state: HealthState): HealthState {
  if (state.retryTokens < 1) return state;
  return { ...state, retryTokens: state.retryTokens - 1, retries: state.retries + 1 };
}

function afterError(state: HealthState, facts: FailureFacts): HealthState {
  const { nowMs } = facts;
  const failed = {
    ...withRequest(state, facts, true),
    consecutiveErrors: state.consecutiveErrors + 1,
    lastErrorAtMs: nowMs,
    lastStatus: facts.status,
  };
  // Requests that were under way when it was ejected must not keep it out for longer.
  if (state.ejectedUntilMs > nowMs) return failed;
  const isProbe = state.ejectedUntilMs !== 0;
  return isProbe || isFailing(failed) ? eject(failed, facts) : failed;
}

function isFailing(state: HealthState): boolean {
  const { consecutiveErrors, errorRatio, errorRatioRequests } = healthNumbers;
  const requests = state.windowRequests + state.previousRequests;
  const errors = state.windowErrors + state.previousErrors;
  return (
    state.consecutiveErrors >= consecutiveErrors || (requests >= errorRatioRequests && errors >= errorRatio * requests)
  );
}

/** Between half of the cooldown and all of it, so that targets that failed together do not come back together. */
function eject(state: HealthState, { nowMs, random }: FailureFacts): HealthState {
  const { cooldownMs, longestCooldownMs } = healthNumbers;
  const longMs = Math.min(longestCooldownMs, cooldownMs * 2 ** state.ejections);
  return {
    ...state,
    ejections: state.ejections + 1,
    ejectedUntilMs: nowMs + longMs * (0.5 + random / 2),
    probeUntilMs: 0,
  };
}

/** Held for as long as the provider says, else twice as long as the last time. */
function afterRateLimit(state: HealthState, facts: FailureFacts): HealthState {
  const { nowMs, retryAfterMs } = facts;
  const { holdMs, longestHoldMs, longestToldHoldMs } = healthNumbers;
  const counted = dropProbe(withRequest(state, facts, false));
  const isHeld = state.heldUntilMs > nowMs;
  if (retryAfterMs === undefined && isHeld) return counted;
  const lastMs = isHeld ? 0 : Math.max(0, state.heldUntilMs - state.lastErrorAtMs);
  const ownMs = Math.min(longestHoldMs, Math.max(holdMs, 2 * lastMs));
  const untilMs = nowMs + (retryAfterMs === undefined ? ownMs : Math.min(retryAfterMs, longestToldHoldMs));
  return {
    ...counted,
    heldUntilMs: Math.max(state.heldUntilMs, untilMs),
    lastErrorAtMs: nowMs,
    lastStatus: facts.status,
  };
}

function withRequest(state: HealthState, { nowMs, isRetry }: AttemptFacts, isError: boolean): HealthState {
  const { retryShare, retryTokens } = healthNumbers;
  const moved = atTime(state, nowMs);
  return {
    ...moved,
    windowRequests: moved.windowRequests + 1,
    windowErrors: moved.windowErrors + (isError ? 1 : 0),
    requests: state.requests + 1,
    errors: state.errors + (isError ? 1 : 0),
    retryTokens: isRetry ? state.retryTokens : Math.min(retryTokens, state.retryTokens + retryShare),
  };
}

/** The two stretches of time as they are now. */
function atTime(state: HealthState, nowMs: number): HealthState {
  const { stretchMs } = healthNumbers;
  const sinceMs = nowMs - state.windowStartMs;
  if (sinceMs >= 0 && sinceMs < stretchMs) return state;
  if (sinceMs < 0 || sinceMs >= 2 * stretchMs) return { ...state, ...freshWindow(nowMs) };
  return {
    ...state,
    windowStartMs: state.windowStartMs + stretchMs,
    windowRequests: 0,
    windowErrors: 0,
    previousRequests: state.windowRequests,
    previousErrors: state.windowErrors,
  };
}

function freshWindow(nowMs: number) {
  return { windowStartMs: nowMs, windowRequests: 0, windowErrors: 0, previousRequests: 0, previousErrors: 0 };
}

function smooth(averageMs: number, latencyMs: number): number {
  return averageMs === 0 ? latencyMs : averageMs + (latencyMs - averageMs) / 8;
}
