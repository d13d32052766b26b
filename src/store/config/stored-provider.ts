import type { ProviderConfig } from "#config/provider-schema";

export type StoredProvider = {
  readonly id: string;
  readonly config: ProviderConfig;
  readonly keys: readonly StoredProviderKey[];
};

export type NewProviderKey = {
  readonly id: string;
  readonly name: string;
  /** The secret or a reference to it, in clear: the store encrypts it. */
  readonly value: string;
  readonly weight: number;
  readonly models?: readonly string[];
};

export type StoredProviderKey = NewProviderKey;
