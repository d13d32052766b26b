import { GatewayError } from "#core/errors";
import type { InferenceResponse } from "#core/inference";
import type { ListedModel } from "#core/listed-model";
import type { Snapshot } from "#core/snapshot";
import * as anthropic from "#dialects/anthropic-messages/models";
import * as openai from "#dialects/openai-chat/models";
import type { Authorizer } from "#governance/authorize";
import { identify } from "#governance/identify";
import { type Allowed, findModel, type ListingCatalog, listModels } from "#routing/list-models";
import type { ModelsQuery } from "./data-plane";

export type ModelsServices = {
  readonly snapshot: () => Snapshot;
  readonly catalog: ListingCatalog;
  readonly authorizer: Authorizer;
  readonly newId: () => string;
  readonly nowMs: () => number;
};

/** Answers `GET /v1/models` with the names that the caller may ask for. Throws what `identify` and `authorize` throw. */
export function createModelsEndpoint(services: ModelsServices): (query: ModelsQuery) => InferenceResponse {
  const { authorizer, catalog } = services;
  return (query) => {
    const snapshot = services.snapshot();
    const key = identify(query.secret(), snapshot, services.nowMs());
    authorizer.authorize(key, "models", undefined);
    const allowed: Allowed = {
      name: (name) => authorizer.allowsModel(key, name),
      target: (ref) => authorizer.allowsTarget(key, ref),
    };
    const id = services.newId();
    return {
      status: 200,
      contentType: "application/json",
      headers: { id, requestId: query.requestId ?? id },
      body: JSON.stringify(
        query.id === undefined
          ? shapes[query.dialect].list(listModels(snapshot, catalog, allowed))
          : shapes[query.dialect].one(required(findModel(query.id, snapshot, catalog, allowed), query.id)),
      ),
    };
  };
}

function required(model: ListedModel | undefined, id: string): ListedModel {
  if (model === undefined) throw new GatewayError("model_not_found", `There is no model "${id}"`, { param: "model" });
  return model;
}

const shapes = {
  "openai-chat": { list: openai.encodeModelList, one: openai.encodeModel },
  "anthropic-messages": { list: anthropic.encodeModelList, one: anthropic.encodeModel },
} as const;
