import type { Target } from "#core/target";
import { type FailureClass, type FailureRule, failureClasses } from "./failure-classes";
import type { PlannedTarget } from "./plan";

/** What is known when an attempt has failed. */
export type Situation = {
  readonly failureClass: FailureClass;
  /** The wait that the provider asked for. */
  readonly retryAfterMs: number | undefined;
  /** The provider said that asking it again is no use. */
  readonly refusesRetry: boolean;
  readonly target: Target;
  /** It is ejected or held back by now. */
  readonly isOut: boolean;
  /** How often this target was asked again already. */
  readonly retries: number;
  /** How often another key was taken already. */
  readonly keyChanges: number;
  /** At how many requests and answers our own code failed, this one included. */
  readonly ownFaults: number;
  /** Not asked yet, in order. */
  readonly left: readonly PlannedTarget[];
  readonly attempts: number;
  readonly elapsedMs: number;
  readonly limits: AttemptLimits;
  /** The target's requests have earned another retry. */
  readonly hasRetryBudget: boolean;
  /** In [0, 1). */
  readonly random: () => number;
};

export type AttemptLimits = {
  /** Of one request, all targets together. */
  readonly maxAttempts: number;
  /** From the first attempt to the start of the last one's answer. */
  readonly deadlineMs: number;
  /** Further attempts at the same target, where the client says so; absent: as the provider's configuration says. */
  readonly retries?: number;
};

export type NextStep =
  | { readonly kind: "retry"; readonly delayMs: number }
  | { readonly kind: "other-key" | "fallback"; readonly to: PlannedTarget; readonly delayMs: number }
  | { readonly kind: "end"; readonly why: string };

/** A wait that is shorter than asking a target that is held back: it is waited for, whatever the provider's back-off. */
const shortWaitMs = 2000;

/** What comes after a failed attempt, by the table of failure classes. Pure. */
export function nextStep(situation: Situation): NextStep {
  const { attempts, elapsedMs, failureClass, limits } = situation;
  const rule: FailureRule = failureClasses[failureClass];
  if (rule.elsewhere === "nowhere") return end("no other target would help");
  if (rule.elsewhere === "next-target-once" && situation.ownFaults > 1) return end("a second fault of our own");
  if (attempts >= limits.maxAttempts) return end("attempts used up");
  if (elapsedMs >= limits.deadlineMs) return end("deadline passed");
  const again = isAgainFirst(situation, rule) ? retry(situation, rule) : undefined;
  if (again?.kind === "retry") return again;
  const elsewhere = other(situation, rule);
  if (elsewhere !== undefined) return elsewhere;
  if (rule.ifNoneLeft === "retry") return retry(situation, rule);
  return again ?? end("no target left");
}

/**
 * Whether the same target is asked before any other: where its class says so, unless it is out already and there are
 * others; and where it asks for a short wait and no better target is left.
 */
function isAgainFirst({ isOut, left, retryAfterMs = 0 }: Situation, rule: FailureRule): boolean {
  if (rule.retries !== "none") return !isOut || left.length === 0;
  const isShort = retryAfterMs > 0 && retryAfterMs <= shortWaitMs;
  return rule.ifNoneLeft === "retry" && isShort && !left.some(isOpen);
}

function retry(situation: Situation, rule: FailureRule): NextStep {
  const { hasRetryBudget, limits, refusesRetry, retries, target } = situation;
  const max = limits.retries ?? target.provider.retries.max;
  if (retries >= (rule.retries === "one" ? Math.min(1, max) : max)) return end("retries used up");
  if (!hasSpareAttempt(situation)) return end("the attempts left are for other targets");
  if (refusesRetry) return end("the provider wants no retry");
  if (!hasRetryBudget) return end("retry budget used up");
  const delayMs = waitBefore(situation);
  if (delayMs === undefined) return end("the provider asks for a longer wait");
  if (situation.elapsedMs + delayMs >= situation.limits.deadlineMs) return end("deadline too near");
  return { kind: "retry", delayMs };
}

/** Whether one attempt is left for each target that was not asked yet, besides the next one. Keys of a target share it. */
function hasSpareAttempt({ attempts, left, limits, target }: Situation): boolean {
  const others: Target[] = [];
  for (const { target: each } of left) {
    if (!isSibling(each, target) && !others.some((known) => isSibling(known, each))) others.push(each);
  }
  return attempts + 1 + others.length <= limits.maxAttempts;
}

/** The provider's word where it is no longer than our longest wait, else full jitter. Undefined where it is longer. */
function waitBefore({ random, retries, retryAfterMs = 0, target }: Situation): number | undefined {
  if (retryAfterMs > Math.max(shortWaitMs, target.provider.retries.backoffMaxMs)) return undefined;
  return retryAfterMs > 0 ? retryAfterMs : jitter(target, retries, random);
}

/** AWS's "full jitter": a random share of a bound that doubles. */
function jitter({ provider }: Target, doublings: number, random: () => number): number {
  const { backoffInitialMs, backoffMaxMs } = provider.retries;
  return random() * Math.min(backoffMaxMs, backoffInitialMs * 2 ** doublings);
}

function other(situation: Situation, rule: FailureRule): NextStep | undefined {
  const { elapsedMs, keyChanges, left, limits, random, target } = situation;
  const isKey = (each: PlannedTarget) => isSibling(each.target, target);
  const isOther = (each: PlannedTarget) => !isKey(each);
  if (rule.elsewhere === "larger-context") {
    return fallback(left.find((each) => isOther(each) && mayTakeMore(each.target, target)));
  }
  if (rule.elsewhere === "next-target" || rule.elsewhere === "next-target-once") return fallback(left.find(isOther));
  // A key that is held back comes after targets that are not.
  const to =
    left.find((each) => isKey(each) && isOpen(each)) ?? left.find((each) => isOther(each) && isOpen(each)) ?? left[0];
  if (to === undefined || !isKey(to)) return fallback(to);
  if (!hasSpareAttempt(situation)) return fallback(left.find(isOther));
  const delayMs = rule.elsewhere === "next-key" ? 0 : jitter(target, keyChanges, random);
  if (elapsedMs + delayMs < limits.deadlineMs) return { kind: "other-key", to, delayMs };
  return fallback(left.find(isOther));
}

function fallback(to: PlannedTarget | undefined): NextStep | undefined {
  return to && { kind: "fallback", to, delayMs: 0 };
}

/** The same model at the same provider, with another key. */
export function isSibling(left: Target, right: Target): boolean {
  return left.provider === right.provider && left.model === right.model;
}

/** Whether it may take what was too much here: its context is larger, or one of the two is not known. */
export function mayTakeMore(candidate: Target, target: Target): boolean {
  const [more, less] = [candidate.facts?.contextTokens, target.facts?.contextTokens];
  return more === undefined || less === undefined || more > less;
}

function isOpen({ admission }: PlannedTarget): boolean {
  return admission.state !== "closed";
}

function end(why: string): NextStep {
  return { kind: "end", why };
}
