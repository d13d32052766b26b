import type { ListedModel, ModelPage } from "#core/listed-model";
import type { JsonObject } from "#lib/json";
import { encodePricing } from "../listed-price";

/** `GET /v1beta/models` as Google answers it (https://ai.google.dev/api/models#Model); prices beside. */
export function encodeModelList({ hasMore, models }: ModelPage): JsonObject {
  const last = models.at(-1)?.id;
  return { models: models.map(encodeModel), ...(hasMore && last !== undefined && { nextPageToken: last }) };
}

/** `GET /v1beta/models/{id}`. */
export function encodeModel(model: ListedModel): JsonObject {
  const { contextTokens, id, maxOutputTokens } = model;
  const pricing = encodePricing(model.price);
  return {
    name: `models/${id}`,
    displayName: id,
    ...(contextTokens !== undefined && { inputTokenLimit: contextTokens }),
    ...(maxOutputTokens !== undefined && { outputTokenLimit: maxOutputTokens }),
    supportedGenerationMethods: ["generateContent", "streamGenerateContent", "countTokens"],
    ...(pricing !== undefined && { pricing }),
  };
}
