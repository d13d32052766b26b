import { GatewayError } from "#core/errors";
import type { ModelRef, Target } from "#core/target";
import { type Asked, createCandidates, keysFor, speaks } from "./candidates";
import type { Admission } from "./health";
import type { Resolution } from "./resolve-model";
import type { RouteTarget, Strategies } from "./strategies/strategy";
import { weightedOrder } from "./strategies/weighted";
import type { TargetHealth } from "./target-health";

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
  readonly asked: Asked;
  /** Whether the gateway can answer itself: then no target is needed. */
  readonly needsTarget: boolean;
  readonly allows: (ref: ModelRef) => boolean;
};

/**
 * Orders the targets of a request: healthy ones as the route's strategy says, then healthy fallbacks in order, then the
 * rest. Pure but for what it remembers: `random` returns numbers in [0, 1). Throws when no target is left.
 */
export type Planner = (
  request: PlanRequest,
  resolution: Resolution | undefined,
  health: PlanHealth,
  random: () => number,
) => Plan;

type PlanHealth = Pick<TargetHealth, "admission" | "state">;

const open: Admission = { state: "open" };

/** A planner that lists the targets of a model once for each dialect that asks. */
export function createPlanner(strategies: Strategies): Planner {
  const candidates = createCandidates();

  const order = (request: PlanRequest, { strategy, targets }: Resolution, health: PlanHealth, random: () => number) => {
    const chosen = strategies[strategy];
    if (chosen === undefined) throw unknownStrategy(request.model, strategy);
    const healthOf = ({ ref }: RouteTarget) => candidates(ref, request.asked).map(({ target }) => health.state(target));
    return chosen.order(targets, { random, health: healthOf });
  };

  return (request, resolution, health, random) => {
    if (resolution === undefined) throw notFound(request.model);
    const { targets, fallbacks } = resolution;
    const inOrder = targets.length < 2 ? targets : order(request, resolution, health, random);
    const planned: PlannedTarget[] = [];
    let allowed = 0;
    const add = (ref: ModelRef, from: PlannedTarget["from"]) => {
      if (!request.allows(ref)) return;
      allowed += 1;
      const found = candidates(ref, request.asked);
      const keys = found.length < 2 ? found : weightedOrder(found, random);
      for (const { target } of keys) planned.push({ target, from, admission: open });
    };
    for (const { ref, weight } of inOrder) if (weight > 0) add(ref, "target");
    for (const ref of fallbacks) add(ref, "fallback");
    if (planned.length === 0) {
      if (!request.needsTarget && canBeAsked(resolution, request)) return [];
      throw nothingLeft(request, resolution, allowed);
    }
    // With a single one there is nothing to choose: it is asked however it does.
    return planned.length === 1 ? planned : healthyFirst(planned, health);
  };
}

/** The last target is never taken away: one that is closed is asked after all others. */
function healthyFirst(planned: readonly PlannedTarget[], health: PlanHealth): Plan {
  const first: PlannedTarget[] = [];
  const last: PlannedTarget[] = [];
  for (const each of planned) {
    const admission = health.admission(each.target);
    (admission.state === "closed" ? last : first).push({ ...each, admission });
  }
  return last.length === 0 ? first : [...first, ...last];
}

function refsOf({ targets, fallbacks }: Resolution): readonly ModelRef[] {
  return [...targets.filter(({ weight }) => weight > 0).map(({ ref }) => ref), ...fallbacks];
}

/** Whether a provider that the key may use has a key for the model, in whatever dialect. */
function canBeAsked(resolution: Resolution, { allows }: PlanRequest): boolean {
  return refsOf(resolution).some(
    (ref) => allows(ref) && keysFor(ref.provider, ref.model).some(({ weight }) => weight > 0),
  );
}

function nothingLeft({ model, asked }: PlanRequest, resolution: Resolution, allowed: number): GatewayError {
  const refs = refsOf(resolution);
  if (refs.length > 0 && allowed === 0) {
    return new GatewayError(
      "model_not_allowed",
      `Cannot route the request: this key may not use any target of "${model}"`,
    );
  }
  const spoken = refs.map((ref) => speaks(ref, asked));
  if (!asked.translates && refs.length > 0 && !spoken.some(({ operation }) => operation)) {
    const why = spoken.some(({ dialect }) => dialect)
      ? `has a path for ${asked.operation}: set it with "paths"`
      : `speaks ${asked.dialect}, and a request of this kind cannot be translated`;
    return new GatewayError("model_not_found", `Cannot route the request: no provider of "${model}" ${why}`, {
      param: "model",
    });
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

function unknownStrategy(model: string, strategy: string): GatewayError {
  return new GatewayError(
    "no_target_available",
    `Cannot route the request: "${model}" asks for the strategy "${strategy}", which this version does not have`,
  );
}
