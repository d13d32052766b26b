import type { ListedModel } from "#core/listed-model";
import type { JsonObject } from "#lib/json";

/** `GET /v1/models` as Anthropic answers it, all on one page. */
export function encodeModelList(models: readonly ListedModel[]): JsonObject {
  return {
    data: models.map(encodeModel),
    has_more: false,
    first_id: models[0]?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
  };
}

/** `GET /v1/models/{id}`. */
export function encodeModel({ id, facts }: ListedModel): JsonObject {
  return {
    type: "model",
    id,
    display_name: id,
    created_at: "1970-01-01T00:00:00Z",
    ...(facts?.contextTokens === undefined ? {} : { max_input_tokens: facts.contextTokens }),
    ...(facts?.maxOutputTokens === undefined ? {} : { max_tokens: facts.maxOutputTokens }),
  };
}
