import type { ModelFacts, Provider, ProviderDialect, ProviderKey } from "./snapshot";

/** A model at a provider. */
export type ModelRef = {
  readonly provider: Provider;
  /** The model's name at the provider. */
  readonly model: string;
  /** What configuration or the catalog knows of it. */
  readonly facts: ModelFacts | undefined;
};

/** Where one attempt goes: one model at one provider with one provider key, spoken to in one dialect. */
export type Target = ModelRef & {
  readonly dialect: ProviderDialect;
  readonly key: ProviderKey;
};
