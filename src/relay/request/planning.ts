import type { ObjectReference } from "#core/object-reference";
import type { VirtualKey } from "#core/snapshot";
import { translates } from "#dialects/find-dialect";
import type { GatewayAsk } from "#dialects/gateway-ask";
import type { DecodedRequest, Envelope, Operation } from "#dialects/operation";
import { type Access, authorizeModel } from "#governance/authorize";
import type { IdentifiedRequest } from "#governance/running-request";
import { createObjectOpener, type OpenedObjects } from "#objects/open-objects";
import { keysOf } from "#routing/candidates";
import { plainModelName } from "#routing/plain-name";
import { createPlanner, type Plan } from "#routing/plan";
import { planAtOrigin, planForObject } from "#routing/plan-at-origin";
import { PreparedRoutes } from "#routing/prepared-routes";
import { createModelResolver, type ModelCatalog, type Resolution } from "#routing/resolve-model";
import type { Strategies } from "#routing/strategies/strategy";
import type { PendingRequest } from "../pending-request";
import type { RelayServices } from "../relay-services";
import { changesTargets, withFallbacks } from "./asked-fallbacks";

export type PlanningServices = Pick<RelayServices, "health" | "random"> & {
  readonly catalog: ModelCatalog;
  readonly strategies: Strategies;
  /** Whether a virtual key has made a request. */
  readonly isUsed: (key: VirtualKey) => boolean;
};

/** What a plan depends on. */
export type Planned = Pick<IdentifiedRequest, "inference" | "key" | "snapshot"> &
  Pick<DecodedRequest, "gateway"> & {
    readonly operation: Operation;
    readonly envelope: Pick<Envelope, "model" | "objects">;
    readonly access: Access;
  };

/** A plan, and what of the client's wishes for it could not be done. */
export type Planning = Pick<PendingRequest, "dropped" | "leadsTo" | "objects"> & { readonly plan: Plan };

/**
 * Authorizes a model and plans its targets: once for all requests that ask alike, but for health and chance. What is done with a
 * stored object, and what refers to one, is asked where it lives. Throws GatewayError.
 */
export function createPlanning(services: PlanningServices): (planned: Planned) => Planning {
  const planByModel = createModelPlanning(services);
  const openObjects = createObjectOpener({ keysOf, isUsed: services.isUsed });
  return (planned) => {
    const { envelope, inference } = planned;
    const opened = openObjects(inference, envelope.objects ?? noReferences, planned);
    return opened === undefined ? planByModel(planned) : planWith(opened, planned, planByModel);
  };
}

const noReferences: readonly ObjectReference[] = [];

function planWith(objects: OpenedObjects, planned: Planned, planByModel: (planned: Planned) => Planning): Planning {
  const { access, envelope, inference, snapshot } = planned;
  const { dialect, objectPath, operation } = inference;
  if (objects.isKept) return { plan: [], dropped: nothingDropped, leadsTo: "", objects };
  if (objectPath !== undefined) {
    const { model } = envelope;
    if (model !== "") authorizeModel(access, model);
    const { id } = objectPath;
    const asked = { dialect, operation, id, model, providers: snapshot.providers, allows: access.allowsTarget };
    return { plan: planForObject(asked, objects.origin), dropped: nothingDropped, leadsTo: model, objects };
  }
  const planning = planByModel(planned);
  const { origin } = objects;
  if (origin === undefined) return { ...planning, objects };
  return { ...planning, plan: planAtOrigin(planning.plan, origin, dialect, Object.keys(objects.fields)), objects };
}

function createModelPlanning({ catalog, health, random, strategies }: PlanningServices) {
  const resolveModel = createModelResolver(catalog);
  const planner = createPlanner(strategies);
  const routes = new PreparedRoutes();

  const prepare = ({ access, envelope, inference, operation }: Planned, resolution: Resolution | undefined) => {
    const { dialect, operation: name } = inference;
    const asked = {
      dialect,
      operation: name,
      translates: translates(operation),
      standIn: operation.standIn?.operation,
    };
    const needsTarget = operation.fallback === undefined;
    return planner.prepare({ model: envelope.model, asked, needsTarget, allows: access.allowsTarget }, resolution);
  };

  /** For one request alone: what it asks for beside its model is its own. */
  const planAsAsked = (planned: Planned, gateway: GatewayAsk): Planning => {
    const { access, envelope, snapshot } = planned;
    const plain = (model: string) => plainModelName(model, snapshot);
    const model = plain(envelope.model);
    authorizeModel(access, model);
    const { dropped, resolution } = withFallbacks(resolveModel(model, snapshot), gateway, {
      resolve: (fallback) => resolveModel(plain(fallback), snapshot),
      allowsModel: (fallback) => access.allowsModel(plain(fallback)),
    });
    const route = prepare(planned, resolution);
    return { plan: planner.plan(route, health, random), dropped, leadsTo: firstOf(route.resolution) };
  };

  return (planned: Planned): Planning => {
    const { access, envelope, gateway, snapshot } = planned;
    const { model } = envelope;
    if (gateway !== undefined && changesTargets(gateway)) return planAsAsked(planned, gateway);
    let route = routes.find(snapshot, access, model);
    if (route === undefined) {
      const plain = plainModelName(model, snapshot);
      authorizeModel(access, plain);
      route = prepare(planned, resolveModel(plain, snapshot));
      routes.keep(access, model, route);
    }
    const dropped = gateway?.dropped ?? nothingDropped;
    return { plan: planner.plan(route, health, random), dropped, leadsTo: firstOf(route.resolution) };
  };
}

const nothingDropped: readonly string[] = [];

function firstOf({ fallbacks, targets }: Resolution): string {
  return (targets[0]?.ref ?? fallbacks[0])?.model ?? "";
}
