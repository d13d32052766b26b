import { type ListedModel, type ModelPage, releasedAtMs } from "#core/listed-model";
import type { JsonObject } from "#lib/json";
import { encodePricing } from "../listed-price";

/** `GET /v1/models` as Anthropic answers it (https://docs.claude.com/en/api/models-list); prices beside. */
export function encodeModelList({ hasMore, models }: ModelPage): JsonObject {
  return {
    data: models.map(encodeModel),
    has_more: hasMore ?? false,
    first_id: models[0]?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
  };
}

/** `GET /v1/models/{id}`. */
export function encodeModel(model: ListedModel): JsonObject {
  const { contextTokens, id, maxOutputTokens } = model;
  const pricing = encodePricing(model.price);
  return {
    type: "model",
    id,
    display_name: id,
    created_at: new Date(releasedAtMs(model) ?? 0).toISOString().replace(".000Z", "Z"),
    ...(contextTokens !== undefined && { max_input_tokens: contextTokens }),
    ...(maxOutputTokens !== undefined && { max_tokens: maxOutputTokens }),
    ...(pricing !== undefined && { pricing }),
  };
}
