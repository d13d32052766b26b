import type { Demand } from "#core/demand";
import type { NanoDollars, Price } from "#core/money";
import type { Target } from "#core/target";
import { contextBound } from "./context-bound";
import type { HeldLimit } from "./held-limits";
import type { LadderFacts } from "./ladder/ladder-facts";
import type { LazyDemand } from "./lazy-demand";
import { isHard } from "./limit-kinds";
import type { RunningRequest } from "./running-request";
import { type Bound, hostedWork, type WorstCase } from "./worst-case";

/** An attempt that is about to be made. */
export type NextAttempt = {
  /** Undefined for an answer of the gateway's own. */
  readonly target: Target | undefined;
  readonly healthRow: number;
  readonly demand: LazyDemand;
  /** The model searches, or reasons beyond any limit, whatever the request says. */
  readonly isUnbounded?: boolean;
  /** Its usage counts what tools of the provider did. */
  readonly tellsTools?: boolean;
  /** What its hold may be made smaller by; without it the hold is what it is. */
  readonly ladder?: LadderFacts;
};

/**
 * What the tools that a provider runs cost where it does not tell: one search by the price list, since a model that may
 * search does so, else the ceiling that was held for.
 */
export function hostedFee(request: RunningRequest, attempt: NextAttempt, price: Price | undefined): NanoDollars {
  if (attempt.tellsTools === true || !runsTools(attempt)) return 0;
  const ceiling = hostedWork(boundDemand(attempt), price, request.settings.hostedToolCeiling) ?? 0;
  return price?.perSearch === undefined ? ceiling : Math.min(price.perSearch, ceiling);
}

/** Whether the provider does work that is charged apart. */
function runsTools({ demand, isUnbounded }: NextAttempt): boolean {
  return isUnbounded === true || demand.read().hostedTools;
}

/** A context is read once, unless tools of the provider make it read again. Embeddings read each of their texts apart. */
export function mostInput(
  request: RunningRequest,
  { target, demand, isUnbounded = false }: NextAttempt,
  price: Price | undefined,
): number {
  const known = demand.known();
  if (isUnbounded || known === undefined) return Number.POSITIVE_INFINITY;
  if (known.hostedTools && known.searches === undefined) return Number.POSITIVE_INFINITY;
  const context = contextBound(target?.facts, price, request.settings.defaultContextTokens);
  return Math.max(context, request.requestBytes) * (1 + (known.searches ?? 0));
}

/** How often tools of the provider can have searched: as the request allows, and what was held for under a hard budget. */
export function mostSearches(attempt: NextAttempt, bound: Bound | undefined, held: readonly HeldLimit[]): number {
  const known = attempt.isUnbounded === true ? undefined : attempt.demand.known()?.searches;
  const asked = known ?? Number.POSITIVE_INFINITY;
  const perSearch = bound?.price?.perSearch ?? 0;
  if (bound === undefined || perSearch === 0 || !held.some(isHardMoney)) return asked;
  return Math.min(asked, Math.floor(bound.hostedTools / perSearch));
}

function isHardMoney({ isCovering, limit }: HeldLimit): boolean {
  return isCovering && limit.unit === "nanodollars" && isHard(limit);
}

export function mostOutput(
  { answers, settings }: RunningRequest,
  { target, demand, isUnbounded }: NextAttempt,
): number {
  if (isUnbounded === true) return Number.POSITIVE_INFINITY;
  const facts = target?.facts;
  const each = facts?.maxOutputTokens ?? facts?.contextTokens ?? settings.defaultContextTokens;
  return each * (demand.known()?.answers ?? answers);
}

/** Of a model that searches by itself: what it finds is read, and charged apart. */
export function boundDemand({ demand, isUnbounded }: NextAttempt): Demand {
  const read = demand.read();
  if (isUnbounded !== true) return read;
  const { searches: _, ...others } = read;
  return { ...others, hostedTools: true, refersElsewhere: true };
}

/** Never more than the target can have read, nor than was held for: no estimate may pass a hard limit. */
export function estimateInput(
  request: RunningRequest,
  { target, demand }: NextAttempt,
  held: WorstCase | undefined,
): number {
  if (target === undefined) return 0;
  const likely = demand.known()?.likelyInputTokens ?? request.inputTokens;
  const context = target.facts?.contextTokens ?? request.settings.defaultContextTokens;
  return Math.min(likely, context, held === undefined ? context : held.tokens - held.outputTokens);
}
