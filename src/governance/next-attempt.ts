import type { Demand } from "#core/demand";
import type { NanoDollars, Price } from "#core/money";
import type { Target } from "#core/target";
import { contextBound } from "./context-bound";
import type { LadderFacts } from "./ladder/ladder-facts";
import type { LazyDemand } from "./lazy-demand";
import type { RunningRequest } from "./running-request";
import type { WorstCase } from "./worst-case";

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
  const ceiling = request.settings.hostedToolCeiling ?? 0;
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
  if (isUnbounded || demand.known()?.hostedTools !== false) return Number.POSITIVE_INFINITY;
  return Math.max(contextBound(target?.facts, price, request.settings.defaultContextTokens), request.requestBytes);
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
  return isUnbounded === true ? { ...read, hostedTools: true, refersElsewhere: true } : read;
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
