import type { ModelFacts, Provider, ProviderDialect, ProviderKey } from "./snapshot";

/** A model at a provider. */
export type ModelRef = {
  readonly provider: Provider;
  /** The model's name at the provider. */
  readonly model: string;
  /** What configuration or the catalog knows of it. */
  readonly facts: ModelFacts | undefined;
  /** Neither configuration nor the catalog has the name: a client may have made it up. */
  readonly isUnlisted?: true;
};

/** Where one attempt goes: one model at one provider with one provider key, spoken to in one dialect. */
export type Target = ModelRef & {
  readonly dialect: ProviderDialect;
  readonly key: ProviderKey;
};

/** Stands for all models of a provider that are not listed. */
export const unlistedModels = "other";

/** The model under which is kept what is learnt of a target: names that clients make up share one. */
export function learntModel({ model, isUnlisted }: ModelRef): string {
  return isUnlisted === true ? unlistedModels : model;
}
