import type { DialectName } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { ModelRef, Target } from "#core/target";
import { createCandidates, speaks } from "./candidates";
import type { Admission } from "./health";
import type { Resolution } from "./resolve-model";

/** The targets of one request, in the order they are tried. Those with the same provider and model differ in their key. */
export type Plan = readonly PlannedTarget[];

export type PlannedTarget = {
  readonly target: Target;
  /** Where the model name led to it from. */
  readonly from: "target" | "fallback";
  /** Closed ones come last, whatever their place in the route. */
  readonly admission: Admission;
};

/** What a plan is made for. */
export type PlanRequest = {
  readonly model: string;
  readonly dialect: DialectName;
  /** True when the answer must come in the client's own dialect: nothing can be translated here. */
  readonly sameDialectOnly: boolean;
  readonly allows: (ref: ModelRef) => boolean;
};

/**
 * Orders the targets of a request: by weight among healthy ones, then healthy fallbacks in order, then the rest. Pure
 * but for what it remembers: `random` returns numbers in [0, 1). Throws when no target is left.
 */
export type Planner = (
  request: PlanRequest,
  resolution: Resolution | undefined,
  admissionOf: (target: Target) => Admission,
  random: () => number,
) => Plan;

const open: Admission = { state: "open" };

/** A planner that lists the targets of a model once for each dialect that asks. */
export function createPlanner(): Planner {
  const candidates = createCandidates();

  return (request, resolution, admissionOf, random) => {
    if (resolution === undefined) throw notFound(request.model);
    const { targets, fallbacks } = resolution;
    const inOrder = targets.length < 2 ? targets : weightedOrder(targets, random);
    const planned: PlannedTarget[] = [];
    let allowed = 0;
    const add = (ref: ModelRef, from: PlannedTarget["from"]) => {
      if (!request.allows(ref)) return;
      allowed += 1;
      const found = candidates(ref, request.dialect, request.sameDialectOnly);
      const keys = found.length < 2 ? found : weightedOrder(found, random);
      for (const { target } of keys) planned.push({ target, from, admission: open });
    };
    for (const { ref, weight } of inOrder) if (weight > 0) add(ref, "target");
    for (const ref of fallbacks) add(ref, "fallback");
    if (planned.length === 0) throw nothingLeft(request, resolution, allowed);
    // With a single one there is nothing to choose: it is asked however it does.
    return planned.length === 1 ? planned : healthyFirst(planned, admissionOf);
  };
}

/** A random order in which each element comes first with a probability proportional to its weight. */
export function weightedOrder<T extends { readonly weight: number }>(
  items: readonly T[],
  random: () => number,
): readonly T[] {
  if (items.length < 2) return items.filter((item) => item.weight > 0);
  // Efraimidis and Spirakis: keys u^(1/w), largest first. What it says of some of the items holds without the others.
  return items
    .filter((item) => item.weight > 0)
    .map((item) => ({ item, key: random() ** (1 / item.weight) }))
    .sort((a, b) => b.key - a.key)
    .map(({ item }) => item);
}

/** The last target is never taken away: one that is closed is asked after all others. */
function healthyFirst(planned: readonly PlannedTarget[], admissionOf: (target: Target) => Admission): Plan {
  const first: PlannedTarget[] = [];
  const last: PlannedTarget[] = [];
  for (const each of planned) {
    const admission = admissionOf(each.target);
    (admission.state === "closed" ? last : first).push({ ...each, admission });
  }
  return last.length === 0 ? first : [...first, ...last];
}

function nothingLeft(
  { model, dialect, sameDialectOnly }: PlanRequest,
  { targets, fallbacks }: Resolution,
  allowed: number,
): GatewayError {
  const refs = [...targets.filter(({ weight }) => weight > 0).map(({ ref }) => ref), ...fallbacks];
  if (refs.length > 0 && allowed === 0) {
    return new GatewayError(
      "model_not_allowed",
      `Cannot route the request: this key may not use any target of "${model}"`,
    );
  }
  if (sameDialectOnly && refs.length > 0 && !refs.some((ref) => speaks(ref, dialect))) {
    return new GatewayError(
      "model_not_found",
      `Cannot route the request: no provider of "${model}" speaks ${dialect}, and a request of this kind cannot be translated`,
      { param: "model" },
    );
  }
  return new GatewayError(
    "no_target_available",
    `Cannot route the request: no provider of "${model}" has a key and a dialect that fit it`,
  );
}

function notFound(model: string): GatewayError {
  return new GatewayError("model_not_found", `Cannot route the request: no model "${model}" is configured`, {
    param: "model",
  });
}
