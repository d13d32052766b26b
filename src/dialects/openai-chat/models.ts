import type { ListedModel } from "#core/listed-model";
import type { JsonObject } from "#lib/json";

/** `GET /v1/models` as OpenAI answers it; beyond its fields, what is known of limits and prices. */
export function encodeModelList(models: readonly ListedModel[]): JsonObject {
  return { object: "list", data: models.map(encodeModel) };
}

/** `GET /v1/models/{id}`. */
export function encodeModel({ id, ownedBy, facts }: ListedModel): JsonObject {
  return {
    id,
    object: "model",
    created: 0,
    owned_by: ownedBy,
    ...(facts?.contextTokens === undefined ? {} : { context_length: facts.contextTokens }),
    ...(facts?.maxOutputTokens === undefined ? {} : { max_output_tokens: facts.maxOutputTokens }),
  };
}
