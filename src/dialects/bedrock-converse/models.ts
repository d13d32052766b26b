import type { ListedModel, ModelPage } from "#core/listed-model";
import type { JsonObject } from "#lib/json";

/** As ListFoundationModels writes them: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html */
export function encodeModelList({ models }: ModelPage): JsonObject {
  return { modelSummaries: models.map(summary) };
}

export function encodeModel(model: ListedModel): JsonObject {
  return { modelDetails: summary(model) };
}

function summary({ id, ownedBy }: ListedModel): JsonObject {
  return { modelId: id, modelName: id, providerName: ownedBy, responseStreamingSupported: true };
}
