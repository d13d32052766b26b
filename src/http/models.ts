import type { DialectId } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { InferenceResponse } from "#core/inference";
import type { ListedModel } from "#core/listed-model";
import type { Snapshot } from "#core/snapshot";
import type { Dialect, Dialects } from "#dialects/dialect";
import { findDialect, translates } from "#dialects/find-dialect";
import type { Authorizer } from "#governance/authorize";
import { identify } from "#governance/identify";
import type { WrongKeys } from "#governance/wrong-keys";
import type { Asked } from "#routing/candidates";
import { type Allowed, findModel, type ListingCatalog, listModels } from "#routing/list-models";
import { plainModelName } from "#routing/plain-name";
import { pageOf } from "./model-page";

/** `GET /v1/models`, or one of them. */
export type ModelsQuery = {
  readonly dialect: DialectId;
  readonly id: string | undefined;
  /** As it stands in the address; "" without one. */
  readonly query: string;
  readonly secret: () => string | undefined;
  readonly requestId: string | undefined;
  readonly clientAddress: (trusted: readonly string[]) => string | undefined;
};

export type ModelsServices = {
  readonly dialects: Dialects;
  readonly snapshot: () => Snapshot;
  readonly catalog: ListingCatalog;
  readonly authorizer: Authorizer;
  readonly newId: () => string;
  readonly nowMs: () => number;
  /** Shared with all that asks with a key. */
  readonly wrongKeys: WrongKeys;
};

/** Of those that try keys it says so. */
function identifyOrRefuse(query: ModelsQuery, snapshot: Snapshot, { nowMs, wrongKeys }: ModelsServices) {
  const secret = query.secret();
  try {
    return identify(secret, snapshot, nowMs());
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== "invalid_key" || secret === undefined) throw error;
    throw wrongKeys.judge(query.clientAddress(snapshot.settings.trustedProxies) ?? "", secret, nowMs()) ?? error;
  }
}

/** Answers `GET /v1/models` with the names that the caller may ask for. Throws what `identify` and `authorize` throw. */
export function createModelsEndpoint(services: ModelsServices): (query: ModelsQuery) => InferenceResponse {
  const { authorizer, catalog } = services;
  return (query) => {
    const snapshot = services.snapshot();
    const key = identifyOrRefuse(query, snapshot, services);
    if (key?.allowedIps !== undefined)
      authorizer.assertAddress(key, query.clientAddress(snapshot.settings.trustedProxies));
    const { allowsModel, allowsTarget } = authorizer.accessOf(key, "models");
    const dialect = findDialect(services.dialects, query.dialect);
    const asks = asksOf(dialect, (endpoint) => authorizer.allowsEndpoint(key, endpoint));
    const allowed: Allowed = { name: allowsModel, target: allowsTarget, asks };
    const { list, one } = dialect.models;
    const nowMs = services.nowMs();
    const id = services.newId();
    return {
      status: 200,
      contentType: "application/json",
      headers: { id, requestId: query.requestId ?? id },
      body: JSON.stringify(
        query.id === undefined
          ? list(pageOf(listModels(snapshot, catalog, allowed, nowMs), query.query))
          : one(required(findModel(plainModelName(query.id, snapshot), snapshot, catalog, allowed, nowMs), query.id)),
      ),
    };
  };
}

/** What clients of a dialect may ask of a model, as far as they are paid for: the rest comes with it. */
function asksOf({ endpoints, name, operations }: Dialect, allows: (endpoint: string) => boolean): readonly Asked[] {
  return endpoints.flatMap(({ endpoint, operation }) => {
    const asked = operations[operation];
    if (asked === undefined || asked.charge === "nothing" || !allows(endpoint)) return [];
    return [{ dialect: name, operation, translates: translates(asked), standIn: asked.standIn?.operation }];
  });
}

function required(model: ListedModel | undefined, id: string): ListedModel {
  if (model === undefined) throw new GatewayError("model_not_found", `There is no model "${id}"`, { param: "model" });
  return model;
}
