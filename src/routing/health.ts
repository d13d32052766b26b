import type { HealthState } from "#core/health";
import type { Draft } from "#lib/draft";
import { type FailureClass, failureClasses } from "./failure-classes";

/** Whether a target may be asked: by every request, by one that finds out, or only when no other target is left. */
export type Admission =
  | { readonly state: "open" }
  | { readonly state: "probe" }
  | { readonly state: "closed"; readonly why: "ejected" | "held" | "probed"; readonly untilMs: number };

/** What health is judged by. Milliseconds, requests and shares of one. */
export type HealthSettings = {
  readonly consecutiveErrors: number;
  readonly errorRatio: number;
  readonly errorRatioRequests: number;
  /** The error ratio looks at the current window and the one before. */
  readonly windowMs: number;
  readonly cooldownMs: number;
  readonly longestCooldownMs: number;
  readonly probeMs: number;
  readonly holdMs: number;
  readonly longestHoldMs: number;
  /** The longest hold that a provider can ask for. */
  readonly longestRequestedHoldMs: number;
  readonly keyHoldMs: number;
  readonly longestKeyHoldMs: number;
  readonly retryShare: number;
  readonly retryTokens: number;
};

/** The numbers of `docs/internals/failures.md`, which a test compares. */
export const healthSettings: HealthSettings = {
  consecutiveErrors: 5,
  errorRatio: 0.5,
  errorRatioRequests: 20,
  windowMs: 5000,
  cooldownMs: 1000,
  longestCooldownMs: 15_000,
  probeMs: 15_000,
  holdMs: 1000,
  longestHoldMs: 30_000,
  longestRequestedHoldMs: 600_000,
  keyHoldMs: 60_000,
  longestKeyHoldMs: 600_000,
  retryShare: 0.2,
  retryTokens: 10,
};

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

/** Makes the caller the one that probes; the state comes back as it is where another does, or there is nothing to find out. */
export function claimProbe(state: HealthState, nowMs: number, { probeMs }: HealthSettings): HealthState {
  return admission(state, nowMs).state === "probe" ? { ...state, probeUntilMs: nowMs + probeMs } : state;
}

/** The probe was not made, or says nothing of the target. */
export function dropProbe(state: HealthState): HealthState {
  return state.probeUntilMs === 0 ? state : { ...state, probeUntilMs: 0 };
}

/** The target answered; `latencyMs` is the time to its headers or first token, undefined for a refusal. */
export function afterSuccess(
  state: HealthState,
  facts: AttemptFacts,
  latencyMs: number | undefined,
  settings: HealthSettings,
): HealthState {
  const next = withRequest(state, facts, false, settings);
  if (latencyMs !== undefined) next.latencyMs = smooth(state.latencyMs, latencyMs);
  // An answer to a request from before the ejection says nothing of the time after it.
  if (state.ejectedUntilMs > facts.nowMs && facts.startedMs < state.lastErrorAtMs) return next;
  if (state.ejectedUntilMs !== 0) {
    clearWindows(next, facts.nowMs);
    next.windowRequests = 1;
  }
  next.consecutiveErrors = 0;
  next.ejections = 0;
  next.ejectedUntilMs = 0;
  next.probeUntilMs = 0;
  if (state.heldUntilMs <= facts.nowMs) next.heldUntilMs = 0;
  return next;
}

export function afterFailure(state: HealthState, facts: FailureFacts, settings: HealthSettings): HealthState {
  switch (failureClasses[facts.failureClass].health) {
    case "error":
      return afterError(state, facts, settings);
    case "count":
      return afterSilence(state, facts, settings);
    case "hold-target":
      return afterRateLimit(state, facts, settings);
    case "alive":
      return afterSuccess(state, facts, undefined, settings);
    case "hold-key":
    case "ignore":
      return dropProbe(withRequest(state, facts, false, settings));
  }
}

/** For the row of a provider key that was refused: held back everywhere, longer each time. */
export function afterKeyRefused(
  state: HealthState,
  { nowMs, status }: FailureFacts,
  { keyHoldMs, longestKeyHoldMs }: HealthSettings,
): HealthState {
  // Requests that were under way with it tell nothing new.
  if (state.heldUntilMs > nowMs) return state;
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

/** For the row of a provider key that was accepted, or set anew. */
export function afterKeyAccepted(state: HealthState): HealthState {
  return wasKeyRefused(state) ? { ...state, consecutiveErrors: 0, heldUntilMs: 0 } : state;
}

/** For the row of a provider key: whether it was refused, and not accepted since. */
export function wasKeyRefused(state: HealthState): boolean {
  return state.consecutiveErrors > 0 || state.heldUntilMs > 0;
}

/** Takes one of the retries that the target's requests have earned; the state comes back as it is when none is left. */
export function spendRetry(state: HealthState): HealthState {
  if (state.retryTokens < 1) return state;
  return { ...state, retryTokens: state.retryTokens - 1, retries: state.retries + 1 };
}

function afterError(state: HealthState, facts: FailureFacts, settings: HealthSettings): HealthState {
  const { nowMs } = facts;
  const failed = withRequest(state, facts, true, settings);
  failed.consecutiveErrors += 1;
  failed.lastErrorAtMs = nowMs;
  failed.lastStatus = facts.status;
  // Requests that were under way when it was ejected must not keep it out for longer.
  if (state.ejectedUntilMs > nowMs) return failed;
  const isProbe = state.ejectedUntilMs !== 0;
  return isProbe || isFailing(failed, settings) ? eject(failed, facts, settings) : failed;
}

/** A target that was connected and silent is counted, and nothing else: what thinks for long is healthy. */
function afterSilence(state: HealthState, facts: FailureFacts, settings: HealthSettings): HealthState {
  const next = withRequest(state, facts, false, settings);
  next.errors += 1;
  next.lastErrorAtMs = facts.nowMs;
  next.lastStatus = facts.status;
  return dropProbe(next);
}

function isFailing(state: HealthState, { consecutiveErrors, errorRatio, errorRatioRequests }: HealthSettings): boolean {
  const requests = state.windowRequests + state.previousRequests;
  const errors = state.windowErrors + state.previousErrors;
  return (
    state.consecutiveErrors >= consecutiveErrors || (requests >= errorRatioRequests && errors >= errorRatio * requests)
  );
}

/** Between half of the cooldown and all of it, so that targets that failed together do not come back together. */
function eject(
  state: HealthState,
  { nowMs, random }: FailureFacts,
  { cooldownMs, longestCooldownMs }: HealthSettings,
): HealthState {
  const longMs = Math.min(longestCooldownMs, cooldownMs * 2 ** state.ejections);
  return {
    ...state,
    ejections: state.ejections + 1,
    ejectedUntilMs: nowMs + longMs * (0.5 + random / 2),
    probeUntilMs: 0,
  };
}

/** Held for as long as the provider says, else twice as long as the last time. */
function afterRateLimit(state: HealthState, facts: FailureFacts, settings: HealthSettings): HealthState {
  const { nowMs, retryAfterMs } = facts;
  const { holdMs, longestHoldMs, longestRequestedHoldMs } = settings;
  const counted = dropProbe(withRequest(state, facts, false, settings));
  const isHeld = state.heldUntilMs > nowMs;
  if (retryAfterMs === undefined && isHeld) return counted;
  const lastMs = isHeld ? 0 : Math.max(0, state.heldUntilMs - state.lastErrorAtMs);
  const ownMs = Math.min(longestHoldMs, Math.max(holdMs, 2 * lastMs));
  const untilMs = nowMs + (retryAfterMs === undefined ? ownMs : Math.min(retryAfterMs, longestRequestedHoldMs));
  return {
    ...counted,
    heldUntilMs: Math.max(state.heldUntilMs, untilMs),
    lastErrorAtMs: nowMs,
    lastStatus: facts.status,
  };
}

/** A copy that counts one more request, for the caller to go on with: every request makes one, and none but this. */
function withRequest(
  state: HealthState,
  { nowMs, isRetry }: AttemptFacts,
  isError: boolean,
  { retryShare, retryTokens, windowMs }: HealthSettings,
): Draft<HealthState> {
  const next: Draft<HealthState> = { ...state };
  moveWindows(next, nowMs, windowMs);
  next.windowRequests += 1;
  next.requests += 1;
  if (isError) {
    next.windowErrors += 1;
    next.errors += 1;
  }
  if (!isRetry) next.retryTokens = Math.min(retryTokens, state.retryTokens + retryShare);
  return next;
}

/** Moves the two windows up to now. */
function moveWindows(state: Draft<HealthState>, nowMs: number, windowMs: number): void {
  const sinceMs = nowMs - state.windowStartMs;
  if (sinceMs >= 0 && sinceMs < windowMs) return;
  if (sinceMs < 0 || sinceMs >= 2 * windowMs) {
    clearWindows(state, nowMs);
    return;
  }
  state.windowStartMs += windowMs;
  state.previousRequests = state.windowRequests;
  state.previousErrors = state.windowErrors;
  state.windowRequests = 0;
  state.windowErrors = 0;
}

function clearWindows(state: Draft<HealthState>, nowMs: number): void {
  state.windowStartMs = nowMs;
  state.windowRequests = 0;
  state.windowErrors = 0;
  state.previousRequests = 0;
  state.previousErrors = 0;
}

function smooth(averageMs: number, latencyMs: number): number {
  return averageMs === 0 ? latencyMs : averageMs + (latencyMs - averageMs) / 8;
}
