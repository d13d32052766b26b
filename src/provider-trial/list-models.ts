import type { TrialParts } from "./ask-provider";
import { explainFailure, type TrialOutcome } from "./explain-failure";
import { type Trial, targetOf } from "./provider-trial";
import { listedModels } from "./trial-calls";

/** The models that a provider lists to a key, in its order; why there are none where it does not. */
export type ModelListing = {
  readonly outcome: TrialOutcome;
  readonly message: string;
  readonly models: readonly string[];
};

/** Makes one real call, which costs nothing. Never rejects. */
export type ListProviderModels = (trial: Pick<Trial, "provider" | "key">) => Promise<ModelListing>;

export function createModelLister(parts: TrialParts): ListProviderModels {
  return async ({ key, provider }) => {
    try {
      const target = targetOf({ provider, key });
      if (target === undefined) throw new Error("has no dialect in which its models could be listed");
      const models = await listedModels(parts, target);
      return { outcome: "ok", message: `"${provider.id}" lists ${models.length} models`, models };
    } catch (cause) {
      const { message, outcome } = explainFailure(cause, { provider: provider.id, key: key.name });
      return { outcome, message, models: [] };
    }
  };
}
