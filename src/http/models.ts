import type { Answer } from "#core/call";
import { GatewayError } from "#core/errors";
import type { ListedModel } from "#core/listed-model";
import type { Snapshot } from "#core/snapshot";
import * as anthropic from "#dialects/anthropic-messages/models";
import * as openai from "#dialects/openai-chat/models";
import type { Authorizer } from "#governance/authorize";
import { identify } from "#governance/identify";
import { listModels } from "#routing/list-models";
import type { ModelsQuery } from "./data-plane";

export type ModelsServices = {
  readonly snapshot: () => Snapshot;
  readonly catalog: Parameters<typeof listModels>[1];
  readonly authorizer: Authorizer;
  readonly newId: () => string;
  readonly nowMs: () => number;
};

/** Answers `GET /v1/models` with the names that the caller may ask for. Throws what `identify` and `authorize` throw. */
export function createModelsEndpoint(services: ModelsServices): (query: ModelsQuery) => Answer {
  const { authorizer, catalog } = services;
  return (query) => {
    const snapshot = services.snapshot();
    const key = identify(query.secret(), snapshot, services.nowMs());
    authorizer.authorize(key, "models", undefined);
    const models = listModels(snapshot, catalog, (name) => authorizer.allowsModel(key, name));
    const id = services.newId();
    return {
      status: 200,
      contentType: "application/json",
      facts: { id, requestId: query.requestId ?? id },
      body: JSON.stringify(encode(query, models)),
    };
  };
}

function encode({ dialect, id }: ModelsQuery, models: readonly ListedModel[]) {
  const shape = dialect === "anthropic-messages" ? anthropic : openai;
  if (id === undefined) return shape.encodeModelList(models);
  const found = models.find((model) => model.id === id);
  if (found === undefined) throw new GatewayError("model_not_found", `There is no model "${id}"`, { param: "model" });
  return shape.encodeModel(found);
}
