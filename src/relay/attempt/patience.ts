import type { Timeouts } from "#core/snapshot";
import type { Target } from "#core/target";
import type { Dialect } from "#dialects/dialect";
import type { GatewayAsk } from "#dialects/gateway-ask";
import type { Envelope } from "#dialects/operation";
import type { TargetFacts } from "#dialects/target-facts";
import type { Attempt } from "#routing/attempt";
import type { FirstTokenWaits } from "#routing/first-token-waits";

/** Whether a target thinks before it answers: it was told to, its model may do so unasked, or not. */
export type Thinking = "asked" | "likely" | "none";

/** By what the request says, else by the target's traits, else by what the catalog and its dialect say of such models. */
export function thinkingOf(
  { reasoning }: Pick<Envelope, "reasoning">,
  { reasoning: ways, reasons_by_default: byDefault }: Pick<TargetFacts["traits"], "reasoning" | "reasons_by_default">,
  { facts }: Pick<Target, "facts">,
  { reasonsUnasked }: Pick<Dialect, "reasonsUnasked">,
): Thinking {
  if (reasoning === false) return "none";
  // Where it cannot be asked for, the question is left out.
  if (reasoning === true && ways?.length !== 0) return "asked";
  const isLikely = byDefault ?? (reasonsUnasked === true && facts?.capabilities?.includes("reasoning") === true);
  return isLikely ? "likely" : "none";
}

/** What is asked of whom, as far as timers depend on it. */
type Asked = Pick<Attempt<unknown>, "isLast" | "remainingMs" | "target"> & {
  readonly thinking: Thinking;
  readonly isStream: boolean;
};

/**
 * The timers of an attempt. An answer is given longer to begin where no other target is left, where the model reasons,
 * and where this target was found to be slow. A further attempt's has to begin, or to show life, before the deadline of
 * all, unless the model was told to reason: that may be silent until it is done.
 */
export class Patience {
  /** Made once for a provider, since every attempt needs one of them. */
  private readonly variants = new WeakMap<Timeouts, Variants>();

  constructor(private readonly waits: FirstTokenWaits) {}

  timeoutsOf(asked: Asked): Timeouts {
    const { remainingMs, target, thinking } = asked;
    const known = this.variantsOf(target.provider.timeouts);
    const longest = thinking === "asked" ? known.reasoning : known.patient;
    // The first byte of a whole answer comes when all of it is made.
    const timeouts = asked.isStream ? this.forStream(asked, longest) : longest;
    return remainingMs === undefined || thinking === "asked" ? timeouts : within(timeouts, remainingMs);
  }

  private forStream({ isLast, target, thinking }: Asked, longest: Timeouts): Timeouts {
    const { timeouts } = target.provider;
    // What an operator has set holds for all that were not told to reason.
    if (timeouts.firstTokenIsSet === true) return thinking === "asked" ? longest : timeouts;
    // Where no other target is left nothing is gained by an early end.
    if (isLast) return longest;
    const learntMs = this.waits.learnt(target, thinking !== "none");
    if (learntMs === undefined) return thinking === "none" ? timeouts : longest;
    return { ...longest, firstTokenMs: Math.min(Math.max(learntMs, timeouts.firstTokenMs), longest.firstTokenMs) };
  }

  private variantsOf(timeouts: Timeouts): Variants {
    let known = this.variants.get(timeouts);
    if (known === undefined) {
      known = makeVariants(timeouts);
      this.variants.set(timeouts, known);
    }
    return known;
  }
}

type Variants = { readonly patient: Timeouts; readonly reasoning: Timeouts };

function makeVariants(timeouts: Timeouts): Variants {
  const { firstTokenMs, headersMs, patientFirstTokenMs = firstTokenMs, reasoningFirstTokenMs, totalMs } = timeouts;
  const reasoningMs = Math.max(firstTokenMs, reasoningFirstTokenMs ?? totalMs);
  return {
    patient: { ...timeouts, firstTokenMs: Math.max(firstTokenMs, patientFirstTokenMs) },
    // Headers may come with the first token, or with the whole answer.
    reasoning: {
      ...timeouts,
      headersMs: Math.max(headersMs, reasoningMs),
      firstTokenMs: reasoningMs,
      patientFirstTokenMs: reasoningMs,
    },
  };
}

/** A client may ask for less time than the provider has, never for more: no sign of life extends that. */
export function asClientAsks(timeouts: Timeouts, gateway: GatewayAsk | undefined): Timeouts {
  const { firstTokenMs, timeoutMs } = gateway ?? {};
  if (firstTokenMs === undefined && timeoutMs === undefined) return timeouts;
  const toStart = Math.min(timeoutMs ?? Number.POSITIVE_INFINITY, firstTokenMs ?? Number.POSITIVE_INFINITY);
  const totalMs = Math.min(timeouts.totalMs, timeoutMs ?? timeouts.totalMs);
  const { patientFirstTokenMs = timeouts.firstTokenMs } = timeouts;
  return { ...within(timeouts, toStart), patientFirstTokenMs: Math.min(patientFirstTokenMs, toStart), totalMs };
}

function within(timeouts: Timeouts, remainingMs: number): Timeouts {
  const headersMs = Math.min(timeouts.headersMs, remainingMs);
  return { ...timeouts, headersMs, firstTokenMs: Math.min(timeouts.firstTokenMs, remainingMs) };
}
