import { type ListedModel, type ModelPage, releasedAtMs } from "#core/listed-model";
import type { JsonObject } from "#lib/json";
import { encodePricing } from "./listed-price";

/** `GET /v1/models` as OpenAI answers it; beyond its fields, what is known of limits and prices. */
export function encodeModelList({ hasMore, models }: ModelPage): JsonObject {
  return { object: "list", data: models.map(encodeModel), ...(hasMore !== undefined && { has_more: hasMore }) };
}

/** `GET /v1/models/{id}`. */
export function encodeModel(model: ListedModel): JsonObject {
  const { contextTokens, id, maxOutputTokens, ownedBy } = model;
  const pricing = encodePricing(model.price);
  return {
    id,
    object: "model",
    created: Math.floor((releasedAtMs(model) ?? 0) / 1000),
    owned_by: ownedBy,
    ...(contextTokens !== undefined && { context_length: contextTokens }),
    ...(maxOutputTokens !== undefined && { max_output_tokens: maxOutputTokens }),
    ...(pricing !== undefined && { pricing }),
  };
}
