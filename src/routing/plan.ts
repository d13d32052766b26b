import { GatewayError } from "#core/errors";
import type { ModelRef, Target } from "#core/target";
import { type Asked, type Candidate, type Candidates, createCandidates, hasKey, keysOf, speaks } from "./candidates";
import type { Admission } from "./health";
import type { Resolution } from "./resolve-model";
import type { RouteTarget, Strategies, Strategy } from "./strategies/strategy";
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

/** What of a plan is the same for every request that asks alike: made once (`prepared-routes.ts`). */
export type PreparedRoute = {
  /** All that may be tried, where nothing is left to chance or to a strategy. */
  readonly inOrder: Plan | undefined;
  readonly resolution: Resolution;
  /** Undefined only where there is nothing for it to choose. */
  readonly strategy: Strategy | undefined;
  /** The targets that may be asked for a model at a provider, one for each key; none where the model may not be used. */
  readonly allowed: (ref: ModelRef) => readonly Candidate[];
  /** The same for every caller: what a strategy sees. */
  readonly all: (ref: ModelRef) => readonly Candidate[];
  /** What a plan without targets is; throws where one is needed. */
  readonly withoutTargets: () => Plan;
};

type PlanHealth = Pick<TargetHealth, "admission" | "state">;

/**
 * Orders the targets of a request: healthy ones as the route's strategy says, then healthy fallbacks in order, then the
 * rest. Pure but for what it remembers: `random` returns numbers in [0, 1). Both throw when no target is left.
 */
export type Planner = {
  readonly prepare: (request: PlanRequest, resolution: Resolution | undefined) => PreparedRoute;
  readonly plan: (route: PreparedRoute, health: PlanHealth, random: () => number) => Plan;
};

const open: Admission = { state: "open" };

/** A planner that lists the targets of a model once for each dialect that asks. */
export function createPlanner(strategies: Strategies): Planner {
  const candidates = createCandidates();
  return {
    prepare: (request, resolution) => {
      if (resolution === undefined) throw notFound(request.model);
      return prepareRoute(request, resolution, strategies, candidates);
    },
    plan: (route, health, random) => {
      const planned = route.inOrder ?? orderTargets(route, health, random);
      if (planned.length === 0) return route.withoutTargets();
      // With a single one there is nothing to choose: it is asked however it does.
      return planned.length === 1 ? planned : healthyFirst(planned, health);
    },
  };
}

function prepareRoute(
  request: PlanRequest,
  resolution: Resolution,
  strategies: Strategies,
  candidates: Candidates,
): PreparedRoute {
  const { allows, asked, needsTarget } = request;
  const strategy = strategies[resolution.strategy];
  const isChosen = resolution.targets.length > 1;
  if (strategy === undefined && isChosen) throw unknownStrategy(request.model, resolution.strategy);
  const all = (ref: ModelRef) => candidates(ref, asked);
  const usable = refsOf(resolution).filter(allows);
  const listed = new Map(usable.map((ref) => [ref, all(ref)]));
  const allowed = (ref: ModelRef) => listed.get(ref) ?? [];
  const withoutTargets = () => {
    if (!needsTarget && canBeAsked(resolution, request)) return [];
    throw nothingLeft(request, resolution, usable.length);
  };
  const planned = listTargets(resolution, resolution.targets, allowed);
  if (planned.length === 0) withoutTargets();
  const isFixed = !isChosen && usable.every((ref) => allowed(ref).length < 2);
  return { inOrder: isFixed ? planned : undefined, resolution, strategy, allowed, all, withoutTargets };
}

function orderTargets(route: PreparedRoute, health: PlanHealth, random: () => number): Plan {
  const { all, allowed, resolution, strategy } = route;
  const { targets } = resolution;
  const healthOf = ({ ref }: RouteTarget) => all(ref).map(({ target }) => health.state(target));
  const isChosen = strategy !== undefined && targets.length > 1;
  const inOrder = isChosen ? strategy.order(targets, { random, health: healthOf }) : targets;
  return listTargets(resolution, inOrder, (ref) => {
    const keys = allowed(ref);
    return keys.length < 2 ? keys : clientsFirst(weightedOrder(keys, random));
  });
}

/** The client's own credential goes before the keys that the operator pays for. */
function clientsFirst(keys: readonly Candidate[]): readonly Candidate[] {
  const isClients = ({ target }: Candidate) => target.key.fromClient === true;
  return keys.some(isClients)
    ? [...keys.filter(isClients), ...keys.filter((candidate) => !isClients(candidate))]
    : keys;
}

/** Every target in this order, then those of the fallbacks. Weight 0 is never tried. */
function listTargets(
  { fallbacks }: Resolution,
  targets: readonly RouteTarget[],
  keysOf: (ref: ModelRef) => readonly Candidate[],
): Plan {
  const planned: PlannedTarget[] = [];
  const add = (ref: ModelRef, from: PlannedTarget["from"]) => {
    for (const { target } of keysOf(ref)) {
      // A client's own credential is for what it asked for, fallbacks have their own keys.
      if (from === "target" || target.key.fromClient !== true) planned.push({ target, from, admission: open });
    }
  };
  for (const { ref, weight } of targets) if (weight > 0) add(ref, "target");
  for (const ref of fallbacks) add(ref, "fallback");
  return planned;
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
  return refsOf(resolution).some((ref) => allows(ref) && hasKey(ref));
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
  const isSpoken = spoken.some(({ dialect }) => dialect);
  if (refs.length > 0 && (isSpoken || !asked.translates) && !spoken.some(({ operation }) => operation)) {
    const why = isSpoken
      ? `has a path for ${asked.operation}: set it with "paths"`
      : `speaks ${asked.dialect}, and a request of this kind cannot be translated`;
    return new GatewayError("model_not_found", `Cannot route the request: no provider of "${model}" ${why}`, {
      param: "model",
    });
  }
  if (refs.length > 0 && refs.every(({ provider }) => keysOf(provider).length === 0)) {
    // The client asked rightly, and may ask again.
    return new GatewayError(
      "no_target_available",
      `Cannot route the request: no key of a provider of "${model}" is there: a secret is missing, or no token could be fetched`,
    );
  }
  return new GatewayError(
    "no_capable_target",
    `Cannot route the request: no provider of "${model}" has a key and a dialect that fit it`,
  );
}

function notFound(model: string): GatewayError {
  const slash = model.indexOf("/");
  // Whether there is one is not told to those who may not use it.
  const hint = slash > 0 ? `: it is there once the provider "${model.slice(0, slash)}" is switched on` : "";
  return new GatewayError("model_not_found", `Cannot route the request: no model "${model}" is configured${hint}`, {
    param: "model",
  });
}

function unknownStrategy(model: string, strategy: string): GatewayError {
  return new GatewayError(
    "no_target_available",
    `Cannot route the request: "${model}" asks for the strategy "${strategy}", which this version does not have`,
  );
}
